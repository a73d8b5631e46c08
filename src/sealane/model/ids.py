"""Typed ids: a prefix that says what is named, and a ULID.

    ord_01kan6k3zw8t5q1r9v0m2c4d7e

A ULID is 48 bits of Unix milliseconds and 80 random bits in lower-case Crockford base 32, so ids made later
sort later (to the millisecond) and say nothing about anybody.
"""

import os
import time
from functools import lru_cache
from typing import Literal, get_args

__all__ = ["PREFIXES", "Prefix", "is_id", "new_id"]

Prefix = Literal[
    "ord",
    "cns",
    "sub",
    "gnt",
    "dsc",
    "dec",
    "case",
    "evt",
    "mer",
    "pty",
    "ent",
    "rec",
    "req",
    "ct",
    "out",
    "hook",
    "msg",
    "ind",
    "hld",
    "inc",
    "run",
    "att",
    "grd",
    "apl",
    "prs",
]
PREFIXES: frozenset[str] = frozenset(get_args(Prefix))

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_DIGITS = frozenset(_ALPHABET)
_LENGTH = 26
_SHIFTS = tuple(range(70, -1, -10))


def new_id(prefix: Prefix) -> str:
    """Return a fresh id such as `ord_01kan6k3zw8t5q1r9v0m2c4d7e`, sortable by its millisecond."""
    noise = int.from_bytes(os.urandom(10))
    pairs = _PAIRS
    tail = "".join([pairs[noise >> shift & 1023] for shift in _SHIFTS])
    return f"{prefix}_{_moment(time.time_ns() // 1_000_000)}{tail}"


@lru_cache(maxsize=8)
def _moment(milliseconds: int) -> str:
    """Return the ten digits of a time; ids made in one millisecond share them."""
    return "".join([_PAIRS[milliseconds >> shift & 1023] for shift in (40, 30, 20, 10, 0)])


def is_id(text: str, prefix: Prefix) -> bool:
    """Tell whether the text has the shape of an id with this prefix; says nothing about its existence."""
    head, _, tail = text.partition("_")
    return head == prefix and len(tail) == _LENGTH and _DIGITS.issuperset(tail)
