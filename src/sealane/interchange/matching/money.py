"""Money against the order: what was authorized, captured, refunded and charged back."""

from collections.abc import Iterator, Sequence

from sealane.interchange.matching.mismatch import Mismatch, Side, Terms, amount_text
from sealane.model.event import Event
from sealane.model.order import Order

__all__ = ["match_money"]

_PLACE = "payment"
_MOVES = ("payment.authorized", "payment.captured", "payment.refunded", "payment.chargeback")
_OVER = frozenset({"consignment.delivered"})


def match_money(order: Order, events: Sequence[Event], terms: Terms) -> Iterator[Mismatch]:
    """Yield where the movements of money contradict the order, the parcels, or each other."""
    amount = order.payment.amount
    moves = [
        event
        for event in events
        if event.kind in _MOVES and event.amount is not None and event.accepted_as == "confirmed"
    ]
    others = {event.amount.currency for event in moves if event.amount} - {amount.currency}
    if others:
        # Sums in two currencies say nothing, so nothing else is said.
        yield Mismatch("payment-currency", _PLACE, ("order", "payment"), amount.currency, ", ".join(sorted(others)))
        return
    totals = {
        kind: sum(event.amount.amount_minor for event in moves if event.amount and event.kind == kind)
        for kind in _MOVES
    }
    slack = max(round(amount.amount_minor * terms.rounding_share), terms.rounding_minor * max(1, len(moves)))
    for code, sides, expected, found in _contradictions(order, events, totals, slack):
        texts = (amount_text(minor, amount.currency) for minor in (expected, found))
        yield Mismatch(code, _PLACE, sides, *texts)


def _contradictions(
    order: Order, events: Sequence[Event], totals: dict[str, int], slack: int
) -> Iterator[tuple[str, tuple[Side, ...], int, int]]:
    """Yield code, sides, and the two amounts that should be one."""
    authorized, captured, refunded, reversed_ = (totals[kind] for kind in _MOVES)
    worth = order.payment.amount.amount_minor
    if captured > worth + slack:
        yield "captured-more", ("order", "payment"), worth, captured
    if 0 < captured < worth - slack and _is_all_delivered(order, events):
        yield "captured-less", ("order", "payment", "waybill"), worth, captured
    if authorized and captured > authorized + slack:
        yield "captured-over-authorized", ("payment",), authorized, captured
    if captured and refunded > captured + slack:
        yield "refunded-more", ("payment",), captured, refunded
    elif captured and reversed_ and refunded + reversed_ > captured + slack:
        yield "returned-twice", ("payment",), captured, refunded + reversed_


def _is_all_delivered(order: Order, events: Sequence[Event]) -> bool:
    done = {event.consignment_id for event in events if event.kind in _OVER}
    return bool(order.consignments) and all(each.consignment_id in done for each in order.consignments)
