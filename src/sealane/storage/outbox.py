"""The outbox: what is to be told to others, stored in the transaction that made it true."""

import sqlite3

import msgspec

from sealane.storage.transaction import Transaction

__all__ = ["Notice", "add", "page"]

_ADD = "INSERT INTO outbox (kind, order_id, body, created_us) VALUES (?, ?, ?, ?)"


class Notice(msgspec.Struct, frozen=True):
    """One thing to tell: `kind` is an audit event such as `order.decided`, `body` its JSON."""

    number: int
    kind: str
    order_id: str
    body: bytes
    created_us: int


def add(tx: Transaction, kind: str, order_id: str, body: bytes) -> None:
    """Store a notice; it is numbered when the batch is written."""
    tx.insert(_ADD, (kind, order_id, body, tx.now_us))


def page(conn: sqlite3.Connection, after: int, limit: int) -> list[Notice]:
    """Return at most `limit` notices with a number above `after`, oldest first."""
    rows = conn.execute(
        "SELECT number, kind, order_id, body, created_us FROM outbox WHERE number > ? ORDER BY number LIMIT ?",
        (after, limit),
    )
    return [Notice(*row) for row in rows]
