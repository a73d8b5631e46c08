"""Readers: a pool of read-only sessions; each loan sees one moment of the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sealane.storage.connection import ServerLost, disk_fault
from sealane.storage.postgres.session import Session

__all__ = ["PostgresReaders"]

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresReaders:
    """The counterpart of the embedded database's readers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: list[Session] = []

    @contextmanager
    def borrow(self) -> Iterator[sqlite3.Connection]:
        """Lend a session for the length of a `with` block.

        Raises:
            DependencyUnavailable: when the server does not answer.
        """
        try:
            session = self._take()
            try:
                # The rooms read through what both kinds of connection share: `execute` and the cursor's rows.
                yield cast("sqlite3.Connection", session)
            finally:
                if not session.is_lost:
                    session.rollback()
                    self._idle.append(session)
        except sqlite3.Error as error:
            fault = disk_fault(error)
            if fault is None:
                raise
            raise fault from error

    def close(self) -> None:
        """Close the idle sessions; one that is on loan closes when it is dropped."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Session:
        while self._idle:
            session = self._idle.pop()
            try:
                session.execute(_BEGIN)
            except ServerLost:
                # It sat idle while the server restarted; a fresh one tells whether the server is back.
                session.close()
            else:
                return session
        session = Session(self._url)
        session.execute(_BEGIN)
        return session
