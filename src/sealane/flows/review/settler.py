"""The settler: a thread that sleeps until the time to undo a closing is over, then has the verdict recorded."""

from threading import Event, Thread
from typing import Self

from sealane.flows.review.cases import settle_cases
from sealane.flows.rooms import Rooms
from sealane.model.errors import DependencyUnavailable

__all__ = ["Settler"]

GRACE_SECONDS = 0.05
"""Slept on top of the time to undo, so that what is due is really due."""


class Settler:
    """Records verdicts a little after their cases were closed; whoever closes one wakes it."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._woken = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sealane-settler", daemon=True)

    @classmethod
    def start(cls, rooms: Rooms) -> Self:
        """Return a settler at work; what was due while nobody was running is settled first."""
        settler = cls(rooms)
        settler.settle()
        settler._thread.start()
        return settler

    def wake(self) -> None:
        """Say that a case was closed."""
        self._woken.set()

    def settle(self) -> int:
        """Settle what is due now and return how many cases that were.

        Raises:
            DependencyUnavailable: when the database fails or is closed.
        """
        return self._rooms.database.run(lambda tx: settle_cases(self._rooms, tx))

    def close(self) -> None:
        """Stop; what is not due yet is settled by the next start."""
        self._stopped.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        undo_seconds = self._rooms.risk.cases.terms.undo_seconds
        while self._woken.wait() and not self._stopped.is_set():
            self._woken.clear()
            if self._stopped.wait(undo_seconds + GRACE_SECONDS):
                return
            try:
                self.settle()
            except DependencyUnavailable:  # the disk is full or gone: the next closing, or start, tries again
                continue
