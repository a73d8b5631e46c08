"""Facts of the installed software itself: its parts, secrets in its code, its keys, and a review of its log."""

import os
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions, version
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from sealane.flows.rooms import Rooms
from sealane.model.cards.leak import scan, scan_bytes
from sealane.model.errors import DependencyUnavailable, Misconfigured, ProofInvalid
from sealane.supervision.controls.security import Key, LeakScan, Release, Run, TreeHead
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import verify_published

__all__ = ["LogReview", "keys", "releases", "review_log", "scan_code"]

FILES = 1000
"""How many files of the log are searched for card numbers in one run."""

_PERIODIC = ("kek/", "sign/")
_LEAF = re.compile(rb"\{[^{}]*\}")
_SECRET = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\b[sr]k_live_[0-9A-Za-z]{16}"
    rb"|\b(?i:password|passwd|api_key|secret_key)\b\s*=\s*[\"'](?=[^\"']*[0-9])(?=[^\"']*[a-z])[\w!@#%&*+/=.-]{8,}[\"']"
)


def releases() -> tuple[Release, ...]:
    """Return this release with the hash of its parts list: name and version of everything installed with it.

    Nothing here compares the parts with published flaws; who does so brings the release with the result.
    """
    return (Release(id=f"sealane {version('sealane')}", sbom_hash=_parts_hash(), is_screened=False),)


@cache
def _parts_hash() -> str:
    parts = sorted({f"{part.name.lower()}=={part.version}" for part in distributions()})
    return sha256("\n".join(parts).encode()).hexdigest()


def scan_code(folder: Path, at_us: int) -> LeakScan:
    """Search the installed code, and the settings in the data folder, for passwords and private keys."""
    hits, count = _code_hits()
    settings = sorted(folder.glob("*.toml"))
    hits += sum(_SECRET.search(file.read_bytes()) is not None for file in settings)
    return LeakScan(id=f"{count + len(settings)} files", place="code", at_us=at_us, hits=hits)


@cache
def _code_hits() -> tuple[int, int]:
    """Search the code once: what is loaded does not change while it runs."""
    files = [file for file in Path(__file__).parents[2].rglob("*") if file.suffix in {".py", ".toml"}]
    return sum(_SECRET.search(file.read_bytes()) is not None for file in files), len(files)


def keys(rooms: Rooms) -> Iterator[Key]:
    """Yield every key of the ring; whether it lies wrapped is read from the ring's file."""
    versions = rooms.ring.versions()
    newest = {one.use: max(other.version for other in versions if other.use == one.use) for one in versions}
    try:
        wrapped = rooms.ring.wrapped()
    except Misconfigured:
        wrapped = frozenset()
    for one in versions:
        yield Key(
            id=f"{one.use} {one.version}",
            made_us=one.made_us,
            is_newest=one.version == newest[one.use],
            is_wrapped=(one.use, one.version) in wrapped,
            is_periodic=one.use.startswith(_PERIODIC),
        )


class LogReview(NamedTuple):
    """What one look at the whole log found."""

    head: TreeHead
    scan: LeakScan
    run: Run


def review_log(rooms: Rooms, folder: Path, at_us: int) -> LogReview:
    """Compare the published log with its signed checkpoint and its cosigned past, and search it for card numbers."""
    published = LogFolder(folder / "log")
    try:
        size, is_consistent = verify_published(published).size, True
    except (ProofInvalid, DependencyUnavailable):
        size, is_consistent = rooms.log.head().checkpoint.size, False
    head = rooms.log.head()
    signatures = head.note.partition(b"\n\n")[2].count(b"\n")
    made_us = min(head.published_us or at_us, at_us)
    files, hits = _search(published.path)
    return LogReview(
        TreeHead(
            id=f"size {size}", size=size, at_us=made_us, is_consistent=is_consistent, witnesses=max(0, signatures - 1)
        ),
        LeakScan(id=f"{files} log tiles", place="logs", at_us=at_us, hits=hits),
        Run(id=f"log of {size} entries", job="log-review", at_us=at_us, is_ok=is_consistent, open_findings=hits),
    )


def _search(path: Path) -> tuple[int, int]:
    files = hits = 0
    # While this looks, fuller tiles take the place of partial ones; `os.walk` passes over folders that are gone.
    found = (Path(folder, name) for folder, _, names in os.walk(path / "tile" / "entries") for name in names)
    for file in islice(found, FILES):
        try:
            leaves = _LEAF.findall(file.read_bytes())
        except FileNotFoundError:
            continue
        files += 1
        hits += sum(scan_bytes(leaf) and scan(msgspec.json.decode(leaf)) is not None for leaf in leaves)
    return files, hits
