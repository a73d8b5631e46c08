"""Beside what decided: of the last questions, where the challenger wanted something else, and how those orders ended.

    found = latest(conn, 2_000, truths)

The numbers of a page: no score is ranked, so it needs no optional package. `comparison` measures both over the whole
past.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from sealane.model.decision import Outcome
from sealane.risk.rulebook.rerun import Truth
from sealane.risk.serving import store

__all__ = ["Beside", "Crossing", "latest", "side_by_side"]

Pair = tuple[str, Outcome, Outcome]
"""An order, what decided, and what the challenger wanted."""


_TRUTHS: tuple[Truth | None, ...] = ("fraud", "genuine", None)


class Crossing(msgspec.Struct, frozen=True):
    """Decisions on which the two differ in one way, and how many of their orders turned out fraud or genuine."""

    decided: Outcome
    wanted: Outcome
    decisions: int
    frauds: int
    genuine: int


class Beside(msgspec.Struct, frozen=True):
    """The challenger on the last decisions; `more_` counts what it would have stopped beyond what was, less what not.

    Orders that nobody judged yet are in neither.
    """

    challenger: str
    decisions: int
    agreed: int
    crossings: tuple[Crossing, ...]

    @property
    def more_frauds(self) -> int:
        """How many more decisions on frauds it would have stopped."""
        return sum(each.frauds * _more(each) for each in self.crossings)

    @property
    def more_genuine(self) -> int:
        """How many more decisions on genuine orders it would have stopped."""
        return sum(each.genuine * _more(each) for each in self.crossings)


def latest(conn: sqlite3.Connection, limit: int, truths: Mapping[str, Truth]) -> Beside | None:
    """Return the newest challenger's side of the last decisions; None when no model ever was one."""
    newest = store.newest_challenger(conn)
    if newest is None:
        return None
    named, name = newest
    return side_by_side(name, store.latest_challenges(conn, named, limit), truths)


def side_by_side(name: str, pairs: Iterable[Pair], truths: Mapping[str, Truth]) -> Beside:
    """Return both sides of these decisions."""
    found = Counter((decided, wanted, truths.get(order)) for order, decided, wanted in pairs)
    ways = sorted({(decided, wanted) for decided, wanted, _ in found if decided != wanted})
    crossings = [
        Crossing(*way, sum(found[*way, truth] for truth in _TRUTHS), found[*way, "fraud"], found[*way, "genuine"])
        for way in ways
    ]
    total = found.total()
    ranked = tuple(sorted(crossings, key=lambda each: -each.decisions))
    return Beside(name, total, total - sum(each.decisions for each in crossings), ranked)


def _more(crossing: Crossing) -> int:
    """Return 1 where the challenger alone would have stopped, -1 where it alone would have let pass."""
    return (crossing.wanted != "approve") - (crossing.decided != "approve")
