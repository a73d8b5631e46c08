"""The outbox: what is to be told to others, stored in the transaction that made it true."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.storage.transaction import Transaction

__all__ = ["Notice", "add", "last", "newest", "note_streamed", "page", "read", "streamed"]

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


def last(tx: Transaction) -> int:
    """Return the number of the latest notice, 0 when there is none; those of this batch are numbered for it."""
    row = tx.one("SELECT coalesce(max(number), 0) FROM outbox")
    return int(row[0]) if row else 0


def read(conn: sqlite3.Connection, number: int) -> Notice:
    """Return the notice with this number.

    Raises:
        NotFound: when there is none.
    """
    sql = "SELECT number, kind, order_id, body, created_us FROM outbox WHERE number = ?"
    row = conn.execute(sql, (number,)).fetchone()
    if row is None:
        raise NotFound("There is no notice with this number.")
    return Notice(*row)


def page(conn: sqlite3.Connection, after: int, limit: int) -> list[Notice]:
    """Return at most `limit` notices with a number above `after`, oldest first."""
    rows = conn.execute(
        "SELECT number, kind, order_id, body, created_us FROM outbox WHERE number > ? ORDER BY number LIMIT ?",
        (after, limit),
    )
    return [Notice(*row) for row in rows]


def newest(conn: sqlite3.Connection, limit: int) -> list[bytes]:
    """Return the bodies of the notices stored last, newest first."""
    rows = conn.execute("SELECT body FROM outbox ORDER BY number DESC LIMIT ?", (limit,))
    return [bytes(body) for (body,) in rows]


def streamed(conn: sqlite3.Connection, topic: str) -> int:
    """Return the number of the last notice that a topic has, 0 when it has none."""
    row = conn.execute("SELECT number FROM stream_sent WHERE topic = ?", (topic,)).fetchone()
    return 0 if row is None else int(row[0])


def note_streamed(tx: Transaction, topic: str, number: int) -> None:
    """Take note that a topic has all notices up to a number."""
    sql = "INSERT INTO stream_sent VALUES (?, ?) ON CONFLICT (topic) DO UPDATE SET number = excluded.number"
    tx.execute(sql, (topic, number))
