"""The leaf: what the log says in public about one event.

    {"content":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
     "id":"ent_01kan6k3zw8t5q1r9v0m2c4d7e","kind":"order.decided","order":"ord_01kan6k3zvhw4m8s2f6g0j1k3n",
     "time":"2026-11-22T09:30:00.000123Z","v":1}

on one line, about 240 bytes, as canonical JSON (RFC 8785: members sorted, no white space). `content` is SHA-256 of
16 random bytes, the salt, and the content. Without the salt nobody can test a guess of the content against the leaf,
and once the salt is erased nobody ever can; the proof of the leaf still holds. Ids are random, so nothing here is
personal data. `order` is null when the entry is about no order.
"""

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

from sealane.model.clock import from_micros
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.model.ids import is_id

__all__ = ["SALT_BYTES", "Entry", "parse_entry", "write_entry"]

SALT_BYTES = 16
_KIND = re.compile(r"[a-z_]+\.[a-z_]+")
_LEAF = re.compile(
    rb'\{"content":"(?P<content>[0-9a-f]{64})","id":"(?P<id>ent_[0-9a-z]{26})","kind":"(?P<kind>[a-z_]+\.[a-z_]+)"'
    rb',"order":(?:null|"(?P<order>ord_[0-9a-z]{26})")'
    rb',"time":"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","v":1\}'
)


class Entry(NamedTuple):
    """A leaf, read: `content` is the salted digest in hexadecimal, `time` RFC 3339 in UTC with microseconds."""

    entry_id: str
    kind: str
    order_id: str | None
    time: str
    content: str


def write_entry(entry_id: str, kind: str, order_id: str | None, now_us: int, salted: bytes) -> bytes:
    """Return the leaf of an entry; `salted` is the salt followed by the content.

    Raises:
        InvalidInput: when kind or order id do not have their form, as such a leaf could never be read again.
    """
    _check_kind(kind)
    if order_id is not None and not is_id(order_id, "ord"):
        raise InvalidInput("a log entry is about an order id or about none")
    digest = hashlib.sha256(salted).hexdigest()
    order = f'"{order_id}"' if order_id is not None else "null"
    seconds, micros = divmod(now_us, 1_000_000)
    return (
        f'{{"content":"{digest}","id":"{entry_id}","kind":"{kind}","order":{order}'
        f',"time":"{_second(seconds)}.{micros:06}Z","v":1}}'
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
    )
