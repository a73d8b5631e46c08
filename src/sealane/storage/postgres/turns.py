"""Taking turns: the writing session of one of several servers on one database.

    BEGIN; wait for the turn; let the log go on where its rows end; read what is newest     (one round trip)
    ... the flows of a batch ...
    COMMIT

The turn is an advisory lock that ends with the transaction, however that ends: a server that dies, hangs or is cut off
loses its transaction before anybody else gets the turn, so what it tries to commit later is refused by the database.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sealane.storage.connection import ServerLost
from sealane.storage.postgres.connecting import LOCK, TABLES, align, explained, take_lock
from sealane.storage.postgres.session import Session, translated
from sealane.storage.schema import migrate, shipped

if TYPE_CHECKING:
    import psycopg

__all__ = ["TurnSession", "connect_turns"]

_MIGRATING = LOCK + 2
_PATIENCE = """SET synchronous_commit TO on; SET idle_in_transaction_session_timeout TO '10s';
    SET lock_timeout TO '15s'"""
"""A server that hangs in its turn is cut off after ten seconds, so that the others wait no longer than that."""

# Numbers must leave no gap in the log alone; sequences go on counting through a rollback and a crash.
_BEGIN = """BEGIN; SELECT pg_advisory_xact_lock(99228287);
    SELECT setval('log_entry_position_seq', (SELECT coalesce(max(position), 0) + 1 FROM log_entry), false);
    SELECT (SELECT value FROM meta WHERE name = 'last_us'), (SELECT value FROM meta WHERE name = 'news_us')"""
_FORGOTTEN = """DELETE FROM meta WHERE name LIKE 'mark.%' AND value > 0
    AND value < (SELECT value FROM meta WHERE name = 'last_us') - ?"""
_KEPT_US = 30 * 86_400_000_000


class TurnSession(Session):
    """A writing session beside others; what belongs to a single writer is refused while it lives, and before."""

    def __init__(self, url: str) -> None:
        self.mark = f"mark.{os.urandom(8).hex()}"
        self._standing = (0, 0)
        super().__init__(url)
        self._join()

    def standing(self) -> tuple[int, int]:
        """Return, as of this turn, the time stamps of the newest commit and of the newest announced change."""
        return self._standing

    def reconnect(self) -> None:
        """Connect anew; what the lost connection was about to commit is decided before this returns.

        Raises:
            ServerLost: when the server does not answer.
            sqlite3.OperationalError: when a single writer has taken over, or the lost connection still has its turn.
        """
        super().reconnect()
        self._join()
        self._take()
        self.rollback()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Run one statement and return its cursor; a BEGIN waits for the turn.

        Raises:
            sqlite3.Error: when the server refuses it or is gone.
        """
        return self._take() if sql == "BEGIN" else super().execute(sql, params)

    def begin_marking(self) -> None:
        """Make the row that this server stamps with each commit; those of servers long gone are dropped.

        Raises:
            sqlite3.Error: when the server is gone.
        """
        super().execute("INSERT INTO meta VALUES (?, 0) ON CONFLICT DO NOTHING", (self.mark,))
        super().execute(_FORGOTTEN, (_KEPT_US,))

    def begin_numbering(self) -> None:
        """Let running numbers go on where the rows end, in a turn of its own: rows that were moved here have theirs.

        Raises:
            sqlite3.Error: when the server is gone.
        """
        self._take()
        align(self)
        super().execute("COMMIT")

    def _take(self) -> "psycopg.Cursor[tuple[Any, ...]]":
        with translated():
            cursor = self._connection.execute(_BEGIN.encode())
            while cursor.nextset():
                pass
            row = cursor.fetchone()
        if row is None:
            raise ServerLost("the PostgreSQL server gave no answer")
        self._standing = (int(row[0]), int(row[1] or 0))
        return cursor

    def _join(self) -> None:
        with translated():
            self._connection.execute(_PATIENCE)
        take_lock(self, "SELECT pg_try_advisory_lock_shared(?)", "a single Sealane writes to this database")


def connect_turns(url: str, now_us: int) -> TurnSession:
    """Return the writing session of one of several servers, the schema brought up to this release.

    Raises:
        Misconfigured: when the server does not answer, the database belongs to another program or a newer release, or
            a single Sealane writes to it.
    """
    with explained():
        session = TurnSession(url)
    try:
        with _alone(session):
            migrate(session, shipped(), now_us, tables=TABLES)
        session.begin_marking()
        session.begin_numbering()
    except BaseException:
        session.close()
        raise
    return session


@contextmanager
def _alone(session: Session) -> Iterator[None]:
    """Let one server after another bring the schema up."""
    session.execute("SELECT pg_advisory_lock(?)", (_MIGRATING,))
    yield
    session.execute("SELECT pg_advisory_unlock(?)", (_MIGRATING,))
