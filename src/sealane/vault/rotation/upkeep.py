"""Upkeep: the vault's background thread.

It carries rotations on, replaces the index key in time, and takes up again what a crash broke off.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from sealane.model.errors import SealaneError

__all__ = ["Progress", "Upkeep", "Work"]

_ROUND_SECONDS = 60.0
_PAUSE_SECONDS = 0.002
"""Between two steps, so that orders are not kept waiting."""
_log = structlog.get_logger("sealane.vault")


class Work(Protocol):
    """Something long that is done in steps and survives being stopped between two of them."""

    name: str
    total: int
    done: int

    def step(self) -> bool:
        """Do a little; tell whether more is left."""
        ...


class Progress(msgspec.Struct, frozen=True):
    """How far some work is; `seconds_left` is null until it can be told."""

    name: str
    done: int
    total: int
    seconds_left: float | None = None


class Upkeep:
    """Runs works one after another; `due` names those that have to be done now."""

    def __init__(self, due: Callable[[], list[Work]]) -> None:
        self._due = due
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._now: tuple[Work, float, int] | None = None
        self._is_busy = False
        self.failure = ""
        """Code of the problem that the last round ended with, empty when it ended well."""

    def start(self) -> None:
        """Work in the background from now on; begins with what an earlier run left."""
        self._thread = threading.Thread(target=self._live, name="sealane-vault", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at once for something to do."""
        self._is_busy = True
        self._wake.set()

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked for is done, or failed."""
        return not self._is_busy

    def stop(self) -> None:
        """End after the step under way; what is left is done after the next start. Repeatable."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def progress(self) -> Progress | None:
        """Return how far the work under way is, None when there is none."""
        now = self._now
        if now is None:
            return None
        work, began, at = now
        done, spent = work.done - at, time.monotonic() - began
        left = None if done <= 0 else round(spent * max(work.total - work.done, 0) / done, 1)
        return Progress(work.name, work.done, work.total, left)

    def run(self, tick: Callable[[Work], None] = lambda _work: None) -> None:
        """Do everything that is due, here and now.

        Raises:
            SealaneError: when a step fails; what was done before it stays done.
        """
        for work in self._due():
            self._now = (work, time.monotonic(), work.done)
            try:
                while not self._stopping.is_set() and work.step():
                    tick(work)
                    if self._thread is not None:
                        time.sleep(_PAUSE_SECONDS)
                tick(work)
            finally:
                self._now = None

    def _live(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self._is_busy = True
            try:
                self.run()
                self.failure = ""
            except SealaneError as refusal:
                # The work is still due, so the next round tries again; meanwhile older keys go on opening.
                self.failure = refusal.code
                _log.error("vault.upkeep_failed", code=refusal.code)
            self._is_busy = self._wake.is_set()
            self._wake.wait(_ROUND_SECONDS)
