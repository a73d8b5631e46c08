"""The leaf: what the log says in public about one event.

    {"content":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
     "id":"ent_01kan6k3zw8t5q1r9v0m2c4d7e","kind":"order.decided","order":"ord_01kan6k3zvhw4m8s2f6g0j1k3n",
     "time":"2026-11-22T09:30:00.000123Z","v":2}

on one line, about 240 bytes, as canonical JSON (RFC 8785: members sorted, no white space). `content` commits to what
the entry is about. In `"v":1` it is SHA-256 of 16 random bytes, the salt, and the content. In `"v":2` it commits to
several fields with a salt for each (`commitment.fields`), so that one can be opened without the others. Without a salt
nobody can test a guess against the leaf, and once the salts are erased nobody ever can; the proof of the leaf still
holds. Ids are random, so nothing here is personal data. `order` is null when the entry is about no order.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from sealane.model.clock import from_micros
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.model.ids import is_id

__all__ = ["WITH_CONTENT", "WITH_FIELDS", "Entry", "Shown", "parse_entry", "write_entry"]

WITH_CONTENT = 1
"""The version of entries that commit to their whole content alone."""
WITH_FIELDS = 2
"""The version of entries that commit to several fields."""

_KIND = re.compile(r"[a-z_]+\.[a-z_]+")
_LEAF = re.compile(
    rb'\{"content":"(?P<content>[0-9a-f]{64})","id":"(?P<id>ent_[0-9a-z]{26})","kind":"(?P<kind>[a-z_]+\.[a-z_]+)"'
    rb',"order":(?:null|"(?P<order>ord_[0-9a-z]{26})")'
    rb',"time":"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","v":(?P<version>[12])\}'
)


class Entry(NamedTuple):
    """A leaf, read: `content` is the commitment in hexadecimal, `time` RFC 3339 in UTC with microseconds."""

    entry_id: str
    kind: str
    order_id: str | None
    time: str
    content: str
    version: int = WITH_CONTENT


class Shown(NamedTuple):
    """What a leaf shows of an entry's content: the version of the commitment, and its 32 bytes."""

    version: int
    digest: bytes


def write_entry(entry_id: str, kind: str, order_id: str | None, now_us: int, shown: Shown) -> bytes:
    """Return the leaf of an entry.

    Raises:
        InvalidInput: when kind or order id do not have their form, as such a leaf could never be read again.
    """
    _check_kind(kind)
    if order_id is not None and not is_id(order_id, "ord"):
        raise InvalidInput("a log entry is about an order id or about none")
    order = f'"{order_id}"' if order_id is not None else "null"
    seconds, micros = divmod(now_us, 1_000_000)
    return (
        f'{{"content":"{shown.digest.hex()}","id":"{entry_id}","kind":"{kind}","order":{order}'
        f',"time":"{_second(seconds)}.{micros:06}Z","v":{shown.version}}}'
    ).encode()


@lru_cache(maxsize=64)
def _check_kind(kind: str) -> None:
    if not _KIND.fullmatch(kind):
        raise InvalidInput("the kind of a log entry has the form noun.verb")


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    """Return the second as text; thousands of entries share one."""
    return from_micros(seconds * 1_000_000).strftime("%Y-%m-%dT%H:%M:%S")


def parse_entry(leaf: bytes) -> Entry:
    """Return what a leaf says.

    Raises:
        ProofInvalid: when the bytes are not exactly a leaf of this log.
    """
    match = _LEAF.fullmatch(leaf)
    if not match:
        raise ProofInvalid("the leaf is not an entry of a Sealane log")
    order = match["order"]
    return Entry(
        entry_id=match["id"].decode(),
        kind=match["kind"].decode(),
        order_id=order.decode() if order else None,
        time=match["time"].decode(),
        content=match["content"].decode(),
        version=int(match["version"]),
    )
