"""Batches: the rows of one INSERT in one statement, one array a column, whatever their number.

    INSERT INTO t VALUES (?, ?)    INSERT INTO t SELECT * FROM unnest(%b::text[], %b::bigint[])

Arrays go in binary: as text, the bytes of a row would be written as hexadecimal digits and quoted twice.

A statement that changes rows on a conflict stays as it is: one statement may not change a row twice, a batch may.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["COLUMNS", "Insert", "as_arrays", "parse_insert"]

COLUMNS = """SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
"""Names and types of a table's columns, in order."""

_KEPT = 512
_INSERT = re.compile(
    r"\s*INSERT INTO (\w+)\s*(?:\(([\w, ]+)\))?\s*VALUES \(\?(?:, \?)*\)"
    r"(\s*ON CONFLICT(?: \([\w, ]+\))? DO NOTHING)?\s*"
)


class Insert(NamedTuple):
    """An INSERT of rows: its table, the columns it names, if it names any, and what it says of conflicts."""

    table: str
    columns: tuple[str, ...]
    conflict: str

    def arrays(self, types: dict[str, str]) -> str:
        """Return the statement that takes arrays, by the types of the table's columns."""
        names = self.columns or tuple(types)
        places = ", ".join(f"%b::{types[name]}[]" for name in names)
        return f"INSERT INTO {self.table} ({', '.join(names)}) SELECT * FROM unnest({places}){self.conflict}"  # noqa: S608  # names of our own statements


@lru_cache(_KEPT)
def parse_insert(sql: str) -> Insert | None:
    """Return what an INSERT of rows says, None for any other statement."""
    found = _INSERT.fullmatch(sql)
    if found is None:
        return None
    columns = tuple(name.strip() for name in found[2].split(",")) if found[2] else ()
    return Insert(found[1], columns, found[3] or "")


def as_arrays(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return the rows column by column, each column of one kind; claims become 0 and 1, as they are stored."""
    return [_alike(column) for column in zip(*rows, strict=True)]


def _alike(column: Sequence[Any]) -> list[Any]:
    kinds = set(map(type, column))
    if float in kinds:
        return [None if value is None else float(value) for value in column]
    return [int(value) if isinstance(value, bool) else value for value in column] if bool in kinds else list(column)
