"""Orders: place one or many, read one, list them, and see payment and parcels on one time axis."""

import sqlite3
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import UNSET, UnsetType

from sealane.flows.reception import Call, receive_order
from sealane.interchange import standing_findings
from sealane.model.clock import to_micros
from sealane.model.decision import Decision, Outcome, Stage
from sealane.model.decoding import decode_order
from sealane.model.errors import Conflict, NotFound
from sealane.model.order import Order, OrderRequest, OrderResult
from sealane.storage import orderbook
from sealane.web.api.answers import answer_of
from sealane.web.api.batch import PLACES, take_batch
from sealane.web.api.views import OrderPage, OrderView, Timeline, line_of, order_of, timeline_of
from sealane.web.exchange.leaking import read_clean
from sealane.web.problems import Problem
from sealane.web.replies import NDJSON, Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "OrderOutcome", "OrderQuery", "may_see", "own_order"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class OrderQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which orders to list: placed with `merchant`, observed from `from` on and before `to`, by latest decision."""

    merchant: str | UnsetType = UNSET
    stage: Stage | UnsetType = UNSET
    outcome: Outcome | UnsetType = UNSET
    since: Aware | UnsetType = msgspec.field(default=UNSET, name="from")
    until: Aware | UnsetType = msgspec.field(default=UNSET, name="to")
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: str | UnsetType = UNSET


_query = msgspec.json.Decoder(OrderQuery)


class OrderOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a batch's results: what placing the order answered, or the problem that this one line has."""

    status: int
    order_id: str | None = None
    consignment_ids: tuple[str, ...] = ()
    subject_id: str | None = None
    decision: Decision | None = None
    log_entry: str | None = None
    shopper_link: str | None = None
    problem: Problem | None = None


async def place_order(visit: Visit) -> Reply:
    """Take one order."""
    return await _place(visit, await visit.body(), visit.idempotency_key)


async def place_orders(visit: Visit) -> Reply:
    """Take a batch of orders."""
    return take_batch(visit, _place)


async def _place(visit: Visit, body: bytes, key: str | None = None) -> Reply:
    request = await read_clean(visit, "orders", decode_order, body)
    call, rooms = Call(visit.party, body, key), visit.lane.rooms
    return answer_of(visit, await rooms.database.run_async(lambda tx: receive_order(rooms, call, request, tx)))


async def read_order(visit: Visit) -> Reply:
    """Answer one order with its decisions."""
    order_id = visit.named("order_id", "ord")
    with visit.lane.rooms.database.reader() as connection:
        order = own_order(visit, connection, order_id)
        return json_reply(order_of(order, visit.lane.rooms.risk.decisions(connection, order_id)))


async def read_timeline(visit: Visit) -> Reply:
    """Answer the life of one order."""
    order_id = visit.named("order_id", "ord")
    with visit.lane.rooms.database.reader() as connection:
        order = own_order(visit, connection, order_id)
        events = orderbook.events(connection, order_id)
        findings = standing_findings(connection, order, events)
        return json_reply(timeline_of(order, events, visit.lane.rooms.risk.decisions(connection, order_id), findings))


async def list_orders(visit: Visit) -> Reply:
    """Answer a page of orders, the latest first, and where the next page is."""
    query = visit.query(_query)
    own = None if visit.party.has("operator") else visit.party.party_id
    if own and query.merchant not in {own, UNSET}:
        return json_reply(OrderPage((), None))
    filters = orderbook.OrderFilter(
        merchant_id=own or query.merchant or None,
        stage=query.stage or None,
        outcome=query.outcome or None,
        from_us=to_micros(query.since) if query.since else None,
        to_us=to_micros(query.until) if query.until else None,
    )
    with visit.lane.rooms.database.reader() as connection:
        page = orderbook.page(connection, filters, query.limit, query.cursor or None)
    answer = OrderPage(tuple(map(line_of, page.items)), page.next_cursor)
    return json_reply(answer, headers=_link(visit, page.next_cursor))


def own_order(visit: Visit, connection: sqlite3.Connection, order_id: str) -> Order:
    """Return an order that the caller may see: a merchant its own, the operator any.

    Raises:
        NotFound: when there is none, or it is another's; both look the same.
    """
    order = orderbook.read(connection, order_id)
    if not may_see(visit, order):
        raise NotFound("There is no order with this id.")
    return order


def may_see(visit: Visit, order: Order) -> bool:
    """Tell whether the caller placed the order, or is the operator."""
    return visit.party.has("operator") or order.merchant_id == visit.party.party_id


def _link(visit: Visit, cursor: str | None) -> tuple[tuple[bytes, bytes], ...]:
    """Return the header that names the next page (RFC 8288)."""
    if cursor is None:
        return ()
    asked = [(name, text) for name, text in parse_qsl(visit.scope["query_string"].decode()) if name != "cursor"]
    address = f"/v1/orders?{urlencode([*asked, ('cursor', cursor)])}"
    return ((b"link", f'<{address}>; rel="next"'.encode()),)


ROUTES = (
    Route(
        method="POST",
        path="/v1/orders",
        action=place_order,
        summary="Place an order and get its decision",
        tag="orders",
        roles=("merchant",),
        request=OrderRequest,
        answers={201: OrderResult},
        refusals=(Conflict,),
        is_repeatable=True,
    ),
    Route(
        method="POST",
        path="/v1/orders/batch",
        action=place_orders,
        summary="Place many orders as NDJSON and get one result a line, in order",
        tag="orders",
        roles=("merchant",),
        request=OrderRequest,
        takes=NDJSON,
        answers={200: OrderOutcome},
        gives=NDJSON,
        places=PLACES,
    ),
    Route(
        method="GET",
        path="/v1/orders",
        action=list_orders,
        summary="List orders by their latest decision",
        tag="orders",
        roles=("merchant", "operator"),
        query=OrderQuery,
        answers={200: OrderPage},
    ),
    Route(
        method="GET",
        path="/v1/orders/{order_id}",
        action=read_order,
        summary="Read an order and every decision on it",
        tag="orders",
        roles=("merchant", "operator"),
        answers={200: OrderView},
    ),
    Route(
        method="GET",
        path="/v1/orders/{order_id}/timeline",
        action=read_timeline,
        summary="Read the life of an order, payment and parcels on one time axis",
        tag="orders",
        roles=("merchant", "operator"),
        answers={200: Timeline},
    ),
)
