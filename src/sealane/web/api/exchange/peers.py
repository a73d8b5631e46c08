"""Peers: other installations, found by their discovery document, and the messages that they send here."""

import asyncio
from datetime import datetime
from hashlib import sha256
from typing import Annotated

import msgspec

from sealane.flows.exchange.peering import PeerMessage, PeerTaken, PeerTold, add_peer, read_peer_message, take_message
from sealane.interchange import (
    DISCOVERY_PATH,
    Discovery,
    Evidence,
    Message,
    PeerRow,
    origin_of,
    read_discovery,
)
from sealane.model.clock import from_micros
from sealane.model.codes import Country
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import (
    Conflict,
    DependencyUnavailable,
    FieldError,
    InvalidInput,
    NotFound,
    NotPermitted,
    SchemaMismatch,
)
from sealane.model.party import GrantableRole, PartyRequest
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer, Slot, once
from sealane.storage.rows.paging import decode_cursor, encode_cursor
from sealane.web.api.answers import REPLAYED
from sealane.web.api.exchange.keys import read_request
from sealane.web.api.exchange.received import END, InboxQuery
from sealane.web.exchange.signed import SIGNED
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

MESSAGES_PATH = "/v1/peer-messages"
FORMAT = "sealane/exchange@v1"
PROFILE = "sealane-exchange-v1"


class PeerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another installation; with `key_id` it is taken only if it signs with the key of this thumbprint."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    roles: Annotated[tuple[GrantableRole, ...], msgspec.Meta(min_length=1, max_length=6)]
    country: Country
    key_id: str | None = None


class PeerResult(msgspec.Struct, frozen=True):
    """A peer: the party it is here, and the thumbprints of its keys, to be compared with the other side."""

    party_id: str
    origin: str
    endpoint_id: str
    key_ids: tuple[str, ...]
    receipt_key_ids: tuple[str, ...]
    log: str
    added_at: datetime


class PeerList(msgspec.Struct, frozen=True):
    """All peers, oldest first."""

    items: tuple[PeerResult, ...]
    next_cursor: str | None = None


class PeerLine(msgspec.Struct, frozen=True):
    """A peer's message in the list; reading it opens its fields."""

    message_id: str
    peer: str
    foreign_id: str
    kind: str
    digest: str
    log_entry: str
    received_at: datetime


class PeerPage(msgspec.Struct, frozen=True):
    """A page of peers' messages, the latest first."""

    items: tuple[PeerLine, ...]
    next_cursor: str | None


class Receipt(msgspec.Struct, frozen=True):
    """A peer's receipt for a message of ours, bound to the request that it answers; both headers and the answer."""

    message_id: str
    peer: str
    evidence: Evidence
    log_entry: str
    received_at: datetime


_message = msgspec.json.Decoder(PeerMessage)
_query = msgspec.json.Decoder(InboxQuery)


async def read_own_discovery(visit: Visit) -> Reply:
    """Answer what this installation says about itself."""
    lane = visit.lane
    interchange, host = lane.rooms.interchange, visit.headers.get(b"host", b"").decode("latin-1")
    origin = origin_of(lane.settings.public_url or f"http://{host}")
    log = lane.rooms.log.public_key()
    keys, receipts = (interchange.receivers.jwk,), (interchange.receipts.jwk,)
    return json_reply(Discovery(FORMAT, origin, MESSAGES_PATH, keys, receipts, PROFILE, log))


async def register_peer(visit: Visit) -> Reply:
    """Fetch another installation's discovery document and take it as a peer."""
    request, lane = await read_request(visit, msgspec.json.Decoder(PeerRequest)), visit.lane
    origin, rooms = origin_of(request.url), lane.rooms
    await asyncio.to_thread(rooms.interchange.guard.check, request.url)
    document = read_discovery(await _fetch(visit, origin + DISCOVERY_PATH), origin)
    known = {str(jwk.get("kid")) for jwk in document.keys}
    if request.key_id is not None and request.key_id not in known:
        detail = "The installation signs with another key than this one."
        raise InvalidInput(detail, errors=(FieldError("/key_id", "not-allowed", detail),))
    party = PartyRequest(name=request.name, roles=request.roles, country=request.country)
    row = await rooms.database.run_async(lambda tx: add_peer(rooms, party, document, tx))
    return json_reply(_told(row), 201)


async def list_peers(visit: Visit) -> Reply:
    """List the peers."""
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(PeerList(tuple(map(_told, visit.lane.rooms.interchange.peers.all(connection)))))


async def receive_peer_message(visit: Visit) -> Reply:
    """Take a message that a peer signed; the reply is its receipt."""
    if SIGNED not in visit.headers:
        raise NotPermitted("Messages between installations are signed.", remedy="Sign the call (RFC 9421).")
    body, rooms = await visit.body(), visit.lane.rooms
    refuse_leaks(body, read_json(body))
    message = decode(_message, body)
    with rooms.database.reader() as connection:
        if rooms.interchange.peers.find(connection, visit.party.party_id) is None:
            raise NotPermitted("This party is no peer of this installation.")

    def flow(tx: Transaction) -> Answer:
        slot = Slot(visit.party.party_id, "peer-messages", message.message_id)
        return once(tx, slot, sha256(body).digest(), lambda tx: take_message(rooms, visit.party, message, body, tx))

    answer = await rooms.database.run_async(flow)
    return Reply(201, answer.body, headers=REPLAYED if answer.replayed else ())


async def list_peer_messages(visit: Visit) -> Reply:
    """List what peers sent."""
    query = visit.query(_query)
    after = decode_cursor(query.cursor, tuple[int, str]) if query.cursor else (END, "")
    with visit.lane.rooms.database.reader() as connection:
        rows = visit.lane.rooms.interchange.peers.messages(connection, after=after, limit=query.limit)
    lines = tuple(
        PeerLine(
            row.message_id,
            row.peer_id,
            row.foreign_id,
            row.kind,
            row.digest.hex(),
            row.entry_id,
            from_micros(row.received_us),
        )
        for row in rows
    )
    cursor = encode_cursor((rows[-1].received_us, rows[-1].message_id)) if len(rows) == query.limit else None
    return json_reply(PeerPage(lines, cursor))


async def get_peer_message(visit: Visit) -> Reply:
    """Read one message of a peer."""
    return json_reply(read_peer_message(visit.lane.rooms, visit.named("message_id", "msg")))


async def get_receipt(visit: Visit) -> Reply:
    """Read the peer's receipt for a message."""
    message_id = visit.named("message_id", "msg")
    with visit.lane.rooms.database.reader() as connection:
        row = visit.lane.rooms.interchange.peers.receipt(connection, message_id)
    if row is None:
        raise NotFound("There is no receipt for this message yet.")
    evidence = msgspec.json.decode(row.evidence, type=Evidence)
    return json_reply(Receipt(message_id, row.peer_id, evidence, row.entry_id, from_micros(row.received_us)))


async def _fetch(visit: Visit, url: str) -> bytes:
    courier = visit.lane.courier
    call = Message(fields={"accept": "application/json"}, method="GET", target=url)
    reply = await asyncio.wrap_future(courier.run(courier.sender.send(call)))
    if reply.status != 200:  # noqa: PLR2004 - OK
        raise DependencyUnavailable(f"The installation answered {reply.status} for its discovery document.")
    return reply.body


def _told(row: PeerRow) -> PeerResult:
    document = msgspec.json.decode(row.document, type=Discovery)
    keys, receipts = (tuple(str(jwk.get("kid")) for jwk in each) for each in (document.keys, document.receipt_keys))
    since = from_micros(row.created_us)
    return PeerResult(row.party_id, row.origin, row.endpoint_id, keys, receipts, document.log, since)


ROUTES = (
    Route(
        method="GET", path=DISCOVERY_PATH, action=read_own_discovery, tag="exchange", roles=PUBLIC,
        summary="Read what other installations need to know of this one: keys and addresses",
        answers={200: Discovery},
    ),
    Route(
        method="POST", path="/v1/peers", action=register_peer, tag="exchange", roles=("operator",),
        summary="Take another installation as a peer, by its discovery document",
        request=PeerRequest, answers={201: PeerResult}, refusals=(Conflict, DependencyUnavailable),
    ),
    Route(
        method="GET", path="/v1/peers", action=list_peers, tag="exchange", roles=("operator",),
        summary="List the peers", answers={200: PeerList},
    ),
    Route(
        method="POST", path=MESSAGES_PATH, action=receive_peer_message, tag="exchange", roles=(),
        summary="Take a message that a peer signed; the reply is its receipt",
        request=PeerMessage, answers={201: PeerTaken}, refusals=(SchemaMismatch, Conflict),
    ),
    Route(
        method="GET", path=MESSAGES_PATH, action=list_peer_messages, tag="exchange", roles=("operator",),
        summary="List what peers sent", query=InboxQuery, answers={200: PeerPage},
    ),
    Route(
        method="GET", path=MESSAGES_PATH + "/{message_id}", action=get_peer_message, tag="exchange",
        roles=("operator",), summary="Read one message of a peer", answers={200: PeerTold},
    ),
    Route(
        method="GET", path="/v1/messages/{message_id}/receipt", action=get_receipt, tag="exchange",
        roles=("operator",), summary="Read a peer's receipt for a message that was sent to it",
        answers={200: Receipt},
    ),
)  # fmt: skip
