"""What the reading routes show: stored records with times as people write them, and nothing personal."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, cast

import msgspec

from sealane.interchange import FindingRow
from sealane.model.clock import from_micros
from sealane.model.codes import Currency
from sealane.model.consignment import Consignment
from sealane.model.decision import Decision, Outcome, Stage
from sealane.model.event import AcceptedAs, Event
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Payment
from sealane.storage.orderbook import OrderLine

__all__ = ["LineView", "Moment", "OrderPage", "OrderView", "Timeline", "line_of", "order_of", "timeline_of"]

Track = Literal["payment", "consignment", "people", "decision"]


class LineView(msgspec.Struct, frozen=True):
    """An order in a list, with its latest decision."""

    order_id: str
    merchant_id: str
    reference: str
    placed_at: datetime
    observed_at: datetime
    amount: Money
    from_country: str | None
    to_country: str | None
    stage: Stage
    outcome: Outcome
    score: float
    decided_at: datetime


class OrderPage(msgspec.Struct, frozen=True):
    """Orders, latest first, and the cursor of the next page."""

    items: tuple[LineView, ...]
    next_cursor: str | None


class OrderView(msgspec.Struct, frozen=True):
    """An order with every decision on it, oldest first; its personal parts stay in the vault."""

    order_id: str
    merchant_id: str
    reference: str
    subject_id: str
    placed_at: datetime
    observed_at: datetime
    channel: str | None
    locale: str | None
    payment: Payment
    consignments: tuple[Consignment, ...]
    decisions: tuple[Decision, ...]


class Moment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened at `at` and was learned at `observed_at`: an event, a decision of ours, or a mismatch."""

    at: datetime
    observed_at: datetime
    track: Track
    kind: str
    event_id: str | None = None
    accepted_as: AcceptedAs | None = None
    consignment_id: str | None = None
    country: str | None = None
    weight_grams: int | None = None
    tracking_number: str | None = None
    amount: Money | None = None
    reason_code: str | None = None
    claim: str | None = None
    verdict: str | None = None
    field: str | None = None
    requested_via: str | None = None
    has_signature: bool = False
    has_photo: bool = False
    decision: Decision | None = None
    mismatch: str | None = None
    expected: str | None = None
    found: str | None = None


class Timeline(msgspec.Struct, frozen=True):
    """The life of an order, payment and parcels on one axis, in the order in which things happened."""

    order_id: str
    items: tuple[Moment, ...]


_TRACKS: dict[str, Track] = {"payment": "payment", "payout": "payment", "consignment": "consignment"}


def line_of(line: OrderLine) -> LineView:
    """Return a list's line as the API shows it."""
    return LineView(
        order_id=line.order_id,
        merchant_id=line.merchant_id,
        reference=line.reference,
        placed_at=from_micros(line.placed_us),
        observed_at=from_micros(line.observed_us),
        amount=Money(line.amount_minor, cast("Currency", line.currency)),
        from_country=line.from_country or None,
        to_country=line.to_country or None,
        stage=line.stage,
        outcome=line.outcome,
        score=line.score,
        decided_at=from_micros(line.decided_us),
    )


def order_of(order: Order, decisions: Iterable[Decision]) -> OrderView:
    """Return an order as the API shows it."""
    return OrderView(
        order_id=order.order_id,
        merchant_id=order.merchant_id,
        reference=order.reference,
        subject_id=order.subject_id,
        placed_at=from_micros(order.placed_us),
        observed_at=from_micros(order.observed_us),
        channel=order.channel,
        locale=order.locale,
        payment=order.payment,
        consignments=order.consignments,
        decisions=tuple(decisions),
    )


def timeline_of(
    order: Order, events: Iterable[Event], decisions: Iterable[Decision], findings: Iterable[FindingRow] = ()
) -> Timeline:
    """Return everything that is known to have happened to an order, with what of it contradicts itself."""
    placed, learned = from_micros(order.placed_us), from_micros(order.observed_us)
    moments = [Moment(placed, learned, "payment", "order.placed", amount=order.payment.amount)]
    moments += map(_of_event, events)
    moments += [Moment(d.decided_at, d.decided_at, "decision", f"{d.stage}.decided", decision=d) for d in decisions]
    moments += [moment for finding in findings for moment in _of_finding(finding)]
    return Timeline(order.order_id, tuple(sorted(moments, key=lambda moment: (moment.at, moment.observed_at))))


def _of_finding(row: FindingRow) -> Iterator[Moment]:
    """Yield when a mismatch was found and, where it is over, when it was cleared."""
    one, times = row.mismatch, {"match.found": row.found_us, "match.cleared": row.cleared_us}
    for kind, at_us in times.items():
        if at_us is not None:
            yield Moment(
                at=from_micros(at_us),
                observed_at=from_micros(at_us),
                track="payment" if one.place == "payment" else "consignment",
                kind=kind,
                consignment_id=None if one.place == "payment" else one.place,
                mismatch=one.code,
                expected=one.expected,
                found=one.found,
            )


def _of_event(event: Event) -> Moment:
    return Moment(
        at=from_micros(event.occurred_us),
        observed_at=from_micros(event.observed_us),
        track=_TRACKS.get(event.kind.partition(".")[0], "people"),
        kind=event.kind,
        event_id=event.event_id,
        accepted_as=event.accepted_as,
        consignment_id=event.consignment_id,
        country=event.country,
        weight_grams=event.weight_grams,
        tracking_number=event.tracking_number,
        amount=event.amount,
        reason_code=event.reason_code,
        claim=event.claim,
        verdict=event.verdict,
        field=event.field,
        requested_via=event.requested_via,
        has_signature=event.has_signature,
        has_photo=event.has_photo,
    )
