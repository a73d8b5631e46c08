"""Judging the past: every stage of every order through the policy, with what became known of the order."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from sealane.model.clock import from_micros
from sealane.model.decision import Outcome, Stage
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.facts import Fact
from sealane.risk.learning.replay import Judged, Learned, Sighting
from sealane.risk.policy import RiskPolicy

__all__ = ["Fate", "Fates", "Judgement", "Traits", "fates_of", "judge", "traits_of"]

_EPOCH = from_micros(0)

Fate = Literal["fraud", "genuine", "unknown"]
Fates = dict[str, Fate]


class Judgement(msgspec.Struct, frozen=True):
    """What the policy says of one stage of an order."""

    order_id: str
    stage: Stage
    outcome: Outcome
    rules: tuple[str, ...]


class Traits(msgspec.Struct, frozen=True):
    """What a backtest needs of an order besides its signals: who pays, how, how much (euro cents), if it settled."""

    shopper: str
    is_card: bool
    cents: int
    is_settled: bool


SETTLING = frozenset({"payment.captured", "consignment.handed_over", "consignment.delivered"})
"""An order of which none of these was heard was turned down by somebody, so nobody knows what it would have been."""


def traits_of(facts: Iterable[Fact]) -> dict[str, Traits]:
    """Return the traits of every order among the facts."""
    traits: dict[str, Traits] = {}
    for fact in facts:
        if fact.kind == "order":
            payer = fact.payer
            link = payer.shopper or payer.account or payer.device
            who = fact.order_id if link is None else link.hex()
            traits[fact.order_id] = Traits(who, payer.method == "card", payer.amount_eur or 0, is_settled=False)
        elif fact.kind in SETTLING and not traits[fact.order_id].is_settled:
            traits[fact.order_id] = msgspec.structs.replace(traits[fact.order_id], is_settled=True)
    return traits


def fates_of(learned: Iterable[Learned], traits: dict[str, Traits]) -> Fates:
    """Return what became of each order: a settled order without a verdict is genuine, an unsettled one unknown."""
    fates: Fates = {order: "genuine" if each.is_settled else "unknown" for order, each in traits.items()}
    for each in learned:
        if isinstance(each, Judged):
            fates[each.order_id] = "fraud" if each.is_fraud else "genuine"
    return fates


def judge(sightings: Iterable[Sighting], policy: RiskPolicy) -> list[Judgement]:
    """Return what the policy says of each row, by the same code that decides live."""
    found = []
    for row in sightings:
        question = Question(row.stage, row.order_id, "", None, _EPOCH)
        decision = assess(question, Signals(row.stage, row.values, 0), policy)
        found.append(Judgement(row.order_id, row.stage, decision.outcome, decision.rules))
    return found
