"""The keys of an installation in a PostgreSQL database of their own, apart from the data and from its backups.

What lies there is wrapped under the root key: the key ring, and the data keys of the vault. Its backups must live no
longer than the horizon of an erasure.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sealane.model.errors import DependencyUnavailable
from sealane.storage.connection import ServerLost
from sealane.storage.postgres.connecting import explained
from sealane.storage.postgres.session import Session

if TYPE_CHECKING:
    import psycopg

__all__ = ["KeySession", "connect_keys"]

_MAKING = 0x5EA1ED
_RING = "CREATE TABLE IF NOT EXISTS key_ring (one BIGINT PRIMARY KEY, text TEXT NOT NULL)"


class KeySession(Session):
    """A session that connects anew when it was lost between two transactions."""

    def execute(self, sql: str, params: Sequence[Any] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Run one statement and return its cursor.

        Raises:
            sqlite3.Error: when the server refuses it or is gone.
        """
        sql = "BEGIN" if sql == "BEGIN IMMEDIATE" else sql
        is_between = not self.in_transaction
        try:
            return super().execute(sql, params)
        except ServerLost:
            if not is_between:
                raise
        self.reconnect()
        return super().execute(sql, params)

    def load(self) -> str | None:
        """Return the text of the key ring, None when there is none yet.

        Raises:
            DependencyUnavailable: when the server is gone.
        """
        with self._told():
            row = self.execute("SELECT text FROM key_ring").fetchone()
        return None if row is None else str(row[0])

    def save(self, text: str, known: str | None) -> bool:
        """Keep the text of the key ring in the place of the known one; tells whether that was still there.

        Raises:
            DependencyUnavailable: when the server is gone.
        """
        sql = "UPDATE key_ring SET text = ? WHERE text = ?"
        if known is None:
            sql = "INSERT INTO key_ring SELECT 1, ? WHERE ?::text IS NULL ON CONFLICT DO NOTHING"
        with self._told():
            return self.execute(sql, (text, known)).rowcount == 1

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one server after another do what makes tables or keys on first use.

        Raises:
            DependencyUnavailable: when the server is gone.
        """
        with self._told():
            self.execute("SELECT pg_advisory_lock(?)", (_MAKING,))
        try:
            yield
        finally:
            with self._told():
                self.execute("SELECT pg_advisory_unlock(?)", (_MAKING,))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise DependencyUnavailable("The database of the keys does not answer.") from error


def connect_keys(url: str) -> KeySession:
    """Return a session of the database of keys; the place of the key ring is made on first use.

    Raises:
        Misconfigured: when the server does not answer or refuses the user.
    """
    with explained("keys_database"):
        session = KeySession(url)
        with session.alone():
            session.execute(_RING)
    return session
