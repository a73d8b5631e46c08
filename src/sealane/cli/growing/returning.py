"""Returning from a server: a PostgreSQL database, copied into a new embedded one beside its keys and its log."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sealane.cli.growing.checking import Tick, check_log, compare, read_all, rows_in
from sealane.cli.growing.tables import EMPTY, Table, Tally, batches, tables_of
from sealane.model.clock import to_micros
from sealane.model.errors import Conflict
from sealane.storage.connection import connect_writer
from sealane.storage.database import DATABASE_FILE
from sealane.storage.folder import FolderLock
from sealane.storage.postgres.connecting import WriterSession, open_session
from sealane.storage.schema import check, migrate, shipped

__all__ = ["return_to_folder"]

_DRAFT = f"{DATABASE_FILE}-incoming"


def return_to_folder(folder: Path, url: str, now: datetime, tick: Tick) -> tuple[dict[str, Tally], int]:
    """Copy the server's database into the folder, prove the copy, and put it in its place; the source is only read.

    Returns the tally of each table and how many entries of the log were proven. A copy that was killed begins anew.

    Raises:
        Conflict: when the folder holds an embedded database already.
        Misconfigured: when a server runs on the folder or on the source, or either cannot be used.
        DependencyUnavailable: when the folder is not the one that the database was served with: it holds no log.
        ProofInvalid: when the copy is not the source, or its entries are not those that the checkpoint signs.
    """
    path, draft = folder.absolute() / DATABASE_FILE, folder.absolute() / _DRAFT
    lock = FolderLock(folder)
    try:
        if path.exists():
            raise Conflict(f"{folder} holds an embedded database already.", remedy=f"Move {path} away first.")
        for left in folder.glob(f"{_DRAFT}*"):
            left.unlink()
        with closing(open_session(url)) as source, closing(connect_writer(draft)) as target:
            check(source, shipped())
            migrate(target, shipped(), to_micros(now))
            tallies = _copy(source, target, tick)
            entries = check_log(folder, target)
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        draft.rename(path)
        os.sync()
        return tallies, entries
    finally:
        lock.release()


def _copy(source: WriterSession, target: sqlite3.Connection, tick: Tick) -> dict[str, Tally]:
    tables = tables_of(target)
    total, done = sum(rows_in(source, table) for table in tables), 0
    tallies = {}
    for table in tables:
        tally = EMPTY
        target.execute(f"DELETE FROM {table.name}")  # noqa: S608 - names of our own schema
        for rows in _batches(source, table):
            tally = tally.plus(rows)
            target.execute("BEGIN")
            target.executemany(table.insert, rows)
            target.execute("COMMIT")
            done += len(rows)
            tick("Copying", done, total)
        compare(table, tally, rows_in(source, table), target, tick)
        tallies[table.name] = tally
    return tallies


def _batches(source: WriterSession, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    with closing(read_all(source, table.select)) as rows:
        for batch in batches(rows, 0):
            yield batch.rows
