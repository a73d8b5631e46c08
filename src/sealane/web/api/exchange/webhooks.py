"""Webhooks out: endpoints that parties register to hear what happens, their secrets, and a test of each.

POST /v1/endpoints {"url": "https://hooks.shop.example/in", "kinds": ["order.decided"]}
-> {"endpoint_id": "hook_...", "scheme": "v1a", "verify_with": "whpk_...", ...}
"""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.flows.exchange import subscribing
from sealane.interchange import ReceiverRow, Subscription, own_receiver
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict
from sealane.model.party import Party
from sealane.web.api.exchange.keys import read_request
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "receiver_of", "whose"]

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
    subscribing.check_kinds(request.kinds, "/kinds")
    await asyncio.to_thread(rooms.interchange.guard.check, request.url)
    wanted = Subscription(request.url, request.kinds, request.scheme)
    party_id = visit.party.party_id
    row, shown = await rooms.database.run_async(lambda tx: subscribing.register(rooms, party_id, wanted, tx))
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
    await rooms.database.run_async(lambda tx: subscribing.close(rooms, row, tx))
    return json_reply(_told(row, {}))


async def rotate_webhook(visit: Visit) -> Reply:
    """Make a fresh secret."""
    row, rooms = receiver_of(visit), visit.lane.rooms
    request = await read_request(visit, msgspec.json.Decoder(WebhookRotation))
    shown = await rooms.database.run_async(lambda tx: subscribing.rotate(rooms, row, request.overlap_seconds, tx))
    return json_reply(WebhookSecret(row.endpoint_id, shown))


async def resume_webhook(visit: Visit) -> Reply:
    """Let a paused endpoint go on."""
    row, rooms = receiver_of(visit), visit.lane.rooms
    await rooms.database.run_async(lambda tx: subscribing.let_go_on(rooms, row, tx))
    return json_reply(_told(msgspec.structs.replace(row, paused_us=None), {}))


async def test_webhook(visit: Visit) -> Reply:
    """Send a made-up notice once and tell what the receiver said."""
    row, request = receiver_of(visit), await read_request(visit, msgspec.json.Decoder(WebhookTest))
    lane = visit.lane
    delivery_id, outcome = await subscribing.try_out(lane.courier, row, request.kind, lane.clock())
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
