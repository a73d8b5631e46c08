"""All SQL of the log; private to this room."""

import sqlite3
from collections.abc import Iterator

from sealane.model.errors import Erased, NotFound
from sealane.storage.database import Transaction

__all__ = ["add", "choose_origin", "entries_from", "index_of", "origin", "salt_of", "size"]

_ADD = "INSERT INTO log_entry (entry_id, leaf, salt) VALUES (?, ?, ?)"


def add(tx: Transaction, entry_id: str, leaf: bytes, salt: bytes) -> None:
    """Put an entry behind all others; it gets its place when the batch commits."""
    tx.insert(_ADD, (entry_id, leaf, salt))


def choose_origin(tx: Transaction, origin: str) -> None:
    """Keep the name that the log will always have."""
    tx.insert("INSERT INTO log_identity (origin) VALUES (?)", (origin,))


def origin(connection: sqlite3.Connection) -> str | None:
    """Return the log's name, or None before it was chosen."""
    row = connection.execute("SELECT origin FROM log_identity").fetchone()
    return str(row[0]) if row else None


def size(connection: sqlite3.Connection) -> int:
    """Return the number of entries: the last position, as positions have no gaps."""
    return int(connection.execute("SELECT coalesce(max(position), 0) FROM log_entry").fetchone()[0])


def entries_from(connection: sqlite3.Connection, index: int, count: int) -> Iterator[tuple[int, bytes]]:
    """Yield index and leaf of at most `count` entries from this index on."""
    return connection.execute(
        "SELECT position - 1, leaf FROM log_entry WHERE position > ? ORDER BY position LIMIT ?", (index, count)
    )


def index_of(connection: sqlite3.Connection, entry_id: str) -> int:
    """Return the zero-based index of an entry.

    Raises:
        NotFound: when there is no such entry.
    """
    return int(_row_of(connection, entry_id)[0])


def salt_of(connection: sqlite3.Connection, entry_id: str) -> bytes:
    """Return the salt of an entry's digest.

    Raises:
        NotFound: when there is no such entry.
        Erased: when the salt is gone, and with it every way to test a guess of the content.
    """
    salt: bytes | None = _row_of(connection, entry_id)[1]
    if salt is None:
        raise Erased(f"the salt of entry {entry_id} was erased")
    return salt


def _row_of(connection: sqlite3.Connection, entry_id: str) -> tuple[int, bytes | None]:
    sql = "SELECT position - 1, salt FROM log_entry WHERE entry_id = ?"
    row: tuple[int, bytes | None] | None = connection.execute(sql, (entry_id,)).fetchone()
    if row is None:
        raise NotFound(f"the log has no entry {entry_id}")
    return row
