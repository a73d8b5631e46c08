"""Replay: orders and events of the past through the windows of serving, one after another.

What is learned at each stage is read before the fact counts, so nothing later can be in it.
"""

from typing import Any

import msgspec

from sealane.model.decision import Stage
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.observation import of_event, of_order
from sealane.risk.signals import ALL
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.windows.state import State

__all__ = ["Judged", "Learned", "Replay", "Sighting", "facts_only"]


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """What was known of an order when it came to a stage: the values of the stage's signals, None for unknown."""

    order_id: str
    stage: Stage
    observed_us: int
    values: tuple[Any, ...]


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What became known of an order in the end: a verdict or a chargeback."""

    order_id: str
    observed_us: int
    is_fraud: bool


Learned = Sighting | Judged


def facts_only() -> Catalogue:
    """Return what a replay reads that is after the facts alone: what tells repeated events apart."""
    return Catalogue((ALL.by_name["order_events_365d"],))


class Replay:
    """The memory of a running system, without its disk; `facts` keeps those that count, if wanted."""

    def __init__(self, catalogue: Catalogue = ALL, *, keeps_facts: bool = False) -> None:
        self.facts: list[Fact] = []
        self._keeps_facts = keeps_facts
        self._placed: dict[str, Fact] = {}
        self._state = State(catalogue)
        self._count = 0

    def observing_from(self, wanted_us: int) -> int:
        """Return the moment at which a fact is observed: the wanted one, or just after the newest known fact."""
        return max(wanted_us, self._state.newest_us + 1)

    def order(self, order: Order) -> list[Learned]:
        """Let an order count; return what was known when it came."""
        placed = self._placed[order.order_id] = of_order(order)
        return self.fact(placed)

    def event(self, order: Order, event: Event) -> list[Learned]:
        """Let an event count; return what was known when it came, if its stage asks, and what it tells of the order."""
        courier, depot = self._state.carriers(event.consignment_id, event.observed_us)
        return self.fact(of_event(order, event, courier, depot, self._placed.get(order.order_id)))

    def fact(self, fact: Fact) -> list[Learned]:
        """Let a fact count; one whose event counts already is passed over."""
        state = self._state
        if state.knows(fact.order_id, fact.event_id, fact.observed_us):
            return []
        learned: list[Learned] = []
        stage = STAGE_OF.get(fact.kind)
        if stage is not None:
            learned.append(Sighting(fact.order_id, stage, fact.observed_us, state.read(stage, fact)))
        elif fact.act is not None and fact.act.verdict is not None:
            learned.append(Judged(fact.order_id, fact.observed_us, fact.act.verdict == "fraud"))
        self._count += 1
        if self._keeps_facts:
            self.facts.append(fact)
        state.register(self._count, fact)
        return learned
