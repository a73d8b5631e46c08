"""The lease: one of several servers leads, for a few seconds longer each second, by the clock of the database.

one epoch holder       until_us              a server that hangs longer than the lease finds the next epoch there
1     7 3f0c9d1e4b7a  1795339800412000
"""

import os
import socket
import sqlite3
from threading import Event, Thread

import structlog

from sealane.model.errors import DependencyUnavailable
from sealane.storage.postgres.session import Session
from sealane.storage.sharing.lead import Lead
from sealane.storage.transaction import Transaction

__all__ = ["Lease"]

_LEASE_US = 4_000_000
_RENEW_SECONDS = 1.0
_GONE_US = 10_000_000
"""A server not seen for so long is gone."""

_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_RENEW = f"UPDATE lead SET until_us = {_NOW} + ? WHERE holder = ? AND epoch = ?"  # noqa: S608  # constants
_TAKE = f"""UPDATE lead SET epoch = epoch + 1, holder = ?, until_us = {_NOW} + ? WHERE until_us < {_NOW}
    RETURNING epoch"""  # noqa: S608  # constants
_SEEN = f"""INSERT INTO replicas VALUES (?, {_NOW})
    ON CONFLICT (name) DO UPDATE SET seen_us = excluded.seen_us"""  # noqa: S608  # constants
_FORGET = f"DELETE FROM replicas WHERE seen_us < {_NOW} - ?"  # noqa: S608  # constants
_log = structlog.get_logger("sealane.storage")


class Lease(Lead):
    """This server's part in the lead; a thread takes it when it is free and renews it while it is held."""

    def __init__(self, url: str) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._session = Session(url)
        self._stopped = Event()
        self.is_held = False
        self._beat()
        self._thread = Thread(target=self._live, name="sealane-lease", daemon=True)
        self._thread.start()

    def confirm(self, tx: Transaction) -> None:
        """Make sure that no other server took the lead.

        Raises:
            DependencyUnavailable: when one did; nothing of the flow is stored.
        """
        row = tx.one("SELECT epoch, holder FROM lead")
        if row != (self.epoch, self._name):
            self.is_held = False
            raise DependencyUnavailable("Another server leads this installation now.")

    def close(self) -> None:
        """Let go of the lead, so that another server need not wait; repeatable."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._thread.join()
        self.is_held = False
        try:
            self._session.execute("UPDATE lead SET until_us = 0 WHERE holder = ?", (self._name,))
            self._session.execute("DELETE FROM replicas WHERE name = ?", (self._name,))
        except sqlite3.Error:
            return  # the lease ends by itself
        finally:
            self._session.close()

    def _live(self) -> None:
        while not self._stopped.wait(_RENEW_SECONDS):
            try:
                if self._session.is_lost:
                    self._session.reconnect()
                self._beat()
            except sqlite3.Error:
                self.is_held = False

    def _beat(self) -> None:
        self._session.execute(_SEEN, (self._name,))
        self._session.execute(_FORGET, (_GONE_US,))
        row = self._session.execute("SELECT count(*) FROM replicas").fetchone()
        self.servers = max(1, row[0] if row else 1)
        if self.epoch and self._session.execute(_RENEW, (_LEASE_US, self._name, self.epoch)).rowcount == 1:
            self.is_held = True
            return
        taken = self._session.execute(_TAKE, (self._name, _LEASE_US)).fetchone()
        self.is_held = taken is not None
        if taken is not None:
            self.epoch = int(taken[0])
            _log.info("storage.leading", epoch=self.epoch)
