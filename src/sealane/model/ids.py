"""Typed ids: a prefix that says what is named, and a ULID.

    ord_01kan6k3zw8t5q1r9v0m2c4d7e

A ULID is 48 bits of Unix milliseconds and 80 random bits in lower-case Crockford base 32, so ids made later
sort later (to the millisecond) and say nothing about anybody.
"""

import os
import time
from typing import Literal

__all__ = ["PREFIXES", "Prefix", "is_id", "new_id"]

Prefix = Literal[
    "ord", "cns", "sub", "gnt", "dsc", "dec", "case", "evt", "mer", "pty", "ent", "rec", "req", "ct", "out"
]
PREFIXES: frozenset[str] = frozenset(Prefix.__args__)  # type: ignore[attr-defined]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_DIGITS = frozenset(_ALPHABET)
_LENGTH = 26


def new_id(prefix: Prefix) -> str:
    """Return a fresh id such as `ord_01kan6k3zw8t5q1r9v0m2c4d7e`, sortable by its millisecond."""
    number = int.from_bytes(os.urandom(10)) | (time.time_ns() // 1_000_000) << 80
    pairs = _PAIRS
    text = "".join([pairs[number >> shift & 1023] for shift in range(120, -1, -10)])
    return f"{prefix}_{text}"


def is_id(text: str, prefix: Prefix) -> bool:
    """Tell whether the text has the shape of an id with this prefix; says nothing about its existence."""
    head, _, tail = text.partition("_")
    return head == prefix and len(tail) == _LENGTH and _DIGITS.issuperset(tail)
