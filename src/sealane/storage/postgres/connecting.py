"""Connecting: the one writing session of an installation, and the schema in its place.

A session holds an advisory lock for as long as it lives, so a second writer on the same database is refused, also from
another machine. Running numbers leave no gap: PostgreSQL's sequences go on counting through a rollback and a crash, the
transparency log must not, so they are set back after either.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sealane.model.errors import Misconfigured
from sealane.storage.postgres.session import Session
from sealane.storage.schema import migrate, shipped

if TYPE_CHECKING:
    import psycopg

__all__ = [
    "LOCK",
    "TABLES",
    "WriterSession",
    "align",
    "busy",
    "connect_writer",
    "explained",
    "open_session",
    "take_lock",
]

LOCK = 0x5EA1A7E
"""Held by a single writer alone, or by several servers together."""
_GRACE_S = 2.0
_STEP_S = 0.05

_NUMBERED = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND is_identity = 'YES'"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


class WriterSession(Session):
    """The session that writes; it takes its lock again whenever it connects anew."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._lock()

    def reconnect(self) -> None:
        """Connect anew and take the lock.

        Raises:
            ServerLost: when the server does not answer.
            sqlite3.OperationalError: when another writer has taken over.
        """
        super().reconnect()
        self._lock()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Run one statement and return its cursor; after a rollback, numbers go on where the stored rows end.

        Raises:
            sqlite3.Error: when the server refuses it or is gone.
        """
        cursor = super().execute(sql, params)
        if sql == "ROLLBACK":
            align(self)
        return cursor

    def _lock(self) -> None:
        take_lock(self, "SELECT pg_try_advisory_lock(?)", "another Sealane writes to this database")
        align(self)


def align(session: Session) -> None:
    """Let every running number go on where the stored rows end; nobody else may be writing.

    Raises:
        sqlite3.Error: when the server is gone.
    """
    for table, column in session.execute(_NUMBERED).fetchall():
        next_one = f"(SELECT coalesce(max({column}), 0) + 1 FROM {table})"  # noqa: S608 - names of our own schema
        session.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {next_one}, false)")


def take_lock(session: Session, sql: str, told: str) -> None:
    """Take the lock of the installation; it may be free a moment late, when its holder has just ended.

    Raises:
        sqlite3.OperationalError: with `told`, when it is still held after that moment; the session is closed.
    """
    until = time.monotonic() + _GRACE_S
    while not all(session.execute(sql, (LOCK,)).fetchone() or (False,)):
        if time.monotonic() > until:
            session.close()
            raise busy(told)
        time.sleep(_STEP_S)


def connect_writer(url: str, now_us: int) -> WriterSession:
    """Return the writing session, its schema brought up to this release.

    Raises:
        Misconfigured: when the server does not answer, the database belongs to another program or a newer release, or
            another Sealane writes to it.
    """
    session = open_session(url)
    try:
        migrate(session, shipped(), now_us, tables=TABLES)
        session.execute("SET synchronous_commit TO on")
    except BaseException:
        session.close()
        raise
    return session


def busy(told: str) -> sqlite3.OperationalError:
    """Return the error of a database that another program writes to."""
    fault = sqlite3.OperationalError(told)
    fault.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return fault


def open_session(url: str) -> WriterSession:
    """Return the writing session of a database whose tables are left as they are.

    Raises:
        Misconfigured: when the server does not answer, or another Sealane writes to the database.
    """
    with explained():
        return WriterSession(url)


@contextmanager
def explained(setting: str = "database") -> Iterator[None]:
    """Say at a start why a server cannot be used, and what to do.

    Raises:
        Misconfigured: when it does not answer, or another Sealane writes to the database.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            raise Misconfigured(
                "Another Sealane writes to this PostgreSQL database.",
                remedy="Stop it, name another database, or let several servers share this one: give each of them the "
                "setting `keys_database`.",
            ) from error
        raise Misconfigured(
            "The PostgreSQL server does not answer, or refuses the user.",
            remedy=f"Check the setting `{setting}` and that the server runs: postgresql://user@host:5432/name",
        ) from error
