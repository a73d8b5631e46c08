"""Session: one connection that takes the house's statements and fails with the errors the house knows.

A lost connection is told apart: the writer connects again and finds out whether its last commit happened.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.adapt import Dumper, Loader
from psycopg.types.numeric import Int8Dumper

from sealane.storage.connection import ServerLost
from sealane.storage.postgres.batches import COLUMNS, Insert, as_arrays, parse_insert
from sealane.storage.postgres.dialect import definition, statement

__all__ = ["Session", "translated"]


_NONE = {psycopg.pq.TransactionStatus.IDLE, psycopg.pq.TransactionStatus.UNKNOWN}
_LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.IdleSessionTimeout,
)


class _BoolDumper(Dumper):
    """Claims are stored as 0 and 1, as in SQLite."""

    oid = Int8Dumper.oid

    def dump(self, obj: Any) -> bytes:
        return b"1" if obj else b"0"


class _NumericLoader(Loader):
    """Sums of whole numbers come back as whole numbers."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text or b"N" in text else int(text)


class _ByteaLoader(Loader):
    def load(self, data: Any) -> bytes:
        return bytes.fromhex(bytes(data)[2:].decode())


class Session:
    """A connection as the storage room uses one: explicit BEGIN, SAVEPOINT and COMMIT, rows as tuples."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._inserts: dict[Insert, str] = {}
        self._connection = self._connect()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, also one that has failed."""
        return self._connection.info.transaction_status not in _NONE

    @property
    def is_lost(self) -> bool:
        """Whether the server is gone or has closed the connection."""
        return bool(self._connection.closed)

    def reconnect(self) -> None:
        """Connect anew.

        Raises:
            ServerLost: when the server does not answer.
        """
        self._connection.close()
        self._connection = self._connect()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Run one statement and return its cursor.

        Raises:
            sqlite3.Error: when the server refuses it or is gone.
        """
        with translated():
            return self._connection.execute(statement(sql), params or None)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for all rows; one that cannot take them together runs for each, all on their way at once.

        Raises:
            sqlite3.Error: when the server refuses one or is gone.
        """
        rows = list(rows)
        insert = parse_insert(sql) if len(rows) > 1 else None
        with translated():
            if insert is not None:
                self._connection.execute(self._arrays(insert).encode(), as_arrays(rows))
                return
            with self._connection.cursor() as cursor:
                cursor.executemany(statement(sql), rows)

    def _arrays(self, insert: Insert) -> str:
        """Return the statement that takes all rows of an INSERT; it is made once."""
        known = self._inserts.get(insert)
        if known is None:
            types = {str(name): str(kind) for name, kind in self.execute(COLUMNS, (insert.table,))}
            known = self._inserts[insert] = insert.arrays(types)
        return known

    def executescript(self, script: str) -> None:
        """Run a script of definitions.

        Raises:
            sqlite3.Error: when the server refuses it or is gone.
        """
        with translated():
            self._connection.execute(definition(script).encode())

    def rollback(self) -> None:
        """Forget everything since the last commit.

        Raises:
            sqlite3.Error: when the server is gone.
        """
        with translated():
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        with translated():
            connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
        connection.adapters.register_dumper(bool, _BoolDumper)
        connection.adapters.register_loader("numeric", _NumericLoader)
        connection.adapters.register_loader("bytea", _ByteaLoader)
        return connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn PostgreSQL's refusals into the errors that the storage room reads.

    Raises:
        sqlite3.IntegrityError: for a broken constraint.
        ServerLost: when the server is gone.
        sqlite3.OperationalError: for everything else; a full disk and a read-only server bear SQLite's codes.
    """
    try:
        yield
    except psycopg.IntegrityError as error:
        raise sqlite3.IntegrityError(_told(error)) from error
    except psycopg.errors.DiskFull as error:
        raise _fault(sqlite3.SQLITE_FULL, _told(error)) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise _fault(sqlite3.SQLITE_READONLY, _told(error)) from error
    except _LOST as error:
        raise ServerLost("the PostgreSQL server is gone or refuses the connection") from error
    except psycopg.Error as error:
        raise sqlite3.OperationalError(_told(error)) from error


def _fault(code: int, told: str) -> sqlite3.OperationalError:
    fault = sqlite3.OperationalError(told)
    fault.sqlite_errorcode = code
    return fault


def _told(error: psycopg.Error) -> str:
    """Return what failed without the values of the row, which PostgreSQL puts into the detail."""
    return error.diag.message_primary or type(error).__name__
