"""The live driver: feeds a running system a past, and then goes on at a chosen pace with current times.

    drive = Drive(seed=7, now_us=system_clock(), backlog=20_000, per_minute=30)
    drive.feed(place, report)              # the past, as fast as the system takes it
    drive.live(place, report, stop=stop)   # the present, until stop is set

`place` and `report` take the name of the merchant and a body for the wire, so they may call the application in the
same process or send it over HTTP. A day of the world then passes in `day_seconds`, so that parcels ordered now arrive
within minutes. What the system declines is not shipped: nothing more is told of it but what people found out.
"""

from collections import deque
from collections.abc import Callable, Iterator
from threading import Event

import msgspec

from sealane.model.clock import Clock, system_clock
from sealane.model.errors import SealaneError
from sealane.simulator.chance import DAY_US, SECOND_US
from sealane.simulator.desk import FIRST_NUMBER, Happening, Timeline
from sealane.simulator.realm.trade import Merchant
from sealane.simulator.world import MIN_DAYS, ORDERS_A_DAY, World

__all__ = ["Drive", "Place", "Report", "Told"]

Place = Callable[[str, bytes], str | None]
"""Places an order of a merchant (by `Merchant.key`) and returns the outcome of its decision, if known."""

Report = Callable[[str, bytes], object]
"""Reports a later event of a merchant's order."""


class Told(msgspec.Struct, frozen=True):
    """How much was told to the system, and how much of it was refused."""

    orders: int
    events: int
    refused: int


class Drive:
    """One demonstration world on its way into a running system.

    Without a backlog it takes up after an earlier run on the same data: its world is seeded by the time, and its order
    numbers lie above all earlier ones.
    """

    def __init__(
        self, *, seed: int, now_us: int, backlog: int = 0, per_minute: float = 30.0, day_seconds: float = 120.0
    ) -> None:
        days = max(MIN_DAYS, -(-backlog // ORDERS_A_DAY))
        world = World(
            seed=seed if backlog else now_us,
            orders=backlog,
            start_us=now_us // DAY_US * DAY_US - (days if backlog else 0) * DAY_US,
            days=days if backlog else 1,
            onward_a_day=per_minute * day_seconds / 60,
            timeline=Timeline(now_us, max(1, round(DAY_US / (day_seconds * SECOND_US)))),
            first_number=FIRST_NUMBER if backlog else now_us // SECOND_US,
        )
        self._now_us = now_us
        self._happenings = world.happenings()
        self._waiting: Happening | None = None
        self._declined: set[str] = set()

    @staticmethod
    def merchants() -> tuple[Merchant, ...]:
        """Return everybody who reports orders, so that they can be registered."""
        return World.merchants()

    def past(self) -> Iterator[Happening]:
        """Yield what was learned of before now, in order; for whoever feeds in larger bites than `feed`."""
        while self._waiting is None:
            happening = next(self._happenings)
            if happening.observed_us >= self._now_us:
                self._waiting = happening
            else:
                yield happening

    def feed(self, place: Place, report: Report, *, on_order: Callable[[], None] = lambda: None) -> Told:
        """Tell the past as fast as the system takes it; refusals are counted, not raised."""
        orders = events = refused = 0
        for happening in self.past():
            if not self._tell(happening, place, report):
                refused += 1
            elif happening.truth is None:
                events += 1
            else:
                orders += 1
                on_order()
        return Told(orders, events, refused)

    def live(self, place: Place, report: Report, *, stop: Event, clock: Clock = system_clock) -> None:
        """Tell the present as it happens until `stop` is set; blocks, so give it a thread."""
        for happening in self._present():
            while (ahead_us := happening.observed_us - clock()) > 0:
                if stop.wait(min(1.0, ahead_us / SECOND_US)):
                    return
            if stop.is_set():
                return
            self._tell(happening, place, report)

    def _present(self) -> Iterator[Happening]:
        """Yield what is learned of from now on; whatever past was not fed is left out."""
        deque(self.past(), maxlen=0)
        if self._waiting is not None:
            yield self._waiting
        yield from self._happenings

    def _tell(self, happening: Happening, place: Place, report: Report) -> bool:
        """Tell one thing; return whether the system took it, or nothing needed to be told."""
        try:
            if happening.truth is not None:
                if place(happening.merchant, happening.body) == "decline":
                    self._declined.add(happening.order_key)
            elif happening.order_key not in self._declined or happening.kind == "verdict.recorded":
                report(happening.merchant, happening.body)
        except SealaneError:
            return False
        return True
