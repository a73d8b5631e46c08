"""Proving a copy: what the target holds, read back, is what the source gave, and its log is the one that was signed."""

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from sealane.cli.growing.tables import EMPTY, Table, Tally
from sealane.model.errors import ProofInvalid
from sealane.storage.postgres.session import Session
from sealane.supervision.audit import audit
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import open_published

__all__ = ["Readable", "Tick", "check_log", "compare", "read_all", "rows_in"]

Tick = Callable[[str, int, int], None]
"""Hears what is being done, how many rows of it are done, and how many there are."""

_AT_ONCE = 256
_LEAVES = "SELECT position - 1, leaf FROM log_entry ORDER BY position"


class Readable(Protocol):
    """A connection of either kind, as far as it is read here."""

    def execute(self, sql: str, /) -> Any:
        """Run one statement and return its cursor."""


def rows_in(connection: Readable, table: Table) -> int:
    """Return how many rows a table has."""
    return int(connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0])  # noqa: S608 - our own names


def read_all(connection: Readable, select: str) -> Generator[Any, None, None]:
    """Yield every row of a query, a few at a time: a server would send all of them at once."""
    if not isinstance(connection, Session):
        yield from connection.execute(select)
        return
    connection.execute("BEGIN")
    try:
        connection.execute(f"DECLARE everything CURSOR FOR {select}")
        while rows := connection.execute(f"FETCH {_AT_ONCE} FROM everything").fetchall():
            yield from rows
    finally:
        connection.rollback()


def compare(table: Table, tally: Tally, rows: int, target: Readable, tick: Tick) -> None:
    """Read the copy of a table and compare it with the tally of the source.

    Raises:
        ProofInvalid: when a row is missing, doubled or different.
    """
    found, batch = EMPTY, []
    for row in read_all(target, table.select):
        batch.append(row)
        if len(batch) == _AT_ONCE:
            found, batch = found.plus(batch), []
            tick("Comparing", found.rows, rows)
    found = found.plus(batch)
    if found != tally or found.rows != rows:
        raise ProofInvalid(
            f"The copy of {table.name} has {found.rows} rows and digest {found.hexadecimal[:16]}, "
            f"the source {rows} and {tally.hexadecimal[:16]}",
            remedy="Nothing was changed where the data comes from. Remove the copy, and move again.",
        )


def check_log(folder: Path, target: Readable) -> int:
    """Grow the log's tree from the copied entries, compare it with all that was published; return the proven entries.

    Raises:
        ProofInvalid: naming the first entry that differs.
        DependencyUnavailable: when the folder holds no log.
    """
    files = LogFolder(folder / "log")
    _, checkpoint = open_published(files)
    with closing(read_all(target, _LEAVES)) as leaves:
        audit(files, checkpoint, leaves)
    return checkpoint.size
