"""Webhooks out: endpoints that parties register to hear what happens, their secrets, and a test of each.

POST /v1/endpoints {"url": "https://hooks.shop.example/in", "kinds": ["order.decided"]}
-> {"endpoint_id": "hook_...", "scheme": "v1a", "verify_with": "whpk_...", ...}
"""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.flows.exchange.courier import Outcome
from sealane.interchange import KINDS, PEER, ReceiverRow, Subscription, own_receiver
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict, DependencyUnavailable, FieldError, InvalidInput, NotPermitted
from sealane.model.ids import new_id
from sealane.model.party import Party
from sealane.storage import outbox
from sealane.storage.database import Transaction
from sealane.web.api.exchange.keys import read_request
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "receiver_of", "whose"]

MOST_ENDPOINTS = 50
"""Open endpoints of one party."""

MOST_OVERLAP_SECONDS = 7 * 86_400
Scheme = Literal["v1a", "v1", "rfc9421"]
Kinds = Annotated[tuple[str, ...], msgspec.Meta(max_length=20)]


class WebhookRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to tell what: no kinds means all; `v1` is for receivers that know no Ed25519, `rfc9421` for peers."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
    kinds: Kinds = ()
    scheme: Scheme = "v1a"


class WebhookResult(msgspec.Struct, frozen=True):
    """An endpoint; `state` is active or paused."""

    endpoint_id: str
    url: str
    kinds: tuple[str, ...]
    scheme: str
    state: str
    party_id: str
    created_at: datetime
    waiting: int = 0
    delivered: int = 0
    dead: int = 0


class WebhookAdded(WebhookResult, frozen=True, kw_only=True):
    """A new endpoint with what its receiver verifies by, shown once: `whpk_...`, `whsec_...` (secret), or a key id."""

    verify_with: str


class WebhookList(msgspec.Struct, frozen=True):
    """The open endpoints, oldest first."""

    items: tuple[WebhookResult, ...]
    next_cursor: str | None = None


class WebhookRotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fresh secret is made; both sign until the overlap ends."""

    overlap_seconds: Annotated[int, msgspec.Meta(ge=0, le=MOST_OVERLAP_SECONDS)] = 86_400


class WebhookSecret(msgspec.Struct, frozen=True):
    """What the receiver verifies by from now on."""

    endpoint_id: str
    verify_with: str


class WebhookTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to tell an endpoint as a test."""

    kind: str = "order.decided"


class WebhookTested(msgspec.Struct, frozen=True):
    """What the receiver said to a test."""

    delivery_id: str
    is_taken: bool
    status: int | None
    reason: str | None
    seconds: float


async def add_webhook(visit: Visit) -> Reply:
    """Register an endpoint."""
    request, rooms = await read_request(visit, msgspec.json.Decoder(WebhookRequest)), visit.lane.rooms
    _check_kinds(request.kinds, "/kinds")
    await asyncio.to_thread(rooms.interchange.guard.check, request.url)
    with rooms.database.reader() as connection:
        if len(rooms.interchange.receivers.all(connection, visit.party.party_id)) >= MOST_ENDPOINTS:
            raise Conflict(f"A party has at most {MOST_ENDPOINTS} endpoints.", remedy="Remove one that is not needed.")
    wanted = Subscription(request.url, request.kinds, request.scheme)

    def flow(tx: Transaction) -> tuple[ReceiverRow, str]:
        row, shown = rooms.interchange.receivers.add(tx, visit.party.party_id, wanted, outbox.last(tx))
        rooms.log.append(tx, "webhook.added", order_id=None, content=f"{row.endpoint_id} {row.party_id}".encode())
        tx.after_commit(rooms.interchange.wake_courier)
        return row, shown

    row, shown = await rooms.database.run_async(flow)
    told = msgspec.structs.asdict(_told(row, {}))
    return json_reply(WebhookAdded(**told, verify_with=shown), 201)


async def list_webhooks(visit: Visit) -> Reply:
    """List the caller's endpoints; the operator sees all."""
    rooms = visit.lane.rooms
    with rooms.database.reader() as connection:
        rows = rooms.interchange.receivers.all(connection, whose(visit.party))
        items = tuple(_told(row, rooms.interchange.deliveries.totals(connection, row.endpoint_id)) for row in rows)
    return json_reply(WebhookList(items))


async def read_webhook(visit: Visit) -> Reply:
    """Read one endpoint."""
    row, rooms = receiver_of(visit), visit.lane.rooms
    with rooms.database.reader() as connection:
        return json_reply(_told(row, rooms.interchange.deliveries.totals(connection, row.endpoint_id)))


async def remove_webhook(visit: Visit) -> Reply:
    """Close an endpoint."""
    row, rooms = receiver_of(visit), visit.lane.rooms
    if row.scheme == PEER:
        raise Conflict("This endpoint belongs to a peer.")

    def flow(tx: Transaction) -> None:
        rooms.interchange.receivers.remove(tx, row.endpoint_id)
        rooms.log.append(tx, "webhook.removed", order_id=None, content=row.endpoint_id.encode())

    await rooms.database.run_async(flow)
    return json_reply(_told(row, {}))


async def rotate_webhook(visit: Visit) -> Reply:
    """Make a fresh secret."""
    row, rooms = receiver_of(visit), visit.lane.rooms
    request = await read_request(visit, msgspec.json.Decoder(WebhookRotation))

    def flow(tx: Transaction) -> str:
        shown = rooms.interchange.receivers.rotate(tx, row, request.overlap_seconds * 1_000_000)
        rooms.log.append(tx, "webhook.rotated", order_id=None, content=row.endpoint_id.encode())
        return shown

    return json_reply(WebhookSecret(row.endpoint_id, await rooms.database.run_async(flow)))


async def resume_webhook(visit: Visit) -> Reply:
    """Let a paused endpoint go on."""
    row, rooms = receiver_of(visit), visit.lane.rooms

    def flow(tx: Transaction) -> None:
        rooms.interchange.receivers.resume(tx, row.endpoint_id)
        tx.after_commit(rooms.interchange.wake_courier)

    await rooms.database.run_async(flow)
    return json_reply(_told(msgspec.structs.replace(row, paused_us=None), {}))


async def test_webhook(visit: Visit) -> Reply:
    """Send a made-up notice once and tell what the receiver said."""
    row, request = receiver_of(visit), await read_request(visit, msgspec.json.Decoder(WebhookTest))
    _check_kinds((request.kind,), "/kind")
    lane, delivery_id = visit.lane, new_id("out")
    data = {"order_id": new_id("ord"), "is_test": True}
    told = {"type": request.kind, "timestamp": from_micros(lane.clock()), "data": data}
    try:
        work = lane.courier.attempt(row, delivery_id, msgspec.json.encode(told))
        outcome = await asyncio.wrap_future(lane.courier.run(work))
    except (DependencyUnavailable, NotPermitted) as refusal:
        outcome = Outcome(is_taken=False, reason=refusal.detail)
    return json_reply(
        WebhookTested(delivery_id, outcome.is_taken, outcome.status, outcome.reason, round(outcome.seconds, 6))
    )


def receiver_of(visit: Visit) -> ReceiverRow:
    """Return the caller's endpoint that the path names.

    Raises:
        NotFound: when there is none, or it is another party's.
    """
    with visit.lane.rooms.database.reader() as connection:
        return own_receiver(connection, visit.named("endpoint_id", "hook"), whose(visit.party))


def whose(party: Party) -> str | None:
    """Return whose things a caller sees: its own, or with None everybody's."""
    return None if party.has("operator") else party.party_id


def _check_kinds(kinds: tuple[str, ...], at: str) -> None:
    wrong = [number for number, kind in enumerate(kinds) if kind not in KINDS]
    if wrong:
        detail = f"What can be told is: {', '.join(KINDS)}."
        pointer = f"{at}/{wrong[0]}" if at == "/kinds" else at
        raise InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))


def _told(row: ReceiverRow, totals: dict[str, int]) -> WebhookResult:
    return WebhookResult(
        row.endpoint_id,
        row.url,
        tuple(row.kinds.split(" ")) if row.kinds else (),
        row.scheme,
        "active" if row.paused_us is None else "paused",
        row.party_id,
        from_micros(row.created_us),
        **totals,
    )


ROUTES = (
    Route(
        method="POST", path="/v1/endpoints", action=add_webhook, tag="webhooks", roles=(),
        summary="Register an endpoint for webhooks; its secret is shown this one time",
        request=WebhookRequest, answers={201: WebhookAdded}, refusals=(Conflict,),
    ),
    Route(
        method="GET", path="/v1/endpoints", action=list_webhooks, tag="webhooks", roles=(),
        summary="List endpoints for webhooks", answers={200: WebhookList},
    ),
    Route(
        method="GET", path="/v1/endpoints/{endpoint_id}", action=read_webhook, tag="webhooks", roles=(),
        summary="Read an endpoint with how many deliveries wait, arrived and failed", answers={200: WebhookResult},
    ),
    Route(
        method="DELETE", path="/v1/endpoints/{endpoint_id}", action=remove_webhook, tag="webhooks", roles=(),
        summary="Close an endpoint; what waits for it is dropped", answers={200: WebhookResult}, refusals=(Conflict,),
    ),
    Route(
        method="POST", path="/v1/endpoints/{endpoint_id}/secret", action=rotate_webhook, tag="webhooks", roles=(),
        summary="Make a fresh secret; both sign until the overlap ends",
        request=WebhookRotation, answers={200: WebhookSecret}, refusals=(Conflict,),
    ),
    Route(
        method="POST", path="/v1/endpoints/{endpoint_id}/resume", action=resume_webhook, tag="webhooks", roles=(),
        summary="Let an endpoint go on that answered 410 Gone", answers={200: WebhookResult},
    ),
    Route(
        method="POST", path="/v1/endpoints/{endpoint_id}/test", action=test_webhook, tag="webhooks", roles=(),
        summary="Send a made-up notice once and tell what the receiver said",
        request=WebhookTest, answers={200: WebhookTested},
    ),
)  # fmt: skip
