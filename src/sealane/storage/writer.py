"""The writer: one thread that runs all flows, one after another, and commits them in batches.

It never waits for a batch to fill: it takes what is queued, and what joins the queue meanwhile. While a commit waits
for the disk the next batch gathers, so the load itself sets the size of the batches.
"""

import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sealane.model.clock import Clock
from sealane.model.errors import Conflict, DependencyUnavailable
from sealane.storage.answering import Job, answer
from sealane.storage.connection import CommitUnknown, ServerLost, disk_fault, reconnect
from sealane.storage.sharing.turns import Turns
from sealane.storage.transaction import NEWEST, Batch, Transaction

__all__ = ["MOST_FLOWS", "MOST_WAITING", "Pressure", "Writer"]

MOST_FLOWS = 256
"""Flows in one batch at most; more would only lengthen the wait of the first."""

MOST_WAITING = 16 * MOST_FLOWS
"""Flows that wait for their batch at most; with more, a slow disk would keep callers longer than they listen."""

UPKEEP = "PRAGMA wal_checkpoint(PASSIVE)"
"""What the embedded database wants now and then; a server looks after itself."""

_CHECKPOINT_SECONDS = 1.0
"""How long commits stay in the write-ahead log before they are copied into the database file."""


class Pressure(NamedTuple):
    """How far the disk is behind: flows that wait for their batch, and seconds that the newest commit took so far."""

    waiting: int
    commit_seconds: float


class Writer:
    """Owns the writing connection. Callers submit jobs; every job is answered, also when the writer dies."""

    def __init__(
        self, connection: sqlite3.Connection, clock: Clock, *, upkeep: str | None = UPKEEP, turns: Turns | None = None
    ) -> None:
        self._connection = connection
        self._upkeep = upkeep
        self._turns = turns
        self._is_second_try = False
        self._clock = clock
        self._now_us: int = connection.execute("SELECT value FROM meta WHERE name = 'last_us'").fetchone()[0]
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._held: list[Job] = []
        self._again: list[Job] = []
        self._restorers: list[Callable[[Transaction], None]] = []
        self._followers: list[Callable[[Transaction], None]] = []
        self._renewers: list[Callable[[Transaction], None]] = []
        self._seen = (self._now_us, 0)
        self._following = 0
        self._is_stale = False
        self._is_closing = False
        self._has_ended = False
        self._death: BaseException | None = None
        self._checkpointed = time.monotonic()
        self._committing: float | None = None
        self._commit_seconds = 0.0
        self._thread = threading.Thread(target=self._live, name="sealane-writer", daemon=True)
        self._thread.start()

    def admit(self) -> None:
        """Make sure that one more flow would not wait for long.

        Raises:
            DependencyUnavailable: when too many wait already.
        """
        if self._queue.qsize() >= MOST_WAITING:
            raise DependencyUnavailable(
                "The database is slower than what comes in: too much waits for it.",
                remedy="Send it again in a second with the same Idempotency-Key; nothing of it was stored.",
                retry_after_seconds=1,
            )

    def submit(self, job: Job) -> None:
        """Queue a job; it is answered once its batch is durable, or at once when it fails."""
        self._queue.put(job)
        if self._has_ended:
            self._refuse_queued()

    def pressure(self) -> Pressure:
        """Return how far the disk is behind."""
        began = self._committing
        return Pressure(self._queue.qsize(), self._commit_seconds if began is None else time.monotonic() - began)

    def on_turn(self, follow: Callable[[Transaction], None]) -> None:
        """Register what takes in, before the next flow, what other servers committed since the last one here."""
        self._followers.append(follow)

    def on_news(self, renew: Callable[[Transaction], None]) -> None:
        """Register what reads again what is kept in memory, when another server announced a change to it."""
        self._renewers.append(renew)

    def is_current_thread(self) -> bool:
        """Tell whether the caller runs on the writer thread, where waiting for a flow would wait forever."""
        return threading.current_thread() is self._thread

    def on_reset(self, restore: Callable[[Transaction], None]) -> None:
        """Register what reloads a room's memory from the database after its effects were rolled back."""
        self._restorers.append(restore)

    def close(self) -> None:
        """Finish everything submitted so far, fold the write-ahead log into the file and close the connection."""
        self._queue.put(None)
        self._thread.join()

    def _live(self) -> None:
        try:
            self._work()
            self._checkpoint()
        except BaseException as error:  # noqa: BLE001  # Whatever ends this thread, the callers must hear of it.
            self._death = error
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._has_ended = True
        self._refuse([*self._held, *self._again])
        self._refuse_queued()

    def _work(self) -> None:
        while not self._is_closing:
            job = self._next()
            if job is None:
                return
            self._serve(self._queued(job))
            if time.monotonic() - self._checkpointed > _CHECKPOINT_SECONDS:
                self._checkpoint()

    def _next(self) -> Job | None:
        try:
            return self._queue.get(timeout=_CHECKPOINT_SECONDS)
        except queue.Empty:
            self._checkpoint()
            if self._turns is not None:
                return Job(_nothing)  # so that what others committed is taken in while nobody asks here
            return self._queue.get()

    def _queued(self, first: Job) -> Iterator[Job]:
        yield first
        for _ in range(MOST_FLOWS - 1):
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return
            if job is None:
                self._is_closing = True
                return
            yield job

    def _serve(self, jobs: Iterable[Job]) -> None:
        """Run the flows in one transaction, make it durable and answer the callers."""
        batch = Batch(self._connection, NEWEST if self._turns is None else self._turns.mark)
        self._held = held = []
        try:
            for job in jobs:
                held.append(job)
                error = self._attempt(job, batch)
                if error is not None:
                    held.pop()
                    job.fail(error)
                    answer((job,))
            self._commit(batch)
            if batch.is_dirty:
                self._seen = (self._now_us, self._seen[1])
        except BaseException as error:  # noqa: BLE001  # A batch ends in answers, whatever went wrong in it.
            self._recover(batch, error)
            return
        for job in held:
            for effect in job.after:
                self._conclude(job, effect)
        self._held = []
        answer(held)

    def _commit(self, batch: Batch) -> None:
        self._committing = began = time.monotonic()
        try:
            batch.commit(self._now_us)
        finally:
            self._committing, self._commit_seconds = None, time.monotonic() - began

    def _attempt(self, job: Job, batch: Batch) -> BaseException | None:
        """Run one flow; return its error if it failed alone.

        Raises:
            BaseException: when the whole batch is lost.
        """
        if not batch.has_begun:
            batch.begin()
            if self._turns is not None:
                self._follow(self._turns, batch)
        if self._is_stale:
            self._restore(batch)
        tx = Transaction(batch, self._tick())
        error: BaseException | None = None
        try:
            job.value = job.flow(tx)
            tx.confirm()
        except BaseException as refusal:  # noqa: BLE001  # Each error of a flow belongs to the caller who waits for it.
            error = refusal
            tx.undo()
        else:
            tx.keep()
            job.after = tx.after
        if batch.failure is not None:
            raise batch.failure
        return error

    def _follow(self, turns: Turns, batch: Batch) -> None:
        """Take in what other servers committed since the last batch here; clocks that differ never go back."""
        newest_us, news_us = turns.standing()
        self._now_us = max(self._now_us, newest_us)
        followers = list(self._followers)
        if self._is_stale or (newest_us == self._seen[0] and self._following == len(followers)):
            return
        self._is_stale = True  # until all is taken in: what breaks off half-way is restored from the database
        tx = Transaction(batch, self._tick())
        for each in [*followers, *(self._renewers if news_us != self._seen[1] else ())]:
            each(tx)
        tx.keep()
        self._is_stale = False
        self._seen, self._following = (newest_us, news_us), len(followers)

    def _tick(self) -> int:
        self._now_us = max(self._clock(), self._now_us + 1)
        return self._now_us

    def _recover(self, batch: Batch, error: BaseException) -> None:
        """Roll the batch back; find the culprit by running each flow alone, unless the disk is to blame for all."""
        is_lost = isinstance(error, ServerLost) and not isinstance(error, CommitUnknown)
        if is_lost:
            reconnect(self._connection)
        with contextlib.suppress(ServerLost):
            batch.roll_back()
        self._is_stale = self._is_stale or batch.has_effects
        held = self._held
        if is_lost and not self._is_second_try:
            self._is_second_try = True
            self._held = []
            self._serve(held)
            self._is_second_try = False
            return
        if len(held) > 1 and disk_fault(error) is None:
            self._held, self._again = [], held[::-1]
            while self._again:
                self._serve((self._again.pop(),))
        else:
            for job in held:
                job.fail(_refusal(error))
            self._held = []
            answer(held)
        if batch.has_effects:
            # The next flow restores the rooms' memory before it runs; if none is on its way, this one does.
            self._queue.put(Job(_nothing))

    def _restore(self, batch: Batch) -> None:
        tx = Transaction(batch, self._tick())
        for restore in [*self._restorers, *(self._renewers if self._turns is not None else ())]:
            restore(tx)
        tx.keep()
        self._is_stale = False
        if self._turns is not None:
            self._seen = self._turns.standing()

    def _conclude(self, job: Job, effect: Callable[[], None]) -> None:
        try:
            effect()
        except BaseException as error:  # noqa: BLE001  # The commit stands; its caller learns what did not follow.
            job.fail(error)

    def _checkpoint(self) -> None:
        # If the disk refuses, the commits are safe in the write-ahead log, and a later round copies them.
        with contextlib.suppress(sqlite3.OperationalError):
            if self._upkeep is not None:
                self._connection.execute(self._upkeep).fetchone()
        self._checkpointed = time.monotonic()

    def _refuse_queued(self) -> None:
        left: list[Job] = []
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is not None:
                left.append(job)
        self._refuse(left)

    def _refuse(self, jobs: list[Job]) -> None:
        for job in jobs:
            job.fail(self._obituary())
        answer(jobs)

    def _obituary(self) -> DependencyUnavailable:
        if self._death is None:
            return DependencyUnavailable("The database is closed.", remedy="Open it again; nothing of this was stored.")
        kind = type(self._death).__name__
        fault = DependencyUnavailable(
            f"The database writer stopped ({kind}).", remedy="Restart Sealane, then try again."
        )
        fault.__cause__ = self._death
        return fault


def _nothing(_tx: Transaction) -> None:
    """Flow that only makes the writer come round."""


def _refusal(error: BaseException) -> BaseException:
    """Return what the caller of a flow gets for an error of its batch."""
    meaning: BaseException | None = disk_fault(error)
    if meaning is None and isinstance(error, sqlite3.IntegrityError):
        meaning = Conflict(f"The stored data does not allow this: {error}.")
    if meaning is None:
        return error
    meaning.__cause__ = error
    return meaning
