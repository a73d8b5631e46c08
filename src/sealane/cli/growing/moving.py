"""Moving to a server: the embedded database of a folder, copied into an empty PostgreSQL database."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sealane.cli.growing.checking import Tick, check_log, compare, rows_in
from sealane.cli.growing.staging import Source, Staging
from sealane.cli.growing.tables import EMPTY, Table, Tally, batches, rows_after, tables_of
from sealane.model.clock import to_micros
from sealane.model.errors import Conflict, NotFound
from sealane.storage.connection import connect_writer
from sealane.storage.database import DATABASE_FILE
from sealane.storage.folder import FolderLock
from sealane.storage.postgres.connecting import TABLES, WriterSession, open_session
from sealane.storage.schema import check, shipped

__all__ = ["Moved", "move_to_server"]


class Moved(NamedTuple):
    """What a move did: the tally of each table, how many log entries were proven, and where the source is now."""

    tallies: dict[str, Tally]
    entries: int
    has_resumed: bool
    source: Path


def move_to_server(folder: Path, url: str, now: datetime, tick: Tick) -> Moved:
    """Copy the folder's database to the server, prove the copy, publish it, and put the source aside.

    Run again after a kill, it goes on where the last commit was. The source is only read.

    Raises:
        NotFound: when the folder holds no database.
        Misconfigured: when a server runs on the folder or on the target, or either cannot be used.
        Conflict: when the target is not empty.
        ProofInvalid: when the copy is not the source, or its entries are not those that the checkpoint signs.
    """
    path = folder.absolute() / DATABASE_FILE
    lock = FolderLock(folder)
    try:
        with closing(_open_source(path)) as source, closing(open_session(url)) as target:
            tables, origin = tables_of(source), Source.of(source)
            staging = _prepare(target, origin, to_micros(now))
            if staging is None:
                tallies = {table.name: _tally(source, table) for table in tables}
                entries = check_log(folder, target)
            else:
                _copy(source, staging, tables, tick)
                tallies = {table.name: staging.state(table).tally for table in tables}
                for table in tables:
                    compare(table, tallies[table.name], rows_in(source, table), target, tick)
                entries = check_log(folder, target)
                staging.publish()
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        aside = path.rename(path.with_name(f"{DATABASE_FILE}-moved-{now:%Y%m%dT%H%M%SZ}"))
        return Moved(tallies, entries, staging is None or staging.resumes, aside)
    finally:
        lock.release()


def _open_source(path: Path) -> sqlite3.Connection:
    """Open the embedded database for reading alone; nobody else has it open.

    Raises:
        NotFound: when there is none.
        Misconfigured: when it is not one of this release, or cannot be used.
    """
    if not path.exists():
        raise NotFound(f"There is no Sealane database in {path.parent}.", remedy="Name the folder with --data-dir.")
    connection = connect_writer(path)
    try:
        check(connection, shipped())
    except BaseException:
        connection.close()
        raise
    connection.execute("PRAGMA query_only = 1")
    return connection


def _prepare(target: WriterSession, source: Source, now_us: int) -> Staging | None:
    """Return where the copy grows, or None when all of it was published and only the source was left in its place.

    Raises:
        Conflict: when the target holds anything else, or may not be told where tables go.
    """
    (home,) = target.execute("SELECT current_schema()").fetchone() or (None,)
    if home is None:
        raise Conflict(
            "The PostgreSQL user has no schema to make tables in.", remedy="Run deploy/postgres/roles.sql first."
        )
    if not target.execute(TABLES).fetchall():
        return Staging(target, home, source, now_us)
    if ("log_identity",) in target.execute(TABLES).fetchall() and Source.of(target) == source:
        return None
    raise Conflict(
        "The PostgreSQL database is not empty.", remedy="Name an empty one: CREATE DATABASE sealane OWNER sealane_owner"
    )


def _copy(source: sqlite3.Connection, staging: Staging, tables: list[Table], tick: Tick) -> None:
    """Copy what is not copied yet, table by table."""
    total = sum(rows_in(source, table) for table in tables)
    states = {table: staging.state(table) for table in tables}
    done = sum(state.tally.rows for state in states.values())
    for table, state in states.items():
        tally = state.tally
        for batch in batches(rows_after(source, table, state.last), len(table.key)):
            tally = tally.plus(batch.rows)
            staging.add(table, batch, tally)
            done += len(batch.rows)
            tick("Copying", done, total)


def _tally(source: sqlite3.Connection, table: Table) -> Tally:
    tally = EMPTY
    for batch in batches(rows_after(source, table, None), len(table.key)):
        tally = tally.plus(batch.rows)
    return tally
