"""Tables as a move between two kinds of database sees them: rows in an order of their own, and a digest of them all.

The digest of a table is the sum of the SHA-256 of each row, modulo 2^256, so that it does not depend on the order in
which a database gives its rows. A row is hashed as a MessagePack array:

    ("last_us", 1790000000000000)      92 a7 6c 61 73 74 5f 75 73 cf 00 06 5b ...
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from sealane.storage.rows.statements import insert_into, places, select_from

__all__ = ["BATCH_BYTES", "BATCH_ROWS", "EMPTY", "Batch", "Table", "Tally", "batches", "rows_after", "tables_of"]

BATCH_ROWS = 5_000
BATCH_BYTES = 8 << 20
"""A batch ends with whichever comes first; some rows hold a megabyte."""

_MODULUS = 1 << 256
_TABLES = """SELECT name, wr FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'migrations' ORDER BY name"""
_COLUMNS = "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid"
_encode = msgspec.msgpack.Encoder().encode


class Table(NamedTuple):
    """A table, its columns, and the columns that its rows stand in the order of."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def insert(self) -> str:
        """The statement that adds one row."""
        return insert_into(self.name, self.columns)

    @property
    def select(self) -> str:
        """The statement that reads all rows."""
        return select_from(self.name, self.columns)


class Tally(NamedTuple):
    """How many rows, and the digest of them all."""

    rows: int
    digest: int

    def plus(self, rows: Iterable[Sequence[Any]]) -> "Tally":
        """Return the tally with these rows added."""
        count, total = self
        for row in rows:
            count += 1
            total += int.from_bytes(hashlib.sha256(_encode(tuple(row))).digest(), "big")
        return Tally(count, total % _MODULUS)

    @property
    def hexadecimal(self) -> str:
        """The digest as 64 hexadecimal digits."""
        return f"{self.digest:064x}"


EMPTY = Tally(0, 0)


class Batch(NamedTuple):
    """Rows that are written in one transaction, and the key of the last of them."""

    rows: list[tuple[Any, ...]]
    last: tuple[Any, ...]


def tables_of(connection: sqlite3.Connection) -> list[Table]:
    """Return the tables of an embedded database that hold what Sealane knows, by name."""
    found = []
    for name, has_no_rowid in connection.execute(_TABLES).fetchall():
        columns = connection.execute(_COLUMNS, (name,)).fetchall()
        primary = tuple(column for column, place in sorted(columns, key=lambda each: each[1]) if place)
        found.append(Table(name, tuple(column for column, _ in columns), primary if has_no_rowid else ("rowid",)))
    return found


def rows_after(connection: sqlite3.Connection, table: Table, last: Sequence[Any] | None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows behind a key, or all of them, each with its key in front."""
    key = ", ".join(table.key)
    behind = f"WHERE ({key}) > {places(len(table.key))}" if last is not None else ""
    sql = f"{select_from(table.name, (*table.key, *table.columns))} {behind} ORDER BY {key}"
    return connection.execute(sql, tuple(last or ()))


def batches(rows: Iterable[tuple[Any, ...]], key_width: int) -> Iterator[Batch]:
    """Put rows with their keys in front into batches of bounded size."""
    held: list[tuple[Any, ...]] = []
    size, last = 0, ()
    for row in rows:
        last, values = row[:key_width], row[key_width:]
        held.append(values)
        size += sum(len(value) for value in values if isinstance(value, bytes | str))
        if len(held) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield Batch(held, last)
            held, size = [], 0
    if held:
        yield Batch(held, last)
