"""Replay: the rows of history as facts in the windows that serving reads, and what was known at each stage.

Each fact is read before it counts, by the same code and in the same order as in a running system, so a row of the
training set holds nothing that was learned later. Personal values become links under a key that nobody keeps.

The files do not name the merchant of an order (a caller's key does), so the shipper of its first consignment stands
for it.
"""

import os
from collections.abc import Iterable, Iterator

from sealane.flows.history.files import EventRow, OrderRow, Row
from sealane.flows.steps.admission import consignment_of, payment_of
from sealane.keys.blinding import Blinder
from sealane.model.clock import to_micros
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.payment import Card
from sealane.model.sealed import OrderSeal
from sealane.risk import Learned, Replay
from sealane.vault import Linker

__all__ = ["replay_rows"]

_KEY_BYTES = 32
_TENANT = "history"


def replay_rows(rows: Iterable[Row], replay: Replay) -> Iterator[Learned]:
    """Yield what was known at each stage of each order, and each verdict, in the order of learning.

    An event that was observed before its order is observed right after it: until then nobody could place it.
    """
    linker = Linker(Blinder(os.urandom(_KEY_BYTES)))
    orders: dict[str, Order] = {}
    early: dict[str, list[Row]] = {}
    for row in rows:
        if isinstance(row.content, OrderRow):
            order = orders[row.key] = _order(linker, row, row.content, replay.observing_from(row.observed_us))
            yield from replay.order(order)
            for waiting in early.pop(row.key, ()):
                yield from replay.event(order, _event(linker, order, waiting, replay))
        elif row.key in orders:
            order = orders[row.key]
            yield from replay.event(order, _event(linker, order, row, replay))
        else:
            early.setdefault(row.key, []).append(row)


def _order(linker: Linker, row: Row, request: OrderRow, observed_us: int) -> Order:
    """Return the order as it would be stored."""
    view = linker.order(_TENANT, request, linker.card(request.payment) or _token(linker, request))
    shipper = next((links.shipper for links in view.consignment_links if links.shipper), None)
    told = request.payment.card
    card = None if told is None else Card(None, told.bin, told.last4, told.brand, told.country, told.funding)
    created = request.shopper.account_created_at
    return Order(
        order_id=row.key,
        merchant_id=_TENANT if shipper is None else shipper.hex(),
        reference=request.reference,
        placed_us=row.occurred_us,
        observed_us=observed_us,
        payment=payment_of(request.payment, card),
        consignments=tuple(
            [consignment_of(each, f"{row.key}/{index}") for index, each in enumerate(request.consignments)]
        ),
        seal=OrderSeal("", "", *view, card),
        account_created_us=None if created is None else to_micros(created),
        channel=request.channel,
        locale=request.shopper.locale,
    )


def _token(linker: Linker, request: OrderRow) -> bytes | None:
    """Return the link of a card that is named by a token alone."""
    card = request.payment.card
    return None if card is None or card.token is None else linker.card_number(card.token)


def _event(linker: Linker, order: Order, row: Row, replay: Replay) -> Event:
    """Return the event as it would be stored."""
    request = row.content
    if not isinstance(request, EventRow):
        raise TypeError(request)
    attributes = request.attributes
    place, asked = attributes.location, attributes.requested_by
    moved_to = attributes.new_address or attributes.pickup_point
    return Event(
        event_id=request.id or f"{row.number}",
        source=_TENANT,
        source_event_id=request.id,
        kind=request.kind,
        occurred_us=row.occurred_us,
        observed_us=replay.observing_from(row.observed_us),
        order_id=order.order_id,
        accepted_as="claimed",
        seal=linker.event("", order, attributes),
        consignment_id=_consignment(order, request),
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


def _consignment(order: Order, request: EventRow) -> str | None:
    """Return which consignment an event concerns, None when it may be any of several."""
    if len(order.consignments) == 1:
        return order.consignments[0].consignment_id
    number = request.tracking_number or request.attributes.tracking_number
    named = [each.consignment_id for each in order.consignments if number and each.tracking_number == number]
    return named[0] if named else None
