"""The shield's SQL: tracking numbers of the order book, the notices handed out, and the keys that signed them."""

import sqlite3
from collections.abc import Iterable
from typing import Literal

import msgspec

from sealane.storage.transaction import Transaction

__all__ = ["Ending", "Stored", "add_key", "add_notice", "end_notice", "find_notice", "is_known_number", "keys"]

Ending = Literal["spent", "withdrawn"]

_FIND_NUMBER = "SELECT 1 FROM consignments WHERE tracking_number = ? LIMIT 1"
_ADD = """INSERT INTO notices (notice_id, merchant_id, consignment_id, token, issued_us, expires_us)
    VALUES (?, ?, ?, ?, ?, ?)"""
_FIND = "SELECT token, merchant_id, ended FROM notices WHERE notice_id = ?"
_END = "UPDATE notices SET ended = ?, ended_us = ? WHERE notice_id = ? AND ended IS NULL"
_ADD_KEY = "INSERT INTO notice_keys (key_id, public_key, entry_id) VALUES (?, ?, ?)"
_KEYS = "SELECT key_id, public_key, entry_id FROM notice_keys"


class Stored(msgspec.Struct, frozen=True):
    """A notice as it was handed out; `ended` says how it was ended before its time, if it was."""

    token: str
    merchant_id: str
    ended: Ending | None


def is_known_number(conn: sqlite3.Connection, numbers: Iterable[str]) -> bool:
    """Tell whether a consignment bears one of these numbers, as given."""
    return any(conn.execute(_FIND_NUMBER, (number,)).fetchone() is not None for number in numbers)


def add_notice(tx: Transaction, notice_id: str, merchant_id: str, consignment_id: str, signed: tuple[str, int]) -> None:
    """Store a notice; `signed` is its token and the microsecond at which it expires."""
    token, expires_us = signed
    tx.insert(_ADD, (notice_id, merchant_id, consignment_id, token, tx.now_us, expires_us))


def find_notice(source: sqlite3.Connection | Transaction, notice_id: str) -> Stored | None:
    """Return a notice by its id; None when this installation handed out no such one."""
    row = (
        source.one(_FIND, (notice_id,))
        if isinstance(source, Transaction)
        else source.execute(_FIND, (notice_id,)).fetchone()
    )
    return None if row is None else Stored(row[0], row[1], row[2])


def end_notice(tx: Transaction, notice_id: str, how: Ending) -> None:
    """End a notice; what was ended once stays ended so."""
    tx.execute(_END, (how, tx.now_us, notice_id))


def add_key(tx: Transaction, key_id: str, public_key: bytes, entry_id: str) -> None:
    """Store a public key and the log entry that pins it."""
    tx.insert(_ADD_KEY, (key_id, public_key, entry_id))


def keys(source: sqlite3.Connection | Transaction) -> dict[str, tuple[bytes, str]]:
    """Return every key of this installation by its id, with its log entry."""
    rows = source.all(_KEYS) if isinstance(source, Transaction) else source.execute(_KEYS).fetchall()
    return {key_id: (bytes(public_key), entry_id) for key_id, public_key, entry_id in rows}
