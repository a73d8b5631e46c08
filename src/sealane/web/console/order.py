"""The order page: payment and parcel on one axis and side by side, and each decision with its reasons in sentences."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from sealane.interchange import CODES, FindingRow, standing_findings
from sealane.model.clock import from_micros, to_micros
from sealane.model.consignment import Item
from sealane.model.decision import Decision, Outcome, Reason, Stage
from sealane.model.event import Event
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.risk import Thresholds
from sealane.storage import orderbook, parties
from sealane.web.api.views import Moment, Timeline, timeline_of
from sealane.web.console import comparison
from sealane.web.console.gate import Look, page
from sealane.web.console.lifeline import Point
from sealane.web.console.log import find_decision, published
from sealane.web.console.wording import EVENTS, OUTCOMES, STAGES, percent

__all__ = ["DecisionView", "OrderView", "ParcelView", "build", "read", "routes", "thresholds_of", "view_of"]

_LEAST = 1e-12
_BAD = {"payment.failed_attempt", "payment.chargeback", "consignment.lost"}
_CAUTION = {
    "match.found",
    "payment.refunded",
    "consignment.customs_held",
    "consignment.delivery_attempted",
    "consignment.returned",
    "consignment.reroute_requested",
    "claim.opened",
    "account.changed",
}
_GOOD = {"payment.captured", "consignment.delivered", "consignment.customs_released"}


class ParcelView(msgspec.Struct, frozen=True):
    """One consignment beside the payment."""

    consignment_id: str
    rows: tuple[comparison.Row, ...]
    facts: tuple[comparison.Fact, ...]
    items: tuple[Item, ...]
    mismatches: int


class DecisionView(msgspec.Struct, frozen=True):
    """One decision, largest reasons first; `thresholds` are the scores from which each outcome begins."""

    decision_id: str
    stage: Stage
    outcome: Outcome
    score: float
    decided_at: datetime
    reasons: tuple[Reason, ...]
    rules: tuple[str, ...]
    model: str
    ruleset: str
    thresholds: tuple[tuple[Outcome, float], ...]
    log_entry: str | None

    @property
    def is_by_rule(self) -> bool:
        """Whether a rule, and not the score alone, made the outcome."""
        by_score = [outcome for outcome, least in self.thresholds if self.score >= least]
        return self.outcome != (by_score[-1] if by_score else "approve")

    @property
    def base(self) -> float:
        """Where the stage starts before any reason counts, in log-odds: base and weights add up to the score."""
        held = min(1 - _LEAST, max(_LEAST, self.score))
        return math.log(held / (1 - held)) - sum(self.weights)

    @property
    def weights(self) -> list[float]:
        """The reasons' weights, in their order."""
        return [reason.weight for reason in self.reasons]


class OrderView(msgspec.Struct, frozen=True):
    """Everything the page shows; nothing personal is in it."""

    order_id: str
    headline: str
    reference: str
    merchant: str
    amount: Money
    placed_at: datetime
    latest: DecisionView | None
    points: list[Point]
    payment_facts: tuple[comparison.Fact, ...]
    parcels: tuple[ParcelView, ...]
    decisions: tuple[DecisionView, ...]


def build(
    order: Order,
    events: Sequence[Event],
    decisions: Sequence[Decision],
    *,
    merchant: str,
    describe: Callable[[Decision], DecisionView],
    findings: Sequence[FindingRow] = (),
) -> OrderView:
    """Return the page of an order from its events and its decisions, oldest first, and what the match found."""
    views = [describe(decision) for decision in decisions]
    latest = views[-1] if views else None
    return OrderView(
        order_id=order.order_id,
        headline=_headline(latest),
        reference=order.reference,
        merchant=merchant,
        amount=order.payment.amount,
        placed_at=from_micros(order.placed_us),
        latest=latest,
        points=_points(order, timeline_of(order, events, decisions, findings)),
        payment_facts=comparison.payment_facts(order),
        parcels=tuple(_parcel(order, position) for position in range(len(order.consignments))),
        decisions=tuple(reversed(views)),
    )


def view_of(decision: Decision, thresholds: tuple[tuple[Outcome, float], ...], log_entry: str | None) -> DecisionView:
    """Return the decision as the page shows it."""
    return DecisionView(
        decision_id=decision.decision_id,
        stage=decision.stage,
        outcome=decision.outcome,
        score=decision.score,
        decided_at=decision.decided_at,
        reasons=tuple(sorted(decision.reasons, key=lambda reason: -abs(reason.weight))),
        rules=decision.rules,
        model=decision.model,
        ruleset=decision.ruleset,
        thresholds=thresholds,
        log_entry=log_entry,
    )


def thresholds_of(thresholds: Thresholds) -> tuple[tuple[Outcome, float], ...]:
    """Return from which score each outcome begins, ascending."""
    return (("challenge", thresholds.challenge), ("review", thresholds.review), ("decline", thresholds.decline))


def _headline(latest: DecisionView | None) -> str:
    """Return the question the page answers, with the strongest reason that speaks for the outcome."""
    if latest is None:
        return "Not decided yet"
    said = f"{OUTCOMES[latest.outcome]} at {STAGES[latest.stage].lower()}"
    for_it = [reason for reason in latest.reasons if (reason.weight < 0) == (latest.outcome == "approve")]
    return f"{said}. {for_it[0].text}" if for_it else said


def _parcel(order: Order, position: int) -> ParcelView:
    rows = comparison.compare(order, position)
    consignment = order.consignments[position]
    return ParcelView(
        consignment_id=consignment.consignment_id,
        rows=rows,
        facts=comparison.parcel_facts(order, position),
        items=consignment.items,
        mismatches=sum(row.relation == "differs" for row in rows),
    )


def _points(order: Order, timeline: Timeline) -> list[Point]:
    return [_point(order, number, moment) for number, moment in enumerate(timeline.items, 1)]


def _point(order: Order, number: int, moment: Moment) -> Point:
    return Point(
        number=number,
        at=moment.at,
        learned_at=moment.observed_at,
        track=moment.track,
        label=_label(moment),
        tone=_tone(moment),
        detail=_detail(order, moment),
        taken_as="signed" if moment.decision else moment.accepted_as or "",
    )


def _label(moment: Moment) -> str:
    if moment.decision:
        return f"{STAGES[moment.decision.stage]}: {OUTCOMES[moment.decision.outcome].lower()}"
    return EVENTS.get(moment.kind, "Order placed")


def _tone(moment: Moment) -> str:
    if moment.decision:
        return moment.decision.outcome
    if moment.kind in _BAD or moment.verdict == "fraud":
        return "bad"
    if moment.kind in _CAUTION:
        return "caution"
    return "good" if moment.kind in _GOOD or moment.verdict == "genuine" else ""


def _detail(order: Order, moment: Moment) -> str:
    """Return what may be told of a moment in one line; personal parts stay sealed."""
    parts = (
        f"score {percent(moment.decision.score)}" if moment.decision else None,
        str(moment.amount) if moment.amount else None,
        moment.country,
        f"{moment.weight_grams:,} g" if moment.weight_grams is not None else None,
        moment.tracking_number,
        f"reason {moment.reason_code}" if moment.reason_code else None,
        moment.claim.replace("_", " ") if moment.claim else None,
        moment.verdict,
        moment.field,
        f"{CODES.get(moment.mismatch, moment.mismatch)} {moment.found} instead of {moment.expected}"
        if moment.mismatch
        else None,
        f"asked by {moment.requested_via}" if moment.requested_via else None,
        "signed for" if moment.has_signature else None,
        "photo" if moment.has_photo else None,
        _which(order, moment.consignment_id),
    )
    return ", ".join(part for part in parts if part)


def _which(order: Order, consignment_id: str | None) -> str | None:
    if consignment_id is None or len(order.consignments) < 2:  # noqa: PLR2004 - one parcel needs no number
        return None
    return f"parcel {order.position(consignment_id) + 1}"


def read(look: Look) -> OrderView:
    """Return the page of the order that the address names.

    Raises:
        NotFound: when there is no such order.
    """
    risk = look.lane.rooms.risk
    order = orderbook.read(look.conn, look.path["order_id"])
    tree = published(look)

    def describe(decision: Decision) -> DecisionView:
        entry = find_decision(tree, order.order_id, to_micros(decision.decided_at))
        return view_of(decision, thresholds_of(risk.policy.stages[decision.stage].thresholds), entry)

    events = orderbook.events(look.conn, order.order_id)
    return build(
        order,
        events,
        risk.decisions(look.conn, order.order_id),
        merchant=parties.by_id(look.conn, order.merchant_id).name,
        describe=describe,
        findings=standing_findings(look.conn, order, events),
    )


routes = page("/console/orders/{order_id}", "order.html", read)
