"""A merchant, a PSP and a carrier warn each other of a phone number through two custodians, five processes in all."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

SEALANE = str(Path(sys.executable).parent / "sealane")
NUMBER = "+351912345678"


def start(folder: Path, stack: ExitStack, *, register: bool) -> str:
    """Start a custodian on a free port and return its address once it answers."""
    folder.mkdir()
    settings = "alliance_custodian = true\n" + ("alliance_register = true\n" if register else "")
    config = folder / "sealane.toml"
    config.write_text(settings, encoding="utf-8")
    command = [SEALANE, "serve", "--data-dir", str(folder), "--port", "0"]
    with (folder / "output").open("wb") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, env={"SEALANE_CONFIG": str(config)})
    stack.callback(process.wait, 30)
    stack.callback(process.terminate)
    note = folder / "server.json"
    while not note.exists():
        if process.poll() is not None:
            sys.exit((folder / "output").read_text(encoding="utf-8"))
        time.sleep(0.1)
    return str(json.loads(note.read_text(encoding="utf-8"))["url"])


def register(url: str, folder: Path, name: str, role: str) -> str:
    """Register a member at a custodian and return its key."""
    key = (folder / "admin.key").read_text(encoding="ascii").strip()
    body = json.dumps({"name": name, "roles": [role], "country": "PT"}).encode()
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/v1/parties", body, head)) as answer:  # noqa: S310 - loopback
        return str(json.load(answer)["api_key"])


def say(member: Path, *words: str) -> None:
    """Run one command of a member in a process of its own and show it."""
    print(f"\n{member.name}$ sealane alliance {' '.join(words)}", flush=True)
    subprocess.run([SEALANE, "alliance", *words, "--data-dir", str(member)], check=False)


def main() -> None:
    """Set the alliance up and let its members talk."""
    root = Path(tempfile.mkdtemp(prefix="sealane-alliance-"))
    with ExitStack() as stack:
        folders = (root / "custodian-a", root / "custodian-b")
        urls = [start(folder, stack, register=number == 0) for number, folder in enumerate(folders)]
        members = {role: root / role for role in ("merchant", "psp", "carrier")}
        for role, member in members.items():
            member.mkdir()
            for number, (url, folder) in enumerate(zip(urls, folders, strict=True)):
                (member / "key").write_text(register(url, folder, role.title(), role), encoding="utf-8")
                keys = ["--api-key-file", str(member / "key"), "--log-key-file", str(folder / "log" / "log.vkey")]
                say(member, "join", url, "--name", folder.name, *keys, *(["--register"] if number == 0 else []))
        asked = [NUMBER, "--kind", "phone", "--case", "SO-10023"]
        say(members["merchant"], "lookup", *asked)
        say(members["carrier"], "publish", *asked, "--reason", "reroute_theft")
        say(members["merchant"], "lookup", *asked)
        say(members["psp"], "publish", *asked, "--reason", "stolen_card")
        say(members["merchant"], "lookup", *asked)
        print("\nNo custodian saw the number; the register holds its tag. Everything is in", root)


if __name__ == "__main__":
    main()
