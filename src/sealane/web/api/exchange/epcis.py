"""EPCIS 2.0 over HTTP: capture events, and read those of an order."""

import msgspec

from sealane.flows.events import record_event
from sealane.interchange import read_epcis, write_epcis
from sealane.model.decoding import read_json, refuse_leaks
from sealane.model.errors import Conflict, NotFound
from sealane.model.event import EventRequest
from sealane.model.party import Role
from sealane.storage import orderbook
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Slot, once
from sealane.web.api.exchange.keys import BODY_REFUSALS
from sealane.web.api.orders import own_order
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

LOGISTICS: tuple[Role, ...] = ("merchant", "carrier", "broker", "platform", "operator")


class Captured(msgspec.Struct, frozen=True):
    """How many events of the document were taken, now or before, and how many name no order that is known here."""

    taken: int
    unknown: int


async def capture_epcis(visit: Visit) -> Reply:
    """Take the events of an EPCIS document."""
    body = await visit.body()
    document = read_json(body)
    refuse_leaks(body, document)
    requests, rooms = read_epcis(document), visit.lane.rooms

    def one(tx: Transaction, request: EventRequest) -> bool:
        slot = Slot(visit.party.party_id, "event", request.id)
        try:
            once(tx, slot, b"", lambda tx: msgspec.json.encode(record_event(rooms, visit.party, request, tx)))
        except (NotFound, Conflict):
            return False
        return True

    taken = await rooms.database.run_async(lambda tx: [one(tx, request) for request in requests])
    return json_reply(Captured(sum(taken), len(taken) - sum(taken)), 202)


async def read_order_epcis(visit: Visit) -> Reply:
    """Answer an order's consignment events as an EPCIS document."""
    order_id = visit.named("order_id", "ord")
    with visit.lane.rooms.database.reader() as connection:
        own_order(visit, connection, order_id)
        events = orderbook.events(connection, order_id)
    return json_reply(write_epcis(events, created_us=visit.lane.clock()))


ROUTES = (
    Route(
        method="POST",
        path="/v1/epcis/capture",
        action=capture_epcis,
        summary="Take the events of an EPCIS 2.0 document",
        tag="exchange",
        roles=LOGISTICS,
        answers={202: Captured},
        refusals=BODY_REFUSALS,
    ),
    Route(
        method="GET",
        path="/v1/orders/{order_id}/epcis",
        action=read_order_epcis,
        summary="Read what happened to an order's consignments as an EPCIS 2.0 document",
        tag="exchange",
        roles=("merchant", "operator"),
        answers={200: None},
    ),
)
