r"""The file of an evidence pack: lines of JSON, sealed by the log itself.

    {"format":"sealane/evidence@v1","opening":{...}}              the log's entry of this pack opens its digest
    {"about":{"party":"mer_...","from":"...","to":"..."},"checkpoint":"sealane.local/...\n812\n..."}
    {"entry":{"index":17,"leaf":"{...}","hashes":["9Zk...="]}}     one line a log entry, proven under that checkpoint
    {"control":{...}}  {"incident":{...}}  {"rate":{...}}          what was found
    {"sha256":"5f0c..."}                                           of every byte above

The digest of all lines between the first and the last is a field of the log entry `evidence.built`. So the log's key
signs the pack, the checkpoint dates it, and whoever has the log's key line can check it. The last line finds a byte
that was altered by accident in a place that proves nothing. A pack is written and checked line by line: one of a
million entries is a gigabyte, and takes no more memory than one of ten.
"""

import hashlib
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO, Any

import msgspec

from sealane.supervision import store
from sealane.supervision.entry import parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import PublishedTree

__all__ = ["DIGEST_FIELD", "FORMAT", "Belonging", "assemble", "entries_about", "entry_lines", "seal"]

FORMAT = "sealane/evidence@v1"
DIGEST_FIELD = "digest"
PAGE = 1000
CHUNK_BYTES = 1 << 16
Belonging = Callable[[set[str]], set[str]]
"""What tells which of some orders a pack is about."""
_encode = msgspec.json.Encoder(order="deterministic").encode


def entries_about(
    conn: sqlite3.Connection, belonging: Belonging, size: int, period: tuple[str, str]
) -> Iterator[tuple[int, bytes]]:
    """Yield index and leaf of the entries about orders that belong, of the first `size`, whose time is in the period.

    Raises:
        ProofInvalid: when a leaf was changed in the database.
    """
    since, until = period
    for first in range(0, size, PAGE):
        found = [
            (index, leaf, entry.order_id)
            for index, leaf in store.entries_from(conn, first, min(PAGE, size - first))
            if (entry := parse_entry(leaf)).order_id is not None and since <= entry.time < until
        ]
        if found:
            wanted = belonging({order_id for _, _, order_id in found})
            yield from ((index, leaf) for index, leaf, order_id in found if order_id in wanted)


def entry_lines(folder: LogFolder, size: int, entries: Iterable[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
    """Yield the line of each entry, given by index and leaf, proven in the tree of this size.

    Raises:
        ProofInvalid: when a published file is missing or damaged.
    """
    tree = PublishedTree(folder, size)
    for index, leaf in entries:
        hashes = [b64encode(one).decode() for one in tree.inclusion(index)]
        yield {"entry": {"index": index, "leaf": leaf.decode(), "hashes": hashes}}


def assemble(body: IO[bytes], head: dict[str, Any], lines: Iterable[dict[str, Any]]) -> bytes:
    """Write the body, the head and a line for each claim; return the digest that the log's entry commits to."""
    digest = hashlib.sha256()
    for line in chain((head,), lines):
        written = _encode(line) + b"\n"
        digest.update(written)
        body.write(written)
    return digest.digest()


def seal(body: IO[bytes], opening: bytes) -> Iterator[bytes]:
    """Yield the whole file in parts: the seal, the body from its start on, the checksum."""
    first = _encode({"format": FORMAT, "opening": msgspec.Raw(opening)}) + b"\n"
    checksum = hashlib.sha256(first)
    yield first
    body.seek(0)
    while part := body.read(CHUNK_BYTES):
        checksum.update(part)
        yield part
    yield _encode({"sha256": checksum.hexdigest()}) + b"\n"
