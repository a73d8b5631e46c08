"""The inbox: `POST /v1/inbox/SOURCE` takes the native webhooks of PSPs and carriers; the rest sets it up and shows it.

POST /v1/inbox/stripe/hook_01kan6...   the address to give to the source
-> {"events": [{"id": "evt_1", "state": "confirmed", "accepted_as": "confirmed", ...}]}
"""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from sealane.flows.exchange.inbox import Outcome, receive_letter
from sealane.interchange import (
    SOURCES,
    Endpoint,
    Letter,
    Source,
    check_mode,
    fields_of,
    map_events,
    surplus_of,
    verify_source,
)
from sealane.model.decoding import read_json, refuse_leaks
from sealane.model.errors import Conflict, MalformedBody, NotAuthenticated, NotFound, NotPermitted, Stale
from sealane.web.api.exchange.keys import BODY_REFUSALS
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

MOST_PARAMETERS = 32


class Received(msgspec.Struct, frozen=True):
    """What became of each event of a letter; nothing of it tells the sender about the order."""

    events: tuple[Outcome, ...]


async def receive_webhook(visit: Visit) -> Reply:
    """Take one letter of a source."""
    source = SOURCES.get(visit.scope["path_params"]["source"])
    if source is None:
        raise NotFound("There is no such source.")
    body = await visit.body()
    letter, malformed = _letter(visit, body)
    endpoint = _sender(visit, source, letter)
    if malformed is not None:
        raise malformed
    refuse_leaks(body, letter.document)
    check_mode(endpoint, letter.document)
    events, surplus, rooms = map_events(source, letter), surplus_of(letter.document), visit.lane.rooms
    outcomes = await rooms.database.run_async(lambda tx: receive_letter(rooms, endpoint, events, surplus, tx))
    return json_reply(Received(tuple(outcomes)))


async def receive_at_endpoint(visit: Visit) -> Reply:
    """Take one letter of a source at the address of one endpoint."""
    return await receive_webhook(visit)


def _letter(visit: Visit, body: bytes) -> tuple[Letter, MalformedBody | None]:
    """Return the letter; a body that cannot be read is told only to somebody whose signature of it holds."""
    document: Any = None
    malformed = None
    try:
        document = read_json(body)
    except MalformedBody as refusal:
        malformed = refusal
    query = visit.scope["query_string"].decode("latin-1")
    try:
        pairs = dict(parse_qsl(query, max_num_fields=MOST_PARAMETERS))
    except ValueError:
        pairs = {}
    fields = fields_of(visit.scope["headers"])
    return Letter(body, document, fields, pairs, visit.scope["method"], visit.scope["path"]), malformed


def _sender(visit: Visit, source: Source, letter: Letter) -> Endpoint:
    """Return the endpoint whose secret the letter proves.

    Raises:
        NotAuthenticated: when it proves none, or there is none.
        Stale: when it proves one, at another time.
    """
    rooms, now_us = visit.lane.rooms, visit.lane.clock()
    endpoint_id = visit.scope["path_params"].get("endpoint_id")
    with rooms.database.reader() as connection:
        endpoints = rooms.interchange.endpoints.find(connection, source.name, endpoint_id, now_us)
    refusal: NotAuthenticated | None = None
    for endpoint in endpoints:
        try:
            verify_source(source, endpoint.secrets, letter, now_us=now_us)
        except Stale as stale:
            refusal = stale
        except NotAuthenticated:
            continue
        else:
            return endpoint
    raise refusal or NotAuthenticated


ROUTES = tuple(
    Route(
        method="POST",
        path=path,
        action=action,
        summary=summary,
        tag="inbox",
        roles=PUBLIC,
        is_native=True,
        answers={200: Received},
        refusals=(NotAuthenticated, Stale, NotPermitted, Conflict, NotFound, *BODY_REFUSALS),
    )
    for path, action, summary in (
        (
            "/v1/inbox/{source}",
            receive_webhook,
            "Take a native webhook of a PSP or carrier, proven as the source proves it",
        ),
        (
            "/v1/inbox/{source}/{endpoint_id}",
            receive_at_endpoint,
            "Take a native webhook at the address of one merchant's endpoint",
        ),
    )
)
