"""Two worlds that many tests look at: a small one with everything in it, and one big enough for base rates."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import pytest

from sealane.simulator import Happening, Timeline, Truth, World
from sealane.simulator.chance import DAY_US, HOUR_US
from sealane.simulator.crime.underworld import Underworld
from sealane.simulator.honest import Honest
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US

_decode = msgspec.json.Decoder().decode
RATED_KINDS = frozenset(
    {"consignment.delivered", "consignment.reroute_requested", "claim.opened", "payment.chargeback", "verdict.recorded"}
)


class Rated(NamedTuple):
    """A big world, reduced to what base rates need; events of an order stand in the order they were observed."""

    truths: dict[str, Truth]
    bodies: dict[str, dict[str, Any]]
    events: dict[str, list[dict[str, Any]]]


class Told(NamedTuple):
    """One order of a scene, with its truth and its events in the order they occurred."""

    truth: Truth
    body: dict[str, Any]
    events: list[dict[str, Any]]

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["kind"] == kind]


def read(happenings: list[Happening]) -> list[Told]:
    """Return the orders of a list of happenings with their events."""
    told: dict[str, Told] = {}
    for happening in happenings:
        body = _decode(happening.body)
        if happening.truth is not None:
            told[happening.order_key] = Told(happening.truth, body, [])
        else:
            told[happening.order_key].events.append(body)
    for order in told.values():
        order.events.sort(key=lambda event: msgspec.convert(event["occurred_at"], type=datetime))
    return list(told.values())


@pytest.fixture(scope="session")
def small_world() -> list[Happening]:
    return list(World(seed=5, orders=4_000).happenings())


@pytest.fixture(scope="session")
def orders(small_world: list[Happening]) -> list[Told]:
    return read(small_world)


@pytest.fixture(scope="session")
def rated_world() -> Rated:
    rated = Rated({}, {}, defaultdict(list))
    for happening in World(seed=7, orders=60_000).happenings():
        if happening.truth is not None:
            rated.truths[happening.order_key] = happening.truth
            body = _decode(happening.body)
            rated.bodies[happening.order_key] = {"placed_at": body["placed_at"], "method": body["payment"]["method"]}
        elif happening.kind in RATED_KINDS:
            rated.events[happening.order_key].append(_decode(happening.body))
    return rated


@pytest.fixture
def scene() -> Scene:
    """A fresh scene in which nobody has ordered yet."""
    return Scene(11, Timeline())


@pytest.fixture
def busy_scene(scene: Scene) -> Scene:
    """A scene whose shoppers have ordered for a while; what happened so far is taken off the desk."""
    honest = Honest(scene)
    for number in range(300):
        honest.order(START_US + number * HOUR_US)
    list(scene.desk.due())
    return scene


@pytest.fixture
def run_crew(busy_scene: Scene) -> Callable[[str, int], list[Told]]:
    """Let crews of one kind make so many orders, an hour apart, and return what was told of them."""

    def run(typology: str, strikes: int) -> list[Told]:
        underworld, at_us = Underworld(busy_scene, 300.0), START_US + 60 * DAY_US
        happenings: list[Happening] = []
        for number in range(strikes):
            now_us = at_us + number * HOUR_US
            happenings += busy_scene.desk.due(now_us)
            underworld.act(typology, now_us)
        underworld.finish(at_us + strikes * HOUR_US)
        happenings += busy_scene.desk.due()
        keys = {happening.order_key for happening in happenings if happening.truth is not None}
        return read([happening for happening in happenings if happening.order_key in keys])

    return run
