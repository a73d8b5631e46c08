"""The courier: a thread that hands out notices and delivers them, to each endpoint at its own pace.

Each endpoint has a queue of its own and sends so much at once, so a slow receiver holds up nobody else. What is about
one order goes out one after another. A delivery is leased before it is sent and settled after it, both durably: a
process that dies in between leaves it to the next one, which sends it again under the same id.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from sealane.flows.exchange.peering import deliver_to_peer
from sealane.flows.exchange.telling import body_of, hand_out
from sealane.flows.rooms import Rooms
from sealane.interchange import PEER, DeliveryRow, ReceiverRow, Reply, Sender, next_attempt_us
from sealane.model.clock import Clock
from sealane.model.errors import DependencyUnavailable, NotPermitted, SealaneError
from sealane.storage.database import Transaction

__all__ = ["Courier", "Outcome"]

T = TypeVar("T")

LOOK_SECONDS = 0.2
"""How often a server with endpoints looks for new notices."""

IDLE_SECONDS = 30.0
FOLLOWING_SECONDS = 0.5
"""How often one of several servers looks whether it leads now; only the leading one delivers."""

PARALLEL = 8
"""Deliveries to one endpoint at once, each about another order."""

LEASE_US = 60_000_000
CLOSING_SECONDS = 3.0
KEPT_US = 30 * 86_400_000_000
SWEEP_US = 3_600_000_000
GONE = 410


class Outcome(msgspec.Struct, frozen=True):
    """What one attempt came to; `reason` says why it failed."""

    is_taken: bool
    status: int | None = None
    reason: str | None = None
    retry_after: int | None = None
    is_final: bool = False
    seconds: float = 0.0


class Courier:
    """Delivers in the background; whoever registers an endpoint wakes it."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms = rooms
        self._clock = clock
        self._deliveries = rooms.interchange.deliveries
        self._stopped = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._sender = Sender(rooms.interchange.guard)
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._swept_us = clock()
        self._thread = Thread(target=self._run, name="sealane-courier", daemon=True)

    def start(self) -> None:
        """Begin; what was under way when the last process ended is sent again first."""
        self._loop = asyncio.new_event_loop()
        self._rooms.interchange.wake_courier = self.wake
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something to look at."""
        if self._loop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is there to wake
            self._loop.call_soon_threadsafe(self._woken.set)

    def close(self) -> None:
        """Stop; what is under way gets some seconds to finish, what waits is sent by the next start."""
        self._stopped.set()
        if self._loop is not None:
            self.wake()
            self._thread.join()

    def run(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run a coroutine on the courier's thread, such as a call by its `sender`.

        Raises:
            DependencyUnavailable: when the courier was not started, as in a rehearsal.
        """
        if self._loop is None:
            work.close()
            raise DependencyUnavailable("Nothing is sent from here.", remedy="Send it from the running server.")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    @property
    def sender(self) -> Sender:
        """What calls go out by; for coroutines given to `run`."""
        return self._sender

    async def attempt(self, receiver: ReceiverRow, delivery_id: str, body: bytes) -> Outcome:
        """Send a body once and return what came of it."""
        call = self._rooms.interchange.receivers.sign(receiver, delivery_id, body, now_us=self._clock())
        return _outcome(await self._sender.send(call))

    def _run(self) -> None:
        loop = self._loop
        if loop is None:
            return
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(self._work())
        finally:
            loop.close()

    async def _work(self) -> None:
        is_released = False
        while not self._stopped.is_set():
            self._woken.clear()
            pause = IDLE_SECONDS
            try:
                if not self._rooms.lead.is_held:
                    is_released = False
                    await asyncio.sleep(FOLLOWING_SECONDS)
                    continue
                if not is_released:
                    await self._rooms.database.run_async(self._deliveries.release)
                    is_released = True
                pause = await self._round()
            except DependencyUnavailable:  # the database is full or gone: the next look tries again
                pause = LOOK_SECONDS
            if self._rooms.lead.servers > 1:
                pause = min(pause, FOLLOWING_SECONDS)  # whoever would wake it may be another server
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSING_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._sender.close()

    async def _round(self) -> float:
        """Hand out what is new, start what is due; return how long to rest, unless woken."""
        with self._rooms.database.reader() as conn:
            receivers = self._rooms.interchange.receivers.all(conn)
        if not receivers:
            return IDLE_SECONDS
        has_more = await asyncio.to_thread(hand_out, self._rooms, receivers)
        await self._start_due(receivers)
        await self._sweep()
        return 0.0 if has_more else LOOK_SECONDS

    async def _start_due(self, receivers: list[ReceiverRow]) -> None:
        now_us = self._clock()
        waiting: list[DeliveryRow] = []
        with self._rooms.database.reader() as conn:
            for each in receivers:
                room = PARALLEL - self._busy[each.endpoint_id]
                if room > 0 and each.paused_us is None:
                    waiting += self._deliveries.due(conn, each.endpoint_id, now_us, room)
        if not waiting:
            return
        leased = await self._rooms.database.run_async(lambda tx: self._lease(tx, waiting))
        by_id = {each.endpoint_id: each for each in receivers}
        for row in leased:
            self._busy[row.endpoint_id] += 1
            task = asyncio.create_task(self._deliver(by_id[row.endpoint_id], row))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _lease(self, tx: Transaction, waiting: list[DeliveryRow]) -> list[DeliveryRow]:
        self._rooms.lead.confirm(tx)
        return self._deliveries.lease(tx, waiting, tx.now_us + LEASE_US)

    async def _deliver(self, receiver: ReceiverRow, row: DeliveryRow) -> None:
        try:
            outcome = await self._try(receiver, row)
            await self._rooms.database.run_async(lambda tx: _settle(self._rooms, row, outcome, tx))
        except DependencyUnavailable:  # the database is full or gone: the lease ends and another attempt is made
            return
        finally:
            self._busy[row.endpoint_id] -= 1
            self._woken.set()

    async def _try(self, receiver: ReceiverRow, row: DeliveryRow) -> Outcome:
        try:
            if receiver.scheme == PEER:
                reply = await deliver_to_peer(self._rooms, self._sender, receiver, row, self._clock)
                return _outcome(reply)
            return await self.attempt(receiver, row.delivery_id, body_of(self._rooms, row))
        except (DependencyUnavailable, NotPermitted) as refusal:
            return Outcome(is_taken=False, reason=refusal.detail)
        except SealaneError as refusal:  # what was to be told was erased, or cannot be told: trying again is no use
            return Outcome(is_taken=False, reason=refusal.detail, is_final=True)

    async def _sweep(self) -> None:
        now_us = self._clock()
        if now_us - self._swept_us < SWEEP_US:
            return
        self._swept_us = now_us
        await self._rooms.database.run_async(lambda tx: self._deliveries.sweep(tx, tx.now_us - KEPT_US))


def _outcome(reply: Reply) -> Outcome:
    reason = None if reply.is_taken else f"The receiver answered {reply.status}."
    return Outcome(
        reply.is_taken, reply.status, reason, reply.retry_after, is_final=reply.status == GONE, seconds=reply.seconds
    )


def _settle(rooms: Rooms, row: DeliveryRow, outcome: Outcome, tx: Transaction) -> None:
    """Record an attempt: delivered, to be tried again, or dead."""
    room = rooms.interchange
    done = replace(row, attempts=row.attempts + 1, status=outcome.status, reason=outcome.reason)
    if outcome.is_taken:
        room.deliveries.arrive(tx, done)
        return
    if outcome.status == GONE:
        # The receiver says that it wants no more (Standard Webhooks); its owner may let it go on.
        room.receivers.pause(tx, row.endpoint_id)
    next_us = None if outcome.is_final else next_attempt_us(done.attempts, tx.now_us, asked_seconds=outcome.retry_after)
    room.deliveries.postpone(tx, done, next_us)
