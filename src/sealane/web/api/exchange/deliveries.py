"""Deliveries to an endpoint: what waits, what arrived, dead letters, and sending them again."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.interchange import DeliveryRow, own_receiver
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.storage.database import Transaction
from sealane.storage.rows.paging import decode_cursor, encode_cursor
from sealane.web.api.exchange.webhooks import receiver_of, whose
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

END = 1 << 62


class DeliveryQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which deliveries to list."""

    state: Literal["waiting", "delivered", "dead"] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    cursor: str | None = None


class Delivery(msgspec.Struct, frozen=True):
    """One notice on its way to one endpoint; its id is the `webhook-id` of every attempt."""

    delivery_id: str
    kind: str
    order_id: str
    state: str
    attempts: int
    status: int | None
    reason: str | None
    made_at: datetime
    next_attempt_at: datetime | None
    done_at: datetime | None


class DeliveryPage(msgspec.Struct, frozen=True):
    """A page of deliveries, the latest first."""

    items: tuple[Delivery, ...]
    next_cursor: str | None


class Redelivered(msgspec.Struct, frozen=True):
    """How many deliveries are sent again."""

    deliveries: int


_query = msgspec.json.Decoder(DeliveryQuery)


async def list_deliveries(visit: Visit) -> Reply:
    """List deliveries to an endpoint."""
    row, query = receiver_of(visit), visit.query(_query)
    before = decode_cursor(query.cursor, tuple[int])[0] if query.cursor else END
    with visit.lane.rooms.database.reader() as connection:
        queues = visit.lane.rooms.interchange.deliveries
        rows = queues.page(connection, row.endpoint_id, state=query.state, before=before, limit=query.limit)
    cursor = encode_cursor((rows[-1].number,)) if len(rows) == query.limit else None
    return json_reply(DeliveryPage(tuple(map(_told, rows)), cursor))


async def redeliver_dead(visit: Visit) -> Reply:
    """Send all dead letters of an endpoint again."""
    return await _redeliver(visit, receiver_of(visit).endpoint_id, None)


async def redeliver_one(visit: Visit) -> Reply:
    """Send one delivery again, whatever became of it."""
    delivery_id = visit.named("delivery_id", "out")
    with visit.lane.rooms.database.reader() as connection:
        row = visit.lane.rooms.interchange.deliveries.find(connection, delivery_id)
        if row is None:
            raise NotFound("There is no such delivery.")
        own_receiver(connection, row.endpoint_id, whose(visit.party))
    return await _redeliver(visit, row.endpoint_id, delivery_id)


async def _redeliver(visit: Visit, endpoint_id: str, delivery_id: str | None) -> Reply:
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> int:
        tx.after_commit(rooms.interchange.wake_courier)
        return rooms.interchange.deliveries.revive(tx, endpoint_id, delivery_id)

    return json_reply(Redelivered(await rooms.database.run_async(flow)))


def _told(row: DeliveryRow) -> Delivery:
    return Delivery(
        row.delivery_id,
        row.kind,
        row.order_id,
        row.state,
        row.attempts,
        row.status,
        row.reason,
        from_micros(row.made_us),
        None if row.next_us is None else from_micros(row.next_us),
        None if row.done_us is None else from_micros(row.done_us),
    )


ROUTES = (
    Route(
        method="GET", path="/v1/endpoints/{endpoint_id}/deliveries", action=list_deliveries, tag="webhooks", roles=(),
        summary="List deliveries to an endpoint, dead letters among them",
        query=DeliveryQuery, answers={200: DeliveryPage},
    ),
    Route(
        method="POST", path="/v1/endpoints/{endpoint_id}/redeliver", action=redeliver_dead, tag="webhooks", roles=(),
        summary="Send all dead letters of an endpoint again", answers={200: Redelivered},
    ),
    Route(
        method="POST", path="/v1/deliveries/{delivery_id}/redeliver", action=redeliver_one, tag="webhooks", roles=(),
        summary="Send one delivery again", answers={200: Redelivered},
    ),
)  # fmt: skip
