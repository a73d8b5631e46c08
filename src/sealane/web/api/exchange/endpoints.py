"""Endpoints of the inbox, set up by merchants: which source reports to them, and the secret both know."""

from datetime import datetime
from typing import Annotated

import msgspec

from sealane.interchange import SOURCES, EndpointRow, Mode, Tier, own_endpoint
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.storage.database import Transaction
from sealane.web.api.exchange.keys import read_request
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
MOST_OVERLAP_SECONDS = 7 * 86_400


class EndpointRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source that is to report, with the secret that it signs with; `credential` is what its own API is asked with.

    `merchant` is for the operator, who sets up endpoints in the name of a merchant. An endpoint of `mode` live refuses
    messages of the source's test mode; one of `mode` test takes only those, and they never touch an order.
    """

    source: str
    secret: Secret
    credential: Secret | None = None
    merchant: str | None = None
    mode: Mode | None = None


class EndpointResult(msgspec.Struct, frozen=True):
    """An endpoint; `path` is where the source is to send its webhooks."""

    endpoint_id: str
    source: str
    path: str
    tier: Tier
    merchant_id: str
    created_at: datetime
    mode: Mode | None = None


class EndpointList(msgspec.Struct, frozen=True):
    """The open endpoints, oldest first."""

    items: tuple[EndpointResult, ...]
    next_cursor: str | None = None


class SecretRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new secret; the one before it goes on for the overlap."""

    secret: Secret
    overlap_seconds: Annotated[int, msgspec.Meta(ge=0, le=MOST_OVERLAP_SECONDS)] = 86_400


class SourceInfo(msgspec.Struct, frozen=True):
    """A source, how strongly it binds its messages, what that makes of them, and how that is known."""

    name: str
    title: str
    tier: Tier
    accepted_as: str
    can_be_pulled: bool
    evidence: str


class SourceList(msgspec.Struct, frozen=True):
    """All sources, by name."""

    items: tuple[SourceInfo, ...]
    next_cursor: str | None = None


async def add_endpoint(visit: Visit) -> Reply:
    """Open an endpoint."""
    request, rooms = await read_request(visit, msgspec.json.Decoder(EndpointRequest)), visit.lane.rooms
    merchant_id = _merchant(visit, request.merchant)

    def flow(tx: Transaction) -> str:
        endpoint_id = rooms.interchange.endpoints.add(
            tx, merchant_id, request.source, request.secret, credential=request.credential, mode=request.mode
        )
        content = f"{endpoint_id} {merchant_id} {request.source}".encode()
        rooms.log.append(tx, "endpoint.opened", order_id=None, content=content)
        return endpoint_id

    endpoint_id = await rooms.database.run_async(flow)
    with rooms.database.reader() as connection:
        return json_reply(_told(visit, own_endpoint(connection, endpoint_id, merchant_id)), 201)


async def list_endpoints(visit: Visit) -> Reply:
    """List the caller's endpoints; the operator sees all."""
    with visit.lane.rooms.database.reader() as connection:
        rows = visit.lane.rooms.interchange.endpoints.listing(connection, _whose(visit))
    return json_reply(EndpointList(tuple(_told(visit, row) for row in rows)))


async def rotate_secret(visit: Visit) -> Reply:
    """Put a new secret in force."""
    row, request = _own(visit), await read_request(visit, msgspec.json.Decoder(SecretRequest))
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> None:
        rooms.interchange.endpoints.rotate(tx, row, request.secret, request.overlap_seconds * 1_000_000)
        rooms.log.append(tx, "endpoint.rotated", order_id=None, content=row.endpoint_id.encode())

    await rooms.database.run_async(flow)
    return json_reply(_told(visit, row))


async def remove_endpoint(visit: Visit) -> Reply:
    """Close an endpoint and forget its secrets."""
    row, rooms = _own(visit), visit.lane.rooms

    def flow(tx: Transaction) -> None:
        rooms.interchange.endpoints.remove(tx, row)
        rooms.log.append(tx, "endpoint.closed", order_id=None, content=row.endpoint_id.encode())

    await rooms.database.run_async(flow)
    return json_reply(_told(visit, row))


async def list_sources(_visit: Visit) -> Reply:
    """List what can report here."""
    items = tuple(
        SourceInfo(each.name, each.title, each.tier, each.accepted_as, each.pull is not None, each.evidence)
        for each in SOURCES.values()
    )
    return json_reply(SourceList(items))


def _merchant(visit: Visit, named: str | None) -> str:
    if not visit.party.has("operator"):
        if named not in {None, visit.party.party_id}:
            raise NotFound("There is no such merchant.")
        return visit.party.party_id
    if named is None:
        detail = "The operator names the merchant that the endpoint is for."
        raise InvalidInput(detail, errors=(FieldError("/merchant", "missing", detail),))
    return named


def _whose(visit: Visit) -> str | None:
    return None if visit.party.has("operator") else visit.party.party_id


def _own(visit: Visit) -> EndpointRow:
    with visit.lane.rooms.database.reader() as connection:
        return own_endpoint(connection, visit.scope["path_params"]["endpoint_id"], _whose(visit))


def _told(visit: Visit, row: EndpointRow) -> EndpointResult:
    path = f"/v1/inbox/{row.source}/{row.endpoint_id}"
    tier = SOURCES[row.source].tier
    created, mode = from_micros(row.created_us), visit.lane.rooms.interchange.endpoints.mode_of(row)
    return EndpointResult(row.endpoint_id, row.source, path, tier, row.merchant_id, created, mode)


ROUTES = (
    Route(
        method="GET",
        path="/v1/inbox-sources",
        action=list_sources,
        summary="List the PSPs and carriers whose webhooks are taken, with their tiers",
        tag="inbox",
        roles=PUBLIC,
        answers={200: SourceList},
    ),
    Route(
        method="POST",
        path="/v1/inbox-endpoints",
        action=add_endpoint,
        summary="Open an endpoint for a source's webhooks, with its secret",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        request=EndpointRequest,
        answers={201: EndpointResult},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/inbox-endpoints",
        action=list_endpoints,
        summary="List open endpoints",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        answers={200: EndpointList},
    ),
    Route(
        method="POST",
        path="/v1/inbox-endpoints/{endpoint_id}/secret",
        action=rotate_secret,
        summary="Put a new secret in force; the one before goes on for an overlap",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        request=SecretRequest,
        answers={200: EndpointResult},
    ),
    Route(
        method="DELETE",
        path="/v1/inbox-endpoints/{endpoint_id}",
        action=remove_endpoint,
        summary="Close an endpoint and forget its secrets",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        answers={200: EndpointResult},
    ),
)
