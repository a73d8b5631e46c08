"""All SQL of the log; private to this room."""

import sqlite3
from collections.abc import Iterator

from sealane.model.errors import Conflict, NotFound, ProofInvalid
from sealane.storage.database import Transaction

__all__ = [
    "add",
    "add_sealed",
    "choose_origin",
    "entries_from",
    "erase_order",
    "index_of",
    "keep_opening",
    "leaf_of",
    "opening_of",
    "origin",
    "post",
    "posted",
    "sealed_for",
    "sealed_of",
    "size",
]

_ADD = "INSERT INTO log_entry (entry_id, leaf) VALUES (?, ?)"
_SEAL = "INSERT INTO log_sealed (entry_id, authority_id, sealed) VALUES (?, ?, ?)"
_KEEP = "INSERT INTO log_opening (order_id, entry_id, sealed) VALUES (?, ?, ?)"


def add(tx: Transaction, entry_id: str, leaf: bytes) -> None:
    """Put an entry behind all others; it gets its place when the batch commits."""
    tx.insert(_ADD, (entry_id, leaf))


def keep_opening(tx: Transaction, order_id: str | None, entry_id: str, sealed: bytes) -> None:
    """Keep what opens an entry, sealed."""
    tx.insert(_KEEP, (order_id or "", entry_id, sealed))


def erase_order(tx: Transaction, order_id: str) -> int:
    """Erase what opens the entries about an order; return how many there were."""
    return tx.execute("DELETE FROM log_opening WHERE order_id = ?", (order_id,))


def add_sealed(tx: Transaction, entry_id: str, authority_id: str, sealed: bytes) -> None:
    """Keep what only an authority can open."""
    tx.insert(_SEAL, (entry_id, authority_id, sealed))


def sealed_of(connection: sqlite3.Connection, entry_id: str) -> tuple[str, bytes]:
    """Return the authority of a sealed entry and what only it can open.

    Raises:
        NotFound: when there is no such sealed entry.
        ProofInvalid: when it was changed into something else than bytes.
    """
    row = connection.execute("SELECT authority_id, sealed FROM log_sealed WHERE entry_id = ?", (entry_id,)).fetchone()
    if row is None:
        raise NotFound(f"the log has no sealed entry {entry_id}")
    return str(row[0]), _as_stored(row[1], f"the sealed entry {entry_id}")


def sealed_for(connection: sqlite3.Connection, authority_id: str, after: str, limit: int) -> list[str]:
    """Return the ids of the entries sealed for an authority, oldest first, after the one that is named."""
    rows = connection.execute(
        "SELECT entry_id FROM log_sealed WHERE authority_id = ? AND entry_id > ? ORDER BY entry_id LIMIT ?",
        (authority_id, after, limit),
    )
    return [str(entry_id) for (entry_id,) in rows]


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
    """Yield index and leaf of at most `count` entries from this index on.

    Raises:
        ProofInvalid: when a leaf was changed into something else than bytes.
    """
    rows = connection.execute(
        "SELECT position - 1, leaf FROM log_entry WHERE position > ? ORDER BY position LIMIT ?", (index, count)
    )
    for at, leaf in rows:
        yield at, _as_stored(leaf, f"entry {at}")


def index_of(connection: sqlite3.Connection, entry_id: str) -> int:
    """Return the zero-based index of an entry.

    Raises:
        NotFound: when there is no such entry.
    """
    row = connection.execute("SELECT position - 1 FROM log_entry WHERE entry_id = ?", (entry_id,)).fetchone()
    if row is None:
        raise NotFound(f"the log has no entry {entry_id}")
    return int(row[0])


def posted(connection: sqlite3.Connection) -> tuple[int, bytes] | None:
    """Return size and note of the checkpoint that the leading server posted last.

    Raises:
        ProofInvalid: when the note was changed into something else than bytes.
    """
    row = connection.execute("SELECT size, note FROM log_head").fetchone()
    return None if row is None else (int(row[0]), _as_stored(row[1], "the posted checkpoint"))


def post(tx: Transaction, epoch: int, size: int, note: bytes) -> None:
    """Post a checkpoint in the place of an older one.

    Raises:
        Conflict: when a newer one, or one of a newer leader, is there.
    """
    if tx.one("SELECT 1 FROM log_head") is None:
        tx.insert("INSERT INTO log_head VALUES (?, ?, ?)", (epoch, size, note))
        return
    sql = "UPDATE log_head SET epoch = ?, size = ?, note = ? WHERE epoch <= ? AND size <= ?"
    if tx.execute(sql, (epoch, size, note, epoch, size)) == 0:
        raise Conflict("A newer checkpoint of this log was posted before.")


def opening_of(connection: sqlite3.Connection, entry_id: str, order_id: str | None) -> bytes | None:
    """Return what opens an entry about this order, sealed, or None when it was erased.

    Raises:
        ProofInvalid: when it was changed into something else than bytes.
    """
    sql = "SELECT sealed FROM log_opening WHERE order_id = ? AND entry_id = ?"
    row = connection.execute(sql, (order_id or "", entry_id)).fetchone()
    return None if row is None else _as_stored(row[0], f"what opens entry {entry_id}")


def leaf_of(connection: sqlite3.Connection, entry_id: str) -> tuple[bytes, bytes | None]:
    """Return leaf and salt of an entry; only entries of the first releases have their salt beside them.

    Raises:
        NotFound: when there is no such entry.
        ProofInvalid: when leaf or salt were changed into something else than bytes.
    """
    row = connection.execute("SELECT leaf, salt FROM log_entry WHERE entry_id = ?", (entry_id,)).fetchone()
    if row is None:
        raise NotFound(f"the log has no entry {entry_id}")
    leaf, salt = row
    return _as_stored(leaf, f"entry {entry_id}"), None if salt is None else _as_stored(salt, f"the salt of {entry_id}")


def _as_stored(value: object, what: str) -> bytes:
    """Return bytes as they are; SQLite keeps a value of any type in any column, whatever the column is declared as."""
    if not isinstance(value, bytes):
        raise ProofInvalid(f"{what} is no longer bytes in the database: it was changed there")
    return value
