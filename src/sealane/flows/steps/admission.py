"""From a request and its seal to the record that is stored: nothing personal passes this door."""

from datetime import datetime
from typing import TYPE_CHECKING

from sealane.flows.rooms import Rooms
from sealane.model.clock import to_micros
from sealane.model.consignment import Consignment, ConsignmentRequest
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.event import AcceptedAs, Event
from sealane.model.ids import new_id
from sealane.model.order import Order, OrderRequest
from sealane.model.party import Party
from sealane.model.payment import Card, Payment, PaymentRequest
from sealane.model.sealed import EventSeal, OrderSeal
from sealane.storage.database import Transaction

if TYPE_CHECKING:
    from sealane.flows.steps.arrival import Arrival

__all__ = ["admit_event", "admit_order", "consignment_of", "payment_of"]

DAY_US = 86_400_000_000
EARLIEST_US = 946_684_800_000_000
"""2000-01-01T00:00:00Z: before it there were no orders of this kind, so an earlier time is a mistake."""


def admit_order(rooms: Rooms, party: Party, request: OrderRequest, seal: OrderSeal, tx: Transaction) -> Order:
    """Return the order as it is stored, observed now or, for history, when it was learned.

    Raises:
        InvalidInput: when a time lies before 2000 or more than a year ahead.
    """
    created = request.shopper.account_created_at
    return Order(
        order_id=new_id("ord"),
        merchant_id=party.party_id,
        reference=request.reference,
        placed_us=_sane(request.placed_at, "/placed_at", tx),
        observed_us=_observed(rooms, request.observed_at, tx),
        payment=payment_of(request.payment, seal.card),
        consignments=tuple([consignment_of(each, new_id("cns")) for each in request.consignments]),
        seal=seal,
        account_created_us=None if created is None else _sane(created, "/shopper/account_created_at", tx),
        channel=request.channel,
        locale=request.shopper.locale,
    )


def admit_event(arrival: "Arrival", seal: EventSeal) -> Event:
    """Return the event as it is stored, observed now or, for history, when it was learned.

    Raises:
        InvalidInput: when a time lies before 2000 or more than a year ahead.
    """
    request, attributes, tx, witness = arrival.request, arrival.attributes, arrival.tx, arrival.witness
    place = attributes.location
    asked = attributes.requested_by
    moved_to = attributes.new_address or attributes.pickup_point
    return Event(
        event_id=new_id("evt"),
        source=witness.source if witness else arrival.party.party_id,
        source_event_id=request.id,
        kind=request.kind,
        occurred_us=_sane(request.occurred_at, "/occurred_at", tx),
        observed_us=_observed(arrival.rooms, request.observed_at, tx),
        order_id=arrival.order.order_id,
        accepted_as=witness.accepted_as if witness else _worth(arrival.party, request.kind),
        seal=seal,
        consignment_id=arrival.consignment_id,
        country=moved_to.country if moved_to else place.country if place else None,
        point=place.point if place else None,
        weight_grams=attributes.weight_grams,
        reason_code=attributes.reason_code,
        tracking_number=attributes.tracking_number or request.tracking_number,
        amount=attributes.amount,
        claim=attributes.claim,
        verdict=attributes.verdict,
        field=attributes.field,
        has_signature=attributes.signature is not None,
        has_photo=attributes.photo is not None,
        requested_via=asked.channel if asked else None,
    )


_VOICES = {
    "payment": ("psp", "merchant"),
    "consignment": ("carrier", "broker"),
    "consignment.label_created": ("merchant", "platform", "carrier"),
    "payout": ("platform", "psp", "merchant"),
    "claim": ("merchant", "platform", "carrier"),
    "account": ("merchant", "platform"),
    "verdict": ("merchant", "psp", "authority"),
}


def _worth(party: Party, kind: str) -> AcceptedAs:
    """Return what the party's word is worth: it confirms kinds of facts that it knows at first hand."""
    voices = _VOICES.get(kind) or _VOICES[kind.partition(".")[0]]
    is_first_hand = party.has("operator") or any(role in voices for role in party.roles)
    return "confirmed" if is_first_hand else "claimed"


def _sane(moment: datetime, pointer: str, tx: Transaction) -> int:
    micros = to_micros(moment)
    if EARLIEST_US <= micros <= tx.now_us + 366 * DAY_US:
        return micros
    detail = "The time lies before the year 2000 or more than a year ahead."
    raise InvalidInput(detail, errors=(FieldError(pointer, "out-of-range", detail),))


def _observed(rooms: Rooms, told: datetime | None, tx: Transaction) -> int:
    """Return when this is observed: now, or for history when it was learned, never earlier than what came before."""
    wanted = tx.now_us if told is None else min(to_micros(told), tx.now_us)
    return rooms.risk.observing_from(wanted)


def payment_of(request: PaymentRequest, card: Card | None) -> Payment:
    """Return the payment without what is personal in it."""
    billing = request.billing_address
    return Payment(
        method=request.method,
        amount=request.amount,
        psp=request.psp,
        psp_reference=request.psp_reference,
        card=card,
        avs=request.avs,
        cvc=request.cvc,
        three_ds=request.three_ds,
        eci=request.eci,
        failed_attempts=request.failed_attempts or 0,
        billing_country=billing.country if billing else None,
    )


def consignment_of(request: ConsignmentRequest, consignment_id: str) -> Consignment:
    """Return the consignment without people and places."""
    shipper, point = request.shipper, request.pickup_point
    return Consignment(
        consignment_id=consignment_id,
        consignee_country=request.consignee.country,
        carrier=request.carrier,
        service=request.service,
        tracking_number=request.tracking_number,
        incoterm=request.incoterm,
        shipper_country=shipper.country if shipper else None,
        pickup_country=point.country if point else None,
        pickup_kind=point.kind if point else None,
        weight_grams=request.weight_grams,
        declared_value=request.declared_value,
        items=request.items,
    )
