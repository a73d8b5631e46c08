"""The staging schema: where a copy grows in the target, unseen, until it is whole.

    sealane_incoming.orders, ...          the copied tables
    sealane_incoming.copy_state           how far each table is: last key, rows and digest so far
    sealane_incoming.copy_source          whose copy this is, and when that database was last opened for writing

Rows and state commit together, so a copy that was killed goes on where its last commit was. In the end the tables move
into the schema that is served, all in one transaction: nobody ever sees half of them.
"""

from typing import Any, NamedTuple

import msgspec

from sealane.cli.growing.tables import EMPTY, Batch, Table, Tally
from sealane.model.errors import Conflict
from sealane.storage.postgres.connecting import TABLES, WriterSession
from sealane.storage.schema import migrate, shipped

__all__ = ["Source", "Staging", "State"]

SCHEMA = "sealane_incoming"
_STATE = "CREATE TABLE copy_state (name TEXT PRIMARY KEY, last_key BLOB, rows BIGINT NOT NULL, digest TEXT NOT NULL)"
_SOURCE = "CREATE TABLE copy_source (origin TEXT NOT NULL, opened_us BIGINT NOT NULL)"
_KEEP = """INSERT INTO copy_state (name, last_key, rows, digest) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET last_key = excluded.last_key, rows = excluded.rows, digest = excluded.digest"""
_IS_THERE = "SELECT 1 FROM pg_namespace WHERE nspname = ?"


class Source(NamedTuple):
    """Which installation a database belongs to, by the name of its log, and when it was last opened for writing."""

    origin: str
    opened_us: int

    @classmethod
    def of(cls, connection: Any) -> "Source":
        """Read it from a database of either kind."""
        origin = connection.execute("SELECT origin FROM log_identity").fetchone()
        opened = connection.execute("SELECT value FROM meta WHERE name = 'opened_us'").fetchone()
        return cls(origin[0] if origin else "", opened[0] if opened else 0)


class State(NamedTuple):
    """How far a table is: the key of the last row copied, and the tally of the source's rows up to it."""

    last: list[Any] | None
    tally: Tally


class Staging:
    """The copy in the target as far as it is, new or resumed."""

    def __init__(self, session: WriterSession, home: str, source: Source, now_us: int) -> None:
        """Find the copy of this source that was begun, or begin it.

        Raises:
            Conflict: when the unfinished copy of another installation is there.
        """
        self._session = session
        self._home = home.replace('"', '""')
        is_there = session.execute(_IS_THERE, (SCHEMA,)).fetchone() is not None
        session.execute(f"SET search_path TO {SCHEMA}")
        self.resumes = is_there and self._is_of(source)
        if not self.resumes:
            self._begin(source, now_us)

    def state(self, table: Table) -> State:
        """Return how far a table is."""
        row = self._session.execute(
            "SELECT last_key, rows, digest FROM copy_state WHERE name = ?", (table.name,)
        ).fetchone()
        if row is None:
            return State(None, EMPTY)
        return State(msgspec.msgpack.decode(row[0]), Tally(row[1], int(row[2], 16)))

    def add(self, table: Table, batch: Batch, tally: Tally) -> None:
        """Commit rows together with how far the table is now."""
        self._session.execute("BEGIN")
        self._session.executemany(table.insert, batch.rows)
        row = (table.name, msgspec.msgpack.encode(batch.last), tally.rows, tally.hexadecimal)
        self._session.execute(_KEEP, row)
        self._session.execute("COMMIT")

    def publish(self) -> None:
        """Move the whole copy into the schema that is served."""
        self._session.execute("BEGIN")
        self._session.execute("DROP TABLE copy_state, copy_source")
        for (name,) in self._session.execute(TABLES).fetchall():
            self._session.execute(f'ALTER TABLE {name} SET SCHEMA "{self._home}"')
        self._session.execute(f"DROP SCHEMA {SCHEMA}")
        self._session.execute("COMMIT")

    def _is_of(self, source: Source) -> bool:
        """Tell whether the copy that is there is one of the source as it is now.

        Raises:
            Conflict: when it is one of another installation.
        """
        if ("copy_source",) not in self._session.execute(TABLES).fetchall():
            return False
        row = self._session.execute("SELECT origin, opened_us FROM copy_source").fetchone()
        found = Source(*row) if row else source._replace(opened_us=-1)
        if found.origin != source.origin:
            raise Conflict(
                "The unfinished copy of another installation is in this database.",
                remedy=f"Finish that one, or remove it: DROP SCHEMA {SCHEMA} CASCADE",
            )
        return found == source

    def _begin(self, source: Source, now_us: int) -> None:
        """Make the tables anew, empty; what an earlier state of the source left here goes."""
        session = self._session
        session.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        session.execute(f"CREATE SCHEMA {SCHEMA}")
        migrate(session, shipped(), now_us, tables=TABLES)
        session.execute("BEGIN")
        for (name,) in session.execute(TABLES).fetchall():
            if name != "migrations":
                session.execute(f"DELETE FROM {name}")  # noqa: S608 - names of our own schema
        session.executescript(_STATE)
        session.executescript(_SOURCE)
        session.execute("INSERT INTO copy_source VALUES (?, ?)", source)
        session.execute("COMMIT")
