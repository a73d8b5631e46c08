"""Later events: find the order, then follow the flow of the event's kind."""

from collections.abc import Callable

from sealane.flows.chargeback import chargeback
from sealane.flows.claim import claim
from sealane.flows.delivery import delivery
from sealane.flows.dispatch import dispatch
from sealane.flows.fact import fact
from sealane.flows.payout import payout
from sealane.flows.reroute import reroute
from sealane.flows.rooms import Rooms
from sealane.flows.steps.arrival import Arrival, Witness
from sealane.model.decoding import decode_attributes
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.event import EVENT_KINDS, EventKind, EventRequest, EventResult
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import orderbook
from sealane.storage.database import Transaction

__all__ = ["FLOWS", "arrive", "record_event"]

_BY_KIND: dict[EventKind, Callable[[Arrival], EventResult]] = {
    "payment.chargeback": chargeback,
    "verdict.recorded": chargeback,
    "consignment.label_created": dispatch,
    "consignment.reroute_requested": reroute,
    "payout.requested": payout,
    "claim.opened": claim,
}
_BY_FAMILY = {"payment": fact, "account": fact, "consignment": delivery}
FLOWS = {kind: _BY_KIND.get(kind) or _BY_FAMILY[kind.partition(".")[0]] for kind in EVENT_KINDS}


def record_event(rooms: Rooms, party: Party, request: EventRequest, tx: Transaction) -> EventResult:
    """Take one later event of an order the party may speak about.

    Raises:
        NotFound: when no order of theirs is named so.
        Conflict: when a tracking number names two orders.
        InvalidInput: when the event names no order, or an attribute is wrong.
    """
    return FLOWS[request.kind](arrive(rooms, party, request, tx))


def arrive(
    rooms: Rooms, party: Party, request: EventRequest, tx: Transaction, witness: Witness | None = None
) -> Arrival:
    """Return the event with the order it names, ready for the four steps.

    Raises:
        NotFound: when no order of theirs is named so.
        Conflict: when a tracking number names two orders.
        InvalidInput: when the event names no order, or an attribute is wrong.
    """
    attributes = decode_attributes(bytes(request.attributes))
    order, consignment_id = _find(party, request, tx)
    if consignment_id is None and len(order.consignments) == 1:
        consignment_id = order.consignments[0].consignment_id
    return Arrival(rooms, party, request, attributes, order, consignment_id, tx, witness)


def _find(party: Party, request: EventRequest, tx: Transaction) -> tuple[Order, str | None]:
    """Return the order the event names; merchants see their own, logistics and payment parties what they can name."""
    named = (request.order, request.consignment, request.reference, request.tracking_number)
    if not any(named):
        detail = "The event names no order."
        remedy = "Give one of order, consignment, reference or tracking_number."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError("/order", "missing", detail),))
    return orderbook.find(
        tx,
        party.party_id if party.roles == ("merchant",) else None,
        order=request.order,
        consignment=request.consignment,
        reference=request.reference,
        tracking_number=request.tracking_number,
    )
