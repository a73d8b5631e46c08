"""Payment and parcel side by side: what each side says, and whether the two agree, as a sign and a word.

Personal values are not here: the console shows that they are sealed, and what the vault found when it compared them.
"""

from typing import Literal

import msgspec

from sealane.model.consignment import Consignment
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.sealed import ConsignmentTraits, OrderTraits

__all__ = ["SEALED", "Fact", "Relation", "Row", "compare", "parcel_facts", "payment_facts"]

Relation = Literal["same", "differs", "unknown", "fact"]
SEALED = "sealed"
"""Stands for a personal value that is there and that nobody sees here."""

_NEAR = 0.99
_AVS = {
    "Y": "Y, street and postcode match",
    "Z": "Z, only the postcode matches",
    "A": "A, only the street matches",
    "N": "N, nothing matches",
    "U": "U, not available",
}
_CVC = {"M": "M, matches", "N": "N, does not match", "P": "P, not processed", "U": "U, not available"}


class Row(msgspec.Struct, frozen=True):
    """One line: the topic, what payment and parcel say (nothing when silent), how they relate, and the word for it."""

    topic: str
    payment: str | None
    parcel: str | None
    relation: Relation
    word: str


class Fact(msgspec.Struct, frozen=True):
    """One thing only one side says."""

    term: str
    told: str


def compare(order: Order, position: int) -> tuple[Row, ...]:
    """Return the lines for the order's payment and its consignment at this position."""
    parcel = order.consignments[position]
    traits = order.seal.consignment_traits[position]
    return (
        *_money(order, parcel),
        *_places(order, parcel),
        *_people(order.seal.traits, traits),
    )


def _money(order: Order, parcel: Consignment) -> list[Row]:
    paid, declared = order.payment.amount, parcel.declared_value
    several = len(order.consignments) > 1
    return [
        Row("Value", f"{paid}", f"{declared} declared" if declared else None, *_value(paid, declared, several=several))
    ]


def _value(paid: Money, declared: Money | None, *, several: bool) -> tuple[Relation, str]:
    if declared is None:
        return "unknown", "nothing declared"
    if declared.currency != paid.currency:
        return "unknown", "other currency"
    if several:
        return "fact", "one of several parcels"
    share = declared.amount_minor / paid.amount_minor if paid.amount_minor else 1.0
    if share < _NEAR:
        return "differs", f"{share * 100:.0f} % of paid"
    return ("differs", "above paid") if share > 1 / _NEAR else ("same", "same")


def _places(order: Order, parcel: Consignment) -> list[Row]:
    payment, goes_to = order.payment, parcel.consignee_country
    rows = [Row("Country", payment.billing_country, goes_to, *_equal(payment.billing_country, goes_to))]
    if payment.card:
        rows.append(Row("Card issued in", payment.card.country, goes_to, *_equal(payment.card.country, goes_to)))
    return rows


def _people(payer: OrderTraits, receiver: ConsignmentTraits) -> list[Row]:
    compared = (
        ("Name", receiver.name_matches_payer),
        ("Address", receiver.address_matches_billing),
        ("Postcode", receiver.postcode_matches_billing),
        ("Phone", receiver.phone_matches_payer),
        ("E-mail", receiver.email_matches_payer),
    )
    rows = [Row(topic, SEALED, SEALED, *_match(known)) for topic, known in compared]
    if payer.phone_country or receiver.phone_country:
        rows.append(
            Row(
                "Phone from",
                payer.phone_country,
                receiver.phone_country,
                *_equal(payer.phone_country, receiver.phone_country),
            )
        )
    return rows


def payment_facts(order: Order) -> tuple[Fact, ...]:
    """Return what only the payment side says."""
    payment = order.payment
    facts = (
        ("Paid by", _means(order)),
        ("Payment provider", payment.psp),
        ("Provider's reference", payment.psp_reference),
        ("AVS", _AVS.get(payment.avs or "", payment.avs)),
        ("CVC", _CVC.get(payment.cvc or "", payment.cvc)),
        ("3-D Secure", (payment.three_ds or "").replace("_", " ") or None),
        ("ECI", payment.eci),
        ("Failed attempts", f"{payment.failed_attempts}" if payment.failed_attempts else None),
    )
    return tuple(Fact(term, told) for term, told in facts if told)


def parcel_facts(order: Order, position: int) -> tuple[Fact, ...]:
    """Return what only the parcel side says."""
    parcel, traits = order.consignments[position], order.seal.consignment_traits[position]
    collected = f"{parcel.pickup_kind or 'pick-up point'}, {parcel.pickup_country}" if parcel.pickup_country else None
    facts = (
        ("Lane", f"{parcel.shipper_country or 'unknown'} → {parcel.consignee_country}"),
        ("Carrier", " ".join(part for part in (parcel.carrier, parcel.service) if part) or None),
        ("Tracking number", parcel.tracking_number),
        ("Terms", parcel.incoterm),
        ("Weight", f"{parcel.weight_grams:,} g" if parcel.weight_grams is not None else None),
        ("Collected at", collected),
        ("Suite code", "in the address, as forwarders use" if traits.has_suite_code else None),
    )
    return tuple(Fact(term, told) for term, told in facts if told)


def _means(order: Order) -> str:
    card = order.payment.card
    if card and card.last4:
        return f"{card.brand or 'card'} ••••\N{NO-BREAK SPACE}{card.last4}"
    return order.payment.method.replace("_", " ")


def _equal(one: str | None, other: str | None) -> tuple[Relation, str]:
    if one is None or other is None:
        return "unknown", "not known"
    return ("same", "same") if one == other else ("differs", "different")


def _match(known: bool | None) -> tuple[Relation, str]:  # noqa: FBT001 - a trait is one of three answers
    if known is None:
        return "unknown", "not known"
    return ("same", "same") if known else ("differs", "different")
