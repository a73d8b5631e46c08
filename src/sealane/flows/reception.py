"""Reception: the same request, sent again, gets the same answer and has one effect.

An `Idempotency-Key` names a request; without one, an order is named by its reference and an event by its id.
"""

import msgspec

from sealane.flows.checkout import checkout
from sealane.flows.events import record_event
from sealane.flows.rooms import Rooms
from sealane.model.errors import Conflict, IdempotencyMismatch
from sealane.model.event import EventRequest
from sealane.model.order import OrderRequest
from sealane.model.party import Party
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer, Slot, once

__all__ = ["Call", "receive_event", "receive_order"]

_encode = msgspec.json.Encoder().encode


class _Named(msgspec.Struct, frozen=True):
    order_id: str


_named = msgspec.json.Decoder(_Named).decode


class Call(msgspec.Struct, frozen=True):
    """Who calls, with which body, under which `Idempotency-Key` if any."""

    party: Party
    body: bytes
    key: str | None = None


def receive_order(rooms: Rooms, call: Call, request: OrderRequest, tx: Transaction) -> Answer:
    """Return the JSON answer to an order (`OrderResult`), made now or the first time.

    Raises:
        Conflict: when the reference was used with another body.
        IdempotencyMismatch: when the key was used with another body.
    """
    fingerprint = rooms.requests.link("body", call.body.decode())

    def place(tx: Transaction) -> bytes:
        return _encode(checkout(rooms, call.party, request, tx))

    def place_named(tx: Transaction) -> Answer:
        try:
            return once(tx, Slot(call.party.party_id, "order", request.reference), fingerprint, place)
        except IdempotencyMismatch:
            raise Conflict(
                "An order with this reference and another body is already stored.",
                remedy="Use a new reference for a new order.",
            ) from None

    if call.key is None:
        return _with_link(rooms, place_named(tx))
    slot = Slot(call.party.party_id, "orders", call.key)
    return _with_link(rooms, once(tx, slot, fingerprint, lambda tx: place_named(tx).body))


def _with_link(rooms: Rooms, answer: Answer) -> Answer:
    """Return the answer with the shopper's link, which opens a page and is therefore stored with no answer."""
    link = rooms.disclosure.shopper_link(_named(answer.body).order_id)
    return Answer(b'%b,"shopper_link":%b}' % (answer.body[:-1], _encode(link)), answer.replayed)


def receive_event(rooms: Rooms, call: Call, request: EventRequest, tx: Transaction) -> Answer:
    """Return the JSON answer to an event (`EventResult`); one id of one source counts once, whatever is sent later.

    Raises:
        IdempotencyMismatch: when the key was used with another body.
    """

    def work(tx: Transaction) -> bytes:
        return _encode(record_event(rooms, call.party, request, tx))

    def counted_once(tx: Transaction) -> bytes:
        return once(tx, Slot(call.party.party_id, "event", request.id), b"", work).body

    if call.key is None:
        return once(tx, Slot(call.party.party_id, "event", request.id), b"", work)
    fingerprint = rooms.requests.link("body", call.body.decode())
    return once(tx, Slot(call.party.party_id, "events", call.key), fingerprint, counted_once)
