"""Backups of an installation whose databases are on PostgreSQL servers, written as the files of a folder.

Each database is read as of one moment, beside running servers. What comes out is what `sealane restore` puts into a
folder; `sealane migrate` brings it to a server again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sealane.cli.growing.checking import Tick, rows_in
from sealane.cli.growing.tables import Table, batches, tables_of
from sealane.model.clock import to_micros
from sealane.storage.connection import connect_writer
from sealane.storage.postgres.connecting import explained
from sealane.storage.postgres.session import Session
from sealane.storage.schema import check, migrate, shipped

__all__ = ["copy_served", "rows_of"]

_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_AT_ONCE = 1_000


def copy_served(url: str, target: Path, now: datetime, tick: Tick) -> None:
    """Copy the database at the address into a new embedded one.

    Raises:
        Misconfigured: when the server does not answer, or its schema is not the one of this release.
        sqlite3.Error: when it goes away meanwhile.
    """
    with explained():
        session = Session(url)
    with closing(session) as source, closing(connect_writer(target)) as copy:
        source.execute(_SNAPSHOT)
        check(source, shipped())
        migrate(copy, shipped(), to_micros(now))
        tables = tables_of(copy)
        total, done = sum(rows_in(source, table) for table in tables), 0
        for table in tables:
            copy.execute(f"DELETE FROM {table.name}")  # noqa: S608 - names of our own schema
            for batch in batches(_rows(source, table), 0):
                copy.execute("BEGIN")
                copy.executemany(table.insert, batch.rows)
                copy.execute("COMMIT")
                done += len(batch.rows)
                tick(target.name, done, total)
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def rows_of(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query; none from a database that is gone, or new and empty."""
    try:
        with closing(Session(url)) as session:
            return session.execute(sql).fetchall()
    except sqlite3.Error:
        return []


def _rows(source: Session, table: Table) -> Iterator[tuple[Any, ...]]:
    source.execute(f"DECLARE everything CURSOR FOR {table.select}")
    while rows := source.execute(f"FETCH {_AT_ONCE} FROM everything").fetchall():
        yield from rows
    source.execute("CLOSE everything")
