"""The world: shoppers, shops, carriers and fraudsters over a span of days, told as one stream in time order."""

from collections.abc import Iterator
from itertools import count

import msgspec

from sealane.simulator.chance import DAY_US, HOUR_US, Deck, Stream, Weighted
from sealane.simulator.crime import Underworld
from sealane.simulator.desk import FIRST_NUMBER, Happening, Timeline
from sealane.simulator.facts import ORDER_HOURS, TYPOLOGIES, WEEKDAYS
from sealane.simulator.honest import Honest
from sealane.simulator.realm.atlas import BUYERS
from sealane.simulator.realm.diligence import Diligence
from sealane.simulator.realm.trade import Merchant, Trade
from sealane.simulator.scene import Scene

__all__ = ["START_US", "World"]

START_US = 1_740_960_000_000_000
"""2025-03-03T00:00:00Z, a Monday: a fixed beginning, so that a seed always gives the same bytes."""

MIN_DAYS = 180
ORDERS_A_DAY = 2_000
"""A larger world lasts longer rather than growing denser, so what is under way stays bounded."""

_THURSDAY = 3
"""The weekday of 1970-01-01, counted from Monday."""


class World(msgspec.Struct, frozen=True):
    """A seeded world of so many orders; the same values always tell the same story.

    `start_us` is a midnight in UTC. `onward_a_day` lets the world go on for ever after its orders, with so many a day;
    `timeline` says how its times are shown; order numbers of each merchant go up from `first_number`.
    """

    seed: int
    orders: int
    start_us: int = START_US
    days: int = 0
    onward_a_day: float = 0.0
    timeline: Timeline = Timeline()
    first_number: int = FIRST_NUMBER

    @property
    def span_days(self) -> int:
        """How many days the orders are spread over."""
        return self.days or max(MIN_DAYS, -(-self.orders // ORDERS_A_DAY))

    @staticmethod
    def merchants() -> tuple[Merchant, ...]:
        """Return everybody who reports orders in this world."""
        return Trade.merchants()

    def diligence(self) -> dict[str, Diligence]:
        """Return how carefully each shop of this world is run, by `Merchant.key`."""
        return Scene(self.seed, self.timeline).trade.diligence

    def happenings(self) -> Iterator[Happening]:
        """Yield all orders and events by the time they are learned of."""
        scene = Scene(self.seed, self.timeline, self.first_number)
        honest = Honest(scene)
        underworld = Underworld(scene, self.orders / self.span_days or self.onward_a_day)
        plots = Deck(scene.stream, {name: typology.share for name, typology in TYPOLOGIES.items()}, "")
        slot_us = self.start_us
        for slot_us in self._slots():
            yield from scene.desk.due(slot_us)
            plot = plots.deal()
            if plot:
                underworld.act(plot, slot_us)
            else:
                honest.order(slot_us)
        underworld.finish(slot_us)
        yield from scene.desk.due()

    def _slots(self) -> Iterator[int]:
        """Yield the moments at which an order is due, in microseconds, by the rhythm of week and day."""
        stream = Stream(f"{self.seed}/arrivals")
        hours = Weighted(dict(enumerate(_world_rhythm())))
        first_day = self.start_us // DAY_US
        weights = [WEEKDAYS[(first_day + day + _THURSDAY) % 7] for day in range(self.span_days)]
        a_weight, due, done = self.orders / sum(weights), 0.0, 0
        for day in count():
            ahead = day >= self.span_days
            if ahead and not self.onward_a_day:
                return
            due += self.onward_a_day if ahead else weights[day] * a_weight
            number = round(due) - done
            done += number
            begin_us = self.start_us + day * DAY_US
            yield from sorted(begin_us + _moment(hours, stream) for _ in range(number))


def _moment(hours: Weighted[int], stream: Stream) -> int:
    return int((hours.pick(stream) + stream.random()) * HOUR_US)


def _world_rhythm() -> list[float]:
    """Return how many orders fall into each hour of UTC over all lands."""
    return [sum(land.share * ORDER_HOURS[(hour + land.utc_hours) % 24] for land in BUYERS) for hour in range(24)]
