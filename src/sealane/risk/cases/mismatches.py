"""Payment beside parcel: what one side says, what the other says, and whether the two agree.

Personal values are not told, only whether they are the same.
"""

from collections.abc import Iterator, Sequence

import msgspec

from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk.rates import euro_cents

__all__ = ["Comparison", "compare_sides"]

LOW_SHARE = 0.6
"""A declared value under this share of the amount paid is called a mismatch (risk of undervaluation)."""

LIGHT_SHARE = 0.5
"""A weight under half of what was ordered is called a mismatch."""

_SAME = {True: "the payer's", False: "another", None: "not known"}


class Comparison(msgspec.Struct, frozen=True):
    """One line of the comparison; `differs` is None where one side is not known."""

    topic: str
    payment: str
    consignment: str
    differs: bool | None
    consignment_id: str | None = None


def compare_sides(order: Order, events: Sequence[Event]) -> tuple[Comparison, ...]:
    """Return every comparison of the order's payment with its consignments, those that differ first."""
    lines = [*_values(order), *_places(order), *_people(order), *_weights(order, events)]
    rank = {True: 0, False: 1, None: 2}
    return tuple(sorted(lines, key=lambda line: rank[line.differs]))


def _values(order: Order) -> Iterator[Comparison]:
    paid = order.payment.amount
    paid_eur = euro_cents(paid)
    for consignment in order.consignments:
        declared = consignment.declared_value
        declared_eur = euro_cents(declared)
        is_known = len(order.consignments) == 1 and paid_eur and declared_eur is not None
        differs = declared_eur < LOW_SHARE * paid_eur if is_known and declared_eur is not None and paid_eur else None
        yield Comparison("value", str(paid), _told(declared), differs, consignment.consignment_id)


def _places(order: Order) -> Iterator[Comparison]:
    card = order.payment.card.country if order.payment.card else None
    billing = order.payment.billing_country
    for consignment in order.consignments:
        to, at = consignment.consignee_country, consignment.consignment_id
        yield Comparison("billing country", _told(billing), to, _differs(billing, to), at)
        yield Comparison("card country", _told(card), to, _differs(card, to), at)
        if consignment.pickup_country is not None:
            point = consignment.pickup_country
            yield Comparison("pick-up country", _told(billing), point, _differs(billing, point), at)


def _people(order: Order) -> Iterator[Comparison]:
    for consignment, traits in zip(order.consignments, order.seal.consignment_traits, strict=True):
        for topic, is_same in (
            ("name", traits.name_matches_payer),
            ("phone", traits.phone_matches_payer),
            ("e-mail", traits.email_matches_payer),
            ("address", traits.address_matches_billing),
            ("postcode", traits.postcode_matches_billing),
        ):
            differs = None if is_same is None else not is_same
            yield Comparison(topic, "the payer's", _SAME[is_same], differs, consignment.consignment_id)


def _weights(order: Order, events: Sequence[Event]) -> Iterator[Comparison]:
    for consignment in order.consignments:
        ordered = consignment.weight_grams
        for event in events:
            if event.weight_grams is None or event.consignment_id != consignment.consignment_id:
                continue
            differs = event.weight_grams < LIGHT_SHARE * ordered if ordered else None
            topic = f"weight at {event.kind.partition('.')[2].replace('_', ' ')}"
            yield Comparison(topic, _grams(ordered), _grams(event.weight_grams), differs, consignment.consignment_id)


def _grams(grams: int | None) -> str:
    return "not known" if grams is None else f"{grams} g"


def _told(value: object) -> str:
    return "not known" if value is None else str(value)


def _differs(first: str | None, second: str | None) -> bool | None:
    return None if first is None or second is None else first != second
