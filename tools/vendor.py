"""Vendored files: the front end's few third-party files, re-fetched by package name and checked against their hashes.

    python tools/vendor.py check     compare the files in the tree with the locks; no network
    python tools/vendor.py fetch     download the locked versions with npm and put them in place, if the hashes agree
    python tools/vendor.py accept    the same, but write the new hashes into the locks (after changing a version)

A lock is JSON: each package with its version, licence, and `files` (path in the package to path beside the lock), and
`hashes`, the SHA-384 of every file as browsers write it (`sha384-` and base64). A package with `icons` becomes one SVG
sprite: each named icon is a `<symbol>`. A font under `cut` keeps the signs and weights that pages use.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from fonts import cut

__all__ = ["LOCKS", "check", "fetch", "main", "sprite"]

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (
    ROOT / "src/sealane/web/static/vendor/vendor.lock",
    ROOT / "tests/browser/vendor/vendor.lock",
)
_MODES = ("check", "fetch", "accept")


def check(lock: Path) -> list[str]:
    """Return one line for each file that is missing, altered or not in the lock; none when all is well."""
    hashes: dict[str, str] = json.loads(lock.read_text())["hashes"]
    folder = lock.parent
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path != lock}
    faults = [f"missing: {name}" for name in sorted(hashes.keys() - present)]
    faults += [f"not in the lock: {name}" for name in sorted(present - hashes.keys())]
    faults += [
        f"altered: {name}"
        for name in sorted(present & hashes.keys())
        if _digest((folder / name).read_bytes()) != hashes[name]
    ]
    return faults


def fetch(lock: Path, *, accept: bool) -> list[str]:
    """Download the locked packages; write their files when the hashes agree, or when told to accept new ones."""
    document = json.loads(lock.read_text())
    files: dict[str, bytes] = {}
    for package in document["packages"]:
        files |= _unpack(package)
    hashes = {name: _digest(content) for name, content in sorted(files.items())}
    faults = [f"differs from the lock: {name}" for name in hashes if hashes[name] != document["hashes"].get(name)]
    if faults and not accept:
        return faults
    for name, content in files.items():
        path = lock.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    lock.write_text(json.dumps(document | {"hashes": hashes}, indent=2) + "\n")
    return []


def sprite(icons: dict[str, str]) -> str:
    """Return one SVG sprite of named icons; each icon's drawing is kept as it is, its frame becomes a symbol."""
    symbols = []
    for name, source in sorted(icons.items()):
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
        if drawing is None:
            raise ValueError(f"The icon {name} is not an SVG drawing.")
        body = " ".join(drawing[1].split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def main(arguments: list[str]) -> int:
    """Run one mode over both locks; exit code 0 when all files are as locked, 1 when not, 2 on a wrong call."""
    if len(arguments) != 1 or arguments[0] not in _MODES:
        sys.stderr.write(f"usage: vendor.py {' | '.join(_MODES)}\n")
        return 2
    mode = arguments[0]
    faults: list[str] = []
    for lock in LOCKS:
        faults += check(lock) if mode == "check" else fetch(lock, accept=mode == "accept")
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    sys.stdout.write("Vendored files differ from their locks.\n" if faults else "Vendored files are as locked.\n")
    return 1 if faults else 0


def _unpack(package: dict[str, Any]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package['name']}@{package['version']}"
        # The arguments are a fixed command and a name out of our own lock; npm is found where the developer has it.
        subprocess.run(
            ["npm", "pack", "--silent", "--ignore-scripts", wanted],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            files = {target: _member(archive, source) for source, target in package["files"].items()}
            files |= {target: cut(files[target], **kept) for target, kept in package.get("cut", {}).items()}
            icons = {name: _member(archive, f"icons/{name}.svg").decode() for name in package.get("icons", ())}
    if icons:
        files[package["sprite"]] = sprite(icons).encode()
    return files


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(f"package/{name}")
    if stream is None:
        raise ValueError(f"{name} is not a file of the package.")
    return stream.read()


def _digest(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
