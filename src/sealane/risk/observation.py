"""Observation: from an order or a later event, as the flows pass it on, to the fact that is kept of it."""

from typing import Literal

from msgspec.structs import replace

from sealane.model.consignment import Consignment
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.payment import Card
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits, Link
from sealane.risk.facts import Act, Fact, Parcel, Payer
from sealane.risk.rates import euro_cents

__all__ = ["of_event", "of_order", "truth_of"]

BIN_DIGITS = 6
OTHER_DISPUTES = (
    *("11.", "12.", "13.", "4807", "4808", "4834", "4853"),
    *("credit_not_processed", "duplicate", "product_not_received", "product_unacceptable", "subscription_canceled"),
)
"""How dispute reasons begin that allege no fraud: codes of Visa and Mastercard, and words that PSPs use."""


def of_order(order: Order) -> Fact:
    """Return the fact that this order was placed."""
    seal = order.seal
    parcels = tuple(
        [
            _parcel(consignment, links, traits)
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


def of_event(order: Order, event: Event, courier: Link | None, depot: Link | None, placed: Fact | None = None) -> Fact:
    """Return the fact that this event happened to the order.

    `courier` and `depot` are who last had the consignment, for events that do not name them (a claim does not).
    An event without a consignment concerns all of the order's. `placed` is the fact of the order itself, when it is
    at hand: an event says nothing new of payer and goods but another tracking number.
    """
    known = placed or of_order(order)
    waybill, named = event.tracking_number, event.consignment_id
    parcels = tuple(
        [
            parcel if waybill is None or waybill == parcel.waybill else replace(parcel, waybill=waybill)
            for parcel in known.parcels
            if named is None or named == parcel.consignment
        ]
    )
    return Fact(
        event.kind,
        event.event_id,
        order.order_id,
        event.occurred_us,
        event.observed_us,
        1 if event.kind == "payment.failed_attempt" else 0,
        known.payer,
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


def _parcel(consignment: Consignment, links: ConsignmentLinks, traits: ConsignmentTraits) -> Parcel:
    """Return one consignment, positionally."""
    goods_eur, item_count = _goods(consignment)
    return Parcel(
        consignment.consignment_id,
        consignment.tracking_number,
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
        event.point,
    )


def truth_of(event: Event) -> Literal["fraud", "genuine"] | None:
    """Return what is now known of the order: a chargeback means fraud unless its reason code alleges something else."""
    if event.kind != "payment.chargeback":
        return event.verdict
    is_other = event.reason_code is not None and event.reason_code.startswith(OTHER_DISPUTES)
    return None if is_other else "fraud"
