"""The SQL of shared data keys: the tables of vault-keys.db on a PostgreSQL server, and the way there."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from sealane.storage.database import open_key_store
from sealane.vault.store import open_keys, writing

__all__ = ["copy_out", "move_in", "open_server_keys"]

_TABLES = {"data_key": "?, ?, ?, ?, ?", "erased": "?, ?, ?, ?"}
_AT_ONCE = 10_000
_SERVER_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS data_key (
        number BIGINT PRIMARY KEY, kind TEXT NOT NULL, kek_version BIGINT NOT NULL, wrapped BYTEA NOT NULL,
        tenant TEXT NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS issued (one BIGINT PRIMARY KEY, highest BIGINT NOT NULL)",
    "INSERT INTO issued VALUES (1, 0) ON CONFLICT DO NOTHING",
    """CREATE TABLE IF NOT EXISTS erased (
        number BIGINT PRIMARY KEY, subject_id TEXT NOT NULL, erased_us BIGINT NOT NULL, receipt BYTEA NOT NULL)""",
)


def open_server_keys(url: str) -> sqlite3.Connection:
    """Return a session of the PostgreSQL database of data keys, making its tables on first use.

    Raises:
        Misconfigured: when the server does not answer.
        DependencyUnavailable: when it goes away meanwhile.
    """
    session = open_key_store(url)
    # It has of a connection what this room uses, and speaks the part of SQL that both engines share.
    keys = cast("sqlite3.Connection", session)
    with session.alone():
        for statement in _SERVER_SCHEMA:
            keys.execute(statement)
    return keys


def copy_out(url: str, path: Path) -> str | None:
    """Copy the data keys of the database at the address into a new file; return the key ring of the same moment.

    Raises:
        Misconfigured: when one of them cannot be used.
        DependencyUnavailable: when the server goes away meanwhile.
    """
    with closing(open_key_store(url)) as source, closing(open_keys(path)) as target, writing(target):
        source.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, row in _TABLES.items():
            cursor = source.execute(f"SELECT * FROM {table}")  # noqa: S608  # our own names
            while rows := cursor.fetchmany(_AT_ONCE):
                target.executemany(f"INSERT INTO {table} VALUES ({row})", rows)  # noqa: S608  # our own names
        target.execute("UPDATE issued SET highest = ?", source.execute("SELECT highest FROM issued").fetchone())
        return source.load()


def move_in(path: Path, url: str) -> None:
    """Copy the data keys of a file into the database at the address, unless keys were given out there already.

    Raises:
        Misconfigured: when one of them cannot be used.
        DependencyUnavailable: when the server goes away meanwhile; nothing is there then.
    """
    with closing(open_keys(path)) as source, closing(open_server_keys(url)) as target, writing(target):
        if target.execute("SELECT highest FROM issued FOR UPDATE").fetchone()[0]:
            return
        for table, row in _TABLES.items():
            cursor = source.execute(f"SELECT * FROM {table}")  # noqa: S608  # our own names
            while rows := cursor.fetchmany(_AT_ONCE):
                target.executemany(f"INSERT INTO {table} VALUES ({row})", rows)  # noqa: S608  # our own names
        target.execute("UPDATE issued SET highest = ?", source.execute("SELECT highest FROM issued").fetchone())
