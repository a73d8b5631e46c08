"""Suspicions: reported by merchants, payment parties and the operator, read by the authority they are sealed for."""

import asyncio
from typing import Annotated, Any

import msgspec

from sealane.flows.confidential.suspicion import SuspicionRequest, SuspicionResult, recipient_for, report_suspicion
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer, Slot, once
from sealane.storage.rows.paging import decode_cursor, encode_cursor
from sealane.web.api.answers import REPLAYED
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "OpenedSeal", "SealedPage"]

_decoder = msgspec.json.Decoder(SuspicionRequest)
_encode = msgspec.json.Encoder().encode


class SealedQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the list is asked for."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    cursor: str | None = None


class SealedItem(msgspec.Struct, frozen=True):
    """One sealed entry of the authority."""

    log_entry: str


class SealedPage(msgspec.Struct, frozen=True):
    """Sealed entries of the authority that asks, oldest first."""

    items: tuple[SealedItem, ...]
    next_cursor: str | None


class OpenedSeal(msgspec.Struct, frozen=True):
    """A sealed entry with its proof, as `sealane log unseal` reads it: the content is still sealed."""

    format: str
    field: str
    value: str
    salt: str
    commitments: tuple[str, ...]
    bundle: dict[str, Any]


_query = msgspec.json.Decoder(SealedQuery)


async def report(visit: Visit) -> Reply:
    """Seal a report of suspicion for an authority."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    request, key, rooms = decode(_decoder, body), visit.idempotency_key, visit.lane.rooms
    recipient = await asyncio.to_thread(recipient_for, rooms, request.authority)

    def work(tx: Transaction) -> bytes:
        return _encode(report_suspicion(rooms, visit.party, recipient, request, tx))

    def flow(tx: Transaction) -> Answer:
        if key is None:
            return Answer(work(tx), replayed=False)
        fingerprint = rooms.requests.link("body", body.decode())
        return once(tx, Slot(visit.party.party_id, "suspicions", key), fingerprint, work)

    answer = await rooms.database.run_async(flow)
    return Reply(201, answer.body, headers=REPLAYED if answer.replayed else ())


async def list_sealed(visit: Visit) -> Reply:
    """Answer the entries that are sealed for the authority that asks."""
    query = visit.query(_query)
    after = decode_cursor(query.cursor, tuple[str])[0] if query.cursor else ""
    found = await asyncio.to_thread(visit.lane.rooms.log.sealed_for, visit.party.party_id, after, query.limit)
    cursor = encode_cursor((found[-1],)) if len(found) == query.limit else None
    return json_reply(SealedPage(tuple(map(SealedItem, found)), cursor))


async def read_sealed(visit: Visit) -> Reply:
    """Answer one sealed entry, with its proof, to the authority that can open it."""
    entry_id = visit.named("entry_id", "ent")
    return Reply(200, await asyncio.to_thread(visit.lane.rooms.log.open_sealed, entry_id, visit.party.party_id))


ROUTES = (
    Route(
        method="POST",
        path="/v1/suspicions",
        action=report,
        summary="Report a suspicion, sealed for an authority",
        tag="suspicions",
        roles=("merchant", "psp", "operator"),
        request=SuspicionRequest,
        answers={201: SuspicionResult},
        is_repeatable=True,
    ),
    Route(
        method="GET",
        path="/v1/suspicions",
        action=list_sealed,
        summary="List the entries sealed for the authority that asks",
        tag="suspicions",
        roles=("authority",),
        query=SealedQuery,
        answers={200: SealedPage},
    ),
    Route(
        method="GET",
        path="/v1/suspicions/{entry_id}",
        action=read_sealed,
        summary="Get a sealed entry with its proof, to be opened with the authority's key",
        tag="suspicions",
        roles=("authority",),
        answers={200: OpenedSeal},
    ),
)
