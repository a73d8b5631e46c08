"""The database of a data folder: one writer with group commit, many readers.

database = Database.open(Path("sealane-data"))
total = database.run(lambda tx: tx.one("SELECT count(*) FROM orders"))
with database.reader() as connection:
    connection.execute("SELECT count(*) FROM orders").fetchone()
database.close()
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, Self, TypeVar, cast

from sealane.model.clock import Clock, system_clock
from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.storage.answering import AwaitedJob, BlockingJob
from sealane.storage.connection import Readers, connect_writer, start_fault
from sealane.storage.folder import FolderLock
from sealane.storage.schema import check, migrate, shipped
from sealane.storage.sharing.lead import Lead
from sealane.storage.transaction import Transaction
from sealane.storage.writer import Pressure, Writer

__all__ = ["DATABASE_FILE", "Database", "KeyStore", "Transaction", "open_key_store", "open_lead", "open_readers"]

T = TypeVar("T")

DATABASE_FILE = "sealane.db"


class KeyStore(Protocol):
    """What keeps an installation's keys on a server: the text of the key ring, and a connection for data keys."""

    def load(self) -> str | None:
        """Return the text of the key ring, None when there is none yet."""

    def save(self, text: str, known: str | None) -> bool:
        """Keep the text of the key ring in the place of the known one; tells whether that was still there."""

    def alone(self) -> AbstractContextManager[None]:
        """Let one server after another do what makes tables or keys on first use."""

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Run one statement."""

    def close(self) -> None:
        """Close the connection."""


class Database:
    """An open data folder. Flows run one at a time; their callers hear of success only once it is durable."""

    def __init__(self, lock: FolderLock, writer: Writer, readers: Readers) -> None:
        self._lock = lock
        self._writer = writer
        self._readers = readers

    @classmethod
    def open(cls, folder: Path, *, clock: Clock = system_clock, url: str = "", is_shared: bool = False) -> Self:
        """Open the folder, making it on first use, and bring the schema of its database up to this release.

        The database is the embedded one in the folder, or that of a PostgreSQL server at `url`; with other servers
        beside this one when it `is_shared`.

        Raises:
            Misconfigured: when another process holds the folder, the folder or the disk cannot be written, the file is
                no database of ours, or its schema is newer than this release.
        """
        lock = FolderLock(folder)
        if url:
            try:
                return cls(lock, *(_on_shared(url, clock) if is_shared else _on_server(url, clock)))
            except BaseException:
                lock.release()
                raise
        try:
            path = folder.absolute() / DATABASE_FILE
            connection = connect_writer(path)
            try:
                _prepare(connection, path, clock())
            except BaseException:
                connection.close()
                raise
        except BaseException:
            lock.release()
            raise
        return cls(lock, Writer(connection, clock), Readers(path))

    def run(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow and block until it is durable; return what it returned.

        Raises:
            BaseException: the flow's own error, as soon as it fails.
            DependencyUnavailable: when the disk fails or the database is closed; nothing was stored.
            RuntimeError: when a flow calls this; it has a transaction already.
        """
        if self._writer.is_current_thread():
            raise RuntimeError("A flow runs inside a transaction already; it must use that one.")
        job = BlockingJob(flow)
        self._writer.submit(job)
        result: T = job.wait()
        return result

    async def run_async(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow and await its durability; a cancelled caller leaves the flow running.

        Raises:
            BaseException: the flow's own error, as soon as it fails.
            DependencyUnavailable: when the disk fails or is far behind, or the database is closed; nothing was stored.
        """
        self._writer.admit()
        job = AwaitedJob(flow, asyncio.get_running_loop())
        self._writer.submit(job)
        result: T = await job.future
        return result

    def pressure(self) -> Pressure:
        """Return how far the disk is behind what comes in."""
        return self._writer.pressure()

    def reader(self) -> AbstractContextManager[sqlite3.Connection]:
        """Lend a read-only connection that sees one moment of the database and never blocks the writer.

        Raises:
            DependencyUnavailable: when the disk or the file fails.
        """
        return self._readers.borrow()

    def on_reset(self, restore: Callable[[Transaction], None]) -> None:
        """Register what reloads a room's memory when a batch was rolled back after `on_success` effects ran."""
        self._writer.on_reset(restore)

    def on_turn(self, follow: Callable[[Transaction], None]) -> None:
        """Register what takes in, on the writer thread, what other servers of the same database committed."""
        self._writer.on_turn(follow)

    def on_news(self, renew: Callable[[Transaction], None]) -> None:
        """Register what reads again, on the writer thread, what is kept in memory; see `Transaction.announce`."""
        self._writer.on_news(renew)

    def close(self) -> None:
        """Finish what was submitted, fold the write-ahead log into the file, release the folder; repeatable."""
        self._readers.close()
        self._writer.close()
        self._lock.release()


def _on_server(url: str, clock: Clock) -> tuple[Writer, Readers]:
    """Return writer and readers of a PostgreSQL database.

    Raises:
        Misconfigured: when the extra is not installed, the server does not answer, or its database is not ours.
    """
    # Sessions and readers have of their embedded counterparts what the rooms use of them.
    session = cast("sqlite3.Connection", _postgres().connect_writer(url, clock()))
    return Writer(session, clock, upkeep=None), _server_readers(url)


def _on_shared(url: str, clock: Clock) -> tuple[Writer, Readers]:
    """Return writer and readers of a PostgreSQL database that several servers write to in turns.

    Raises:
        Misconfigured: when the extra is not installed, the server does not answer, or its database is not ours.
    """
    session = _postgres().connect_turns(url, clock())
    writer = Writer(cast("sqlite3.Connection", session), clock, upkeep=None, turns=session)
    return writer, _server_readers(url)


def open_lead(url: str) -> Lead:
    """Return this server's part in leading the servers of one PostgreSQL database.

    Raises:
        DependencyUnavailable: when the server does not answer.
    """
    try:
        return cast("Lead", _postgres().Lease(url))
    except sqlite3.OperationalError as error:
        raise DependencyUnavailable("The database server does not answer.") from error


def open_key_store(url: str) -> KeyStore:
    """Return a session of the PostgreSQL database that holds the keys of an installation.

    Raises:
        Misconfigured: when the extra is not installed, or the server does not answer.
    """
    return cast("KeyStore", _postgres().connect_keys(url))


def _server_readers(url: str) -> Readers:
    return cast("Readers", _postgres().PostgresReaders(url))


def _postgres() -> ModuleType:
    """Return the folder that speaks with PostgreSQL.

    Raises:
        Misconfigured: when its driver is not installed.
    """
    try:
        return import_module("sealane.storage.postgres")
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "PostgreSQL needs the extra `postgres`.",
            remedy="Install it: make extra-postgres or pip install 'sealane[postgres]'",
        ) from error


def open_readers(folder: Path, url: str = "") -> Readers:
    """Return read-only connections to a folder, or the database at `url`, that another process may be serving.

    Raises:
        Misconfigured: when there is no database, or its schema is not the one of this release.
    """
    path = folder.absolute() / DATABASE_FILE
    readers = _server_readers(url) if url else Readers(path)
    try:
        with readers.borrow() as connection:
            check(connection, shipped())
    except DependencyUnavailable as fault:
        remedy = "Name the folder of an installation by --data-dir."
        raise Misconfigured(f"{fault.detail} ({path})", remedy=remedy) from fault
    except sqlite3.Error as error:
        raise start_fault(error, path) from error
    return readers


def _prepare(connection: sqlite3.Connection, path: Path, now_us: int) -> None:
    try:
        migrate(connection, shipped(), now_us)
        # A write at the start shows at once when the disk is full or the file may not be written.
        connection.execute(
            "INSERT INTO meta VALUES ('opened_us', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (now_us,),
        )
    except sqlite3.Error as error:
        raise start_fault(error, path) from error
