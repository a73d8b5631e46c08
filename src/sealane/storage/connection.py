"""SQLite connections: the one that writes, the ones that read, and what their errors mean.

Only the writing connection ever checkpoints the write-ahead log: SQLite before 3.51.3 can lose a commit when one
connection writes and another checkpoints at the same instant.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sealane.model.errors import DependencyUnavailable, Misconfigured

__all__ = ["CommitUnknown", "Readers", "ServerLost", "connect_writer", "disk_fault", "reconnect", "start_fault"]

RECONNECT_SECONDS = 8.0
RECONNECT_PAUSE_SECONDS = 0.1

_STATEMENTS = 512
"""Prepared statements kept per connection; more than all rooms use together."""

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",  # KiB: holds the upper levels of every index over some million orders
    "PRAGMA wal_autocheckpoint = 0",  # the writer checkpoints by itself, after its callers have their answers
    "PRAGMA journal_size_limit = 67108864",
)

_FAULTS = {
    sqlite3.SQLITE_FULL: ("The disk that holds the database is full.", "Free space on that disk."),
    sqlite3.SQLITE_IOERR: ("The disk that holds the database fails to read or write.", "Check that disk."),
    sqlite3.SQLITE_READONLY: ("The database cannot be written.", "Make the data folder writable."),
    sqlite3.SQLITE_PERM: ("The database may not be opened.", "Make the data folder writable."),
    sqlite3.SQLITE_CANTOPEN: (
        "The database file cannot be opened.",
        "Check that the data folder is there and writable.",
    ),
    sqlite3.SQLITE_CORRUPT: ("The database file is damaged.", "Restore the data folder from a backup."),
    sqlite3.SQLITE_NOTADB: ("The file sealane.db is no SQLite database.", "Move that file away or restore a backup."),
    sqlite3.SQLITE_NOMEM: ("There is not enough memory for the database.", "Give the machine more memory."),
    sqlite3.SQLITE_BUSY: ("Another program holds the database.", "Close the program that has sealane.db open."),
}
"""Primary result codes of SQLite that are the machine's fault, with what happened and what to do."""


class ServerLost(sqlite3.OperationalError):
    """The server that holds the database is gone, or has closed the connection."""


class CommitUnknown(ServerLost):
    """The server went away during a commit and has not come back to tell whether it happened."""


def connect_writer(path: Path) -> sqlite3.Connection:
    """Return the writing connection: a write-ahead log, and every commit forced to the disk before it returns.

    Raises:
        Misconfigured: when the file is no database or cannot be written.
    """
    try:
        path.touch(mode=0o600)
        connection = _connect(path.as_uri())
        for pragma in _WRITER_PRAGMAS:
            connection.execute(pragma)
    except (sqlite3.Error, OSError) as error:
        raise start_fault(error, path) from error
    return connection


class Readers:
    """A pool of read-only connections; each loan sees one moment of the database and never blocks the writer."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.as_uri()}?mode=ro"
        self._idle: list[sqlite3.Connection] = []

    @contextmanager
    def borrow(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for the length of a `with` block.

        Raises:
            DependencyUnavailable: when the disk or the file fails.
        """
        try:
            connection = self._take()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()
                self._idle.append(connection)
        except sqlite3.Error as error:
            fault = disk_fault(error)
            if fault is None:
                raise
            raise fault from error

    def close(self) -> None:
        """Close the idle connections; one that is on loan closes when it is dropped."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return _connect(self._uri)


def reconnect(connection: sqlite3.Connection) -> bool:
    """Connect to the server again, for some seconds; tell whether it came back."""
    deadline = time.monotonic() + RECONNECT_SECONDS
    while time.monotonic() < deadline:
        try:
            connection.reconnect()  # type: ignore[attr-defined]  # only a session of a server is ever lost
        except sqlite3.OperationalError:
            time.sleep(RECONNECT_PAUSE_SECONDS)
        else:
            return True
    return False


def disk_fault(error: BaseException) -> DependencyUnavailable | None:
    """Return what callers are told when the machine is at fault; None when a statement or a row is."""
    if isinstance(error, CommitUnknown):
        return DependencyUnavailable(
            "The database server went away before it said whether this is stored.",
            remedy="Send it again with the same Idempotency-Key: it has one effect, however often it is sent.",
        )
    if isinstance(error, ServerLost):
        return DependencyUnavailable("The database server does not answer.")
    known = _FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if known is None:
        return None
    return DependencyUnavailable(known[0], remedy=f"{known[1]} Then send the request again: nothing of it was stored.")


def start_fault(error: Exception, path: Path) -> Misconfigured:
    """Return why Sealane cannot start on this database file, with what to change."""
    known = _FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if known is not None:
        return Misconfigured(f"{known[0]} ({path})", remedy=f"{known[1]} Or use another --data-dir.")
    return Misconfigured(
        f"The database {path} cannot be used: {error}.",
        remedy="Make it readable and writable, or use another --data-dir.",
    )


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS, timeout=5.0
    )
