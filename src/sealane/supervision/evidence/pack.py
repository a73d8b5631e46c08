r"""The file of an evidence pack: lines of JSON, sealed by the log itself.

    {"format":"sealane/evidence@v1","opening":{...}}              the log's entry of this pack opens its digest
    {"about":{"party":"mer_...","from":"...","to":"..."},"checkpoint":"sealane.local/...\n812\n..."}
    {"entry":{"index":17,"leaf":"{...}","hashes":["9Zk...="]}}     one line a log entry, proven under that checkpoint
    {"control":{...}}  {"incident":{...}}  {"rate":{...}}          what was found
    {"sha256":"5f0c..."}                                           of every byte above

The digest of all lines between the first and the last is a field of the log entry `evidence.built`. So the log's key
signs the pack, the checkpoint dates it, and whoever has the log's key line can check it. The last line finds a byte
that was altered by accident in a place that proves nothing.
"""

import hashlib
import sqlite3
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sealane.supervision import store
from sealane.supervision.entry import parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import PublishedTree

__all__ = ["DIGEST_FIELD", "FORMAT", "assemble", "digest_of", "entries_about", "entry_lines", "seal"]

FORMAT = "sealane/evidence@v1"
DIGEST_FIELD = "digest"
_encode = msgspec.json.Encoder(order="deterministic").encode


def entries_about(
    conn: sqlite3.Connection, orders: set[str], size: int, period: tuple[str, str]
) -> Iterator[tuple[int, bytes]]:
    """Yield index and leaf of the entries about these orders, of the first `size`, whose time lies in the period."""
    since, until = period
    for index, leaf in store.entries_from(conn, 0, size):
        entry = parse_entry(leaf)
        if entry.order_id in orders and since <= entry.time < until:
            yield index, leaf


def entry_lines(folder: LogFolder, size: int, entries: Iterable[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
    """Yield the line of each entry, given by index and leaf, proven in the tree of this size.

    Raises:
        ProofInvalid: when a published file is missing or damaged.
    """
    tree = PublishedTree(folder, size)
    for index, leaf in entries:
        hashes = [b64encode(one).decode() for one in tree.inclusion(index)]
        yield {"entry": {"index": index, "leaf": leaf.decode(), "hashes": hashes}}


def assemble(head: dict[str, Any], lines: Iterable[dict[str, Any]]) -> bytes:
    """Return the body: the head and a line for each claim."""
    return b"".join(_encode(line) + b"\n" for line in (head, *lines))


def digest_of(body: bytes) -> bytes:
    """Return the 32 bytes that the log's entry of the pack commits to."""
    return hashlib.sha256(body).digest()


def seal(body: bytes, opening: bytes) -> bytes:
    """Return the whole file."""
    first = _encode({"format": FORMAT, "opening": msgspec.Raw(opening)}) + b"\n"
    whole = first + body
    return whole + _encode({"sha256": hashlib.sha256(whole).hexdigest()}) + b"\n"
