"""Facts: what the room keeps of each order and event, flat, with two times and no personal value.

A fact is immutable. `occurred_us` says when it happened, `observed_us` when it was learned; windows run on the second.
People and places are the vault's blinded links (16 bytes). The field names below are the only words that signal
declarations may use, so one declaration can be read from these records and from a table with the same columns.
"""

from typing import Any, Literal

import msgspec

from sealane.model.consignment import Consignment
from sealane.model.decision import Stage
from sealane.model.event import Event, EventKind
from sealane.model.order import Order
from sealane.model.payment import Card
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits, Link
from sealane.risk.rates import euro_cents

__all__ = [
    "FIELD_GROUPS",
    "NOWHERE",
    "STAGE_OF",
    "Act",
    "Fact",
    "FactKind",
    "Parcel",
    "Payer",
    "decode",
    "encode",
    "field_of",
    "of_event",
    "of_order",
    "truth_of",
]

FactKind = Literal["order"] | EventKind

STAGE_OF: dict[str, Stage] = {
    "order": "checkout",
    "consignment.label_created": "dispatch",
    "consignment.reroute_requested": "reroute",
    "payout.requested": "payout",
    "claim.opened": "claim",
}
"""The facts that get a decision, and at which stage."""

BIN_DIGITS = 6
OTHER_DISPUTES = (
    *("11.", "12.", "13.", "4807", "4808", "4834", "4853"),
    *("credit_not_processed", "duplicate", "product_not_received", "product_unacceptable", "subscription_canceled"),
)
"""How dispute reasons begin that allege no fraud: codes of Visa and Mastercard, and words that PSPs use."""


class Payer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who pays and how: the same for every fact of one order. Amounts in euro cents at reference rates.

    `account` is the payer's account at the merchant or, for a guest, the e-mail address. `shopper` is the e-mail
    address, else the account, else the phone number: the same person at another merchant has another account.
    """

    merchant: str
    method: str
    placed_us: int
    parcel_count: int
    shopper: Link | None = None
    account: Link | None = None
    card: Link | None = None
    payer_name: Link | None = None
    email: Link | None = None
    email_domain: Link | None = None
    phone: Link | None = None
    device: Link | None = None
    ip: Link | None = None
    network: Link | None = None
    billing: Link | None = None
    bin: str | None = None
    amount_eur: int | None = None
    declared_total_eur: int | None = None
    account_created_us: int | None = None
    card_country: str | None = None
    card_funding: str | None = None
    billing_country: str | None = None
    phone_country: str | None = None
    email_kind: str | None = None
    email_resembles_name: bool | None = None
    billing_name_matches: bool | None = None
    avs: str | None = None
    cvc: str | None = None
    three_ds: str | None = None
    eci: str | None = None
    failed_attempts: int | None = None
    channel: str | None = None


class Parcel(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who receives, where and what: one consignment. Amounts in euro cents at reference rates, weight in grams.

    `address` includes the flat, floor or suite, `building` leaves it out.
    """

    consignment: str | None = None
    waybill: str | None = None
    address: Link | None = None
    building: Link | None = None
    postcode: Link | None = None
    consignee: Link | None = None
    consignee_phone: Link | None = None
    consignee_email: Link | None = None
    pickup_point: Link | None = None
    shipper: Link | None = None
    consignee_country: str | None = None
    shipper_country: str | None = None
    pickup_country: str | None = None
    pickup_kind: str | None = None
    carrier: str | None = None
    service: str | None = None
    weight_grams: int | None = None
    declared_eur: int | None = None
    goods_eur: int | None = None
    item_count: int | None = None
    name_matches_payer: bool | None = None
    phone_matches_payer: bool | None = None
    email_matches_payer: bool | None = None
    address_matches_billing: bool | None = None
    postcode_matches_billing: bool | None = None
    has_suite_code: bool | None = None
    consignee_phone_country: str | None = None


class Act(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a later event adds: who acted, where, and what was asked."""

    is_confirmed: bool
    actor_device: Link | None = None
    actor_ip: Link | None = None
    actor_network: Link | None = None
    actor_phone: Link | None = None
    new_address: Link | None = None
    new_postcode: Link | None = None
    new_name: Link | None = None
    new_pickup_point: Link | None = None
    new_has_suite_code: bool | None = None
    new_phone_country: str | None = None
    courier: Link | None = None
    depot: Link | None = None
    event_country: str | None = None
    event_eur: int | None = None
    event_weight_grams: int | None = None
    reason_code: str | None = None
    claim: str | None = None
    verdict: str | None = None
    changed_field: str | None = None
    is_signed: bool | None = None
    is_photographed: bool | None = None
    requested_via: str | None = None


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that happened; `failed` counts the declined payment attempts it tells of."""

    kind: FactKind
    event_id: str
    order_id: str
    occurred_us: int
    observed_us: int
    failed: int
    payer: Payer
    parcels: tuple[Parcel, ...]
    act: Act | None = None


NOWHERE = Parcel()
"""Stands for the consignment where there is none: everything about it is unknown."""

FIELD_GROUPS: dict[str, str] = {
    field: group
    for group, record in (("fact", Fact), ("payer", Payer), ("parcel", Parcel), ("act", Act))
    for field in record.__struct_fields__
    if field not in {"payer", "parcels", "act"}
}
"""Which record each field belongs to; names are unique across all four."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Fact)


def encode(fact: Fact) -> bytes:
    """Return the fact as MessagePack, an array in field order."""
    return _encoder.encode(fact)


def decode(body: bytes) -> Fact:
    """Return the fact from its MessagePack.

    Raises:
        msgspec.DecodeError: when the bytes are no fact.
    """
    return _decoder.decode(body)


def field_of(fact: Fact, parcel: Parcel, field: str) -> Any:
    """Return one field by name for one consignment of the fact; None when unknown."""
    group = FIELD_GROUPS[field]
    if group == "fact":
        return getattr(fact, field)
    if group == "payer":
        return getattr(fact.payer, field)
    if group == "parcel":
        return getattr(parcel, field)
    return None if fact.act is None else getattr(fact.act, field)


def of_order(order: Order) -> Fact:
    """Return the fact that this order was placed."""
    seal = order.seal
    parcels = tuple(
        [
            _parcel(consignment, links, traits, consignment.tracking_number)
            for consignment, links, traits in zip(
                order.consignments, seal.consignment_links, seal.consignment_traits, strict=True
            )
        ]
    )
    return Fact(
        "order",
        order.order_id,
        order.order_id,
        order.placed_us,
        order.observed_us,
        order.payment.failed_attempts or 0,
        _payer(order),
        parcels,
    )


def of_event(order: Order, event: Event, courier: Link | None, depot: Link | None) -> Fact:
    """Return the fact that this event happened to the order.

    `courier` and `depot` are who last had the consignment, for events that do not name them (a claim does not).
    An event without a consignment concerns all of the order's.
    """
    parcels = tuple(
        [
            _parcel(consignment, links, traits, event.tracking_number or consignment.tracking_number)
            for consignment, links, traits in zip(
                order.consignments, order.seal.consignment_links, order.seal.consignment_traits, strict=True
            )
            if event.consignment_id is None or event.consignment_id == consignment.consignment_id
        ]
    )
    return Fact(
        event.kind,
        event.event_id,
        order.order_id,
        event.occurred_us,
        event.observed_us,
        1 if event.kind == "payment.failed_attempt" else 0,
        _payer(order),
        parcels,
        _act(event, courier, depot),
    )


def _payer(order: Order) -> Payer:
    """Return the paying side, positionally: keywords cost a record of this width ten times as much."""
    payment, links, traits = order.payment, order.seal.links, order.seal.traits
    card = payment.card or Card()
    return Payer(
        order.merchant_id,
        payment.method,
        order.placed_us,
        len(order.consignments),
        links.email or links.account or links.phone,
        links.account or links.email,
        links.card,
        links.name,
        links.email,
        links.email_domain,
        links.phone,
        links.device,
        links.ip,
        links.network,
        links.billing_address,
        card.bin[:BIN_DIGITS] if card.bin else None,
        euro_cents(payment.amount),
        _declared_total(order),
        order.account_created_us,
        card.country,
        card.funding,
        payment.billing_country,
        traits.phone_country,
        traits.email_kind,
        traits.email_resembles_name,
        traits.billing_name_matches,
        payment.avs.upper() if payment.avs else None,
        payment.cvc.upper() if payment.cvc else None,
        payment.three_ds,
        payment.eci,
        payment.failed_attempts,
        order.channel,
    )


def _declared_total(order: Order) -> int | None:
    """Return the declared value of the whole order in euro cents; unknown when any consignment's is."""
    total = 0
    for consignment in order.consignments:
        value = euro_cents(consignment.declared_value)
        if value is None:
            return None
        total += value
    return total if order.consignments else None


def _parcel(
    consignment: Consignment, links: ConsignmentLinks, traits: ConsignmentTraits, waybill: str | None
) -> Parcel:
    """Return one consignment, positionally."""
    goods_eur, item_count = _goods(consignment)
    return Parcel(
        consignment.consignment_id,
        waybill,
        links.unit or links.address,
        links.address,
        links.postcode,
        links.name,
        links.phone,
        links.email,
        links.pickup_point,
        links.shipper,
        consignment.consignee_country,
        consignment.shipper_country,
        consignment.pickup_country,
        consignment.pickup_kind,
        consignment.carrier,
        consignment.service,
        consignment.weight_grams,
        euro_cents(consignment.declared_value),
        goods_eur,
        item_count,
        traits.name_matches_payer,
        traits.phone_matches_payer,
        traits.email_matches_payer,
        traits.address_matches_billing,
        traits.postcode_matches_billing,
        traits.has_suite_code,
        traits.phone_country,
    )


def _goods(consignment: Consignment) -> tuple[int | None, int | None]:
    """Return the value (euro cents) and number of the goods; the value is unknown when any price is."""
    if not consignment.items:
        return None, None
    value: int | None = 0
    count = 0
    for item in consignment.items:
        count += item.quantity
        price = euro_cents(item.unit_price)
        value = None if value is None or price is None else value + price * item.quantity
    return value, count


def _act(event: Event, courier: Link | None, depot: Link | None) -> Act:
    """Return what the event adds, positionally."""
    seal = event.seal
    is_delivery = event.kind == "consignment.delivered"
    return Act(
        event.accepted_as == "confirmed",
        seal.device,
        seal.ip,
        seal.network,
        seal.phone,
        seal.unit or seal.address,
        seal.postcode,
        seal.name,
        seal.pickup_point,
        seal.has_suite_code,
        seal.phone_country,
        seal.courier or courier,
        seal.depot or depot,
        event.country,
        euro_cents(event.amount),
        event.weight_grams,
        event.reason_code,
        event.claim,
        truth_of(event),
        event.field,
        event.has_signature if is_delivery else None,
        event.has_photo if is_delivery else None,
        event.requested_via,
    )


def truth_of(event: Event) -> Literal["fraud", "genuine"] | None:
    """Return what is now known of the order: a chargeback means fraud unless its reason code alleges something else."""
    if event.kind != "payment.chargeback":
        return event.verdict
    is_other = event.reason_code is not None and event.reason_code.startswith(OTHER_DISPUTES)
    return None if is_other else "fraud"
