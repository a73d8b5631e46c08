"""The demonstration: a made-up world told to a running server, first its past, then its present at a steady pace."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Event, Thread

import msgspec

from sealane.app import Sealane
from sealane.cli.imports.delivery import flow_of
from sealane.cli.terminal.output import talk
from sealane.model.errors import DependencyUnavailable, SealaneError
from sealane.model.order import OrderResult
from sealane.model.party import Party
from sealane.simulator import Drive, Happening
from sealane.storage import orderbook

__all__ = ["BACKLOG", "PER_MINUTE", "Demonstration"]

BACKLOG = 5_000
"""Orders of the past that a fresh folder begins with."""
PER_MINUTE = 30.0
PART = 512


class Demonstration:
    """The world told to one open folder, on a thread of its own."""

    def __init__(self, lane: Sealane, *, seed: int, backlog: int, per_minute: float = PER_MINUTE) -> None:
        self._lane = lane
        self._backlog = backlog if _is_fresh(lane) else 0
        self._drive = Drive(seed=seed, now_us=lane.clock(), backlog=self._backlog, per_minute=per_minute)
        self._parties: dict[str, Party] = {}
        self._declined: set[str] = set()
        self._stop = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Tell the world for the length of a `with` block."""
        thread = Thread(target=self._tell, name="sealane-demo", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _tell(self) -> None:
        try:
            self._parties = {each.key: self._lane.merchant(each.name) for each in self._drive.merchants()}
            if self._backlog:
                asyncio.run(self._tell_past())
            if not self._stop.is_set():
                self._drive.live(self._place, self._report, stop=self._stop)
        except DependencyUnavailable as error:
            talk(f"The demonstration stopped: {error.detail}")

    async def _tell_past(self) -> None:
        """Tell the past in parts, so that the parts share commits; what was declined is not shipped."""
        past = self._drive.past()
        orders = 0
        while not self._stop.is_set() and (part := list(islice(past, PART))):
            told = [each for each in part if each.order_key not in self._declined]
            answers = await asyncio.gather(*map(self._send, told), return_exceptions=True)
            for each, answer in zip(told, answers, strict=True):
                if isinstance(answer, BaseException) and not isinstance(answer, SealaneError):
                    raise answer
                orders += each.truth is not None
                if answer == "decline":
                    self._declined.add(each.order_key)
        if not self._stop.is_set():
            talk(f"The demonstration has a past of {orders:,} orders and goes on live.")

    async def _send(self, happening: Happening) -> str | None:
        is_event = happening.truth is None
        flow = flow_of(self._lane, self._parties[happening.merchant], happening.body, is_event=is_event)
        answer = await self._lane.rooms.database.run_async(flow)
        return None if is_event else _outcome(answer.body)

    def _place(self, merchant: str, body: bytes) -> str | None:
        flow = flow_of(self._lane, self._parties[merchant], body, is_event=False)
        return _outcome(self._lane.rooms.database.run(flow).body)

    def _report(self, merchant: str, body: bytes) -> None:
        self._lane.rooms.database.run(flow_of(self._lane, self._parties[merchant], body, is_event=True))


def _outcome(body: bytes) -> str:
    return msgspec.json.decode(body, type=OrderResult).decision.outcome


def _is_fresh(lane: Sealane) -> bool:
    with lane.rooms.database.reader() as connection:
        return not orderbook.page(connection, orderbook.OrderFilter(), 1).items
