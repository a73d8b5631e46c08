"""Evidence packs: built for one party and period, checked by anybody with the log's key."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.flows.oversight.evidence import build_pack
from sealane.model.clock import to_micros
from sealane.model.decoding import decode
from sealane.model.errors import FieldError, InvalidInput
from sealane.storage import parties
from sealane.web.replies import NDJSON, Emit, Reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class EvidenceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """About whom (the caller, unless a supervisor names another) and from when to when."""

    since: Aware
    until: Aware
    party_id: str = ""


_request = msgspec.json.Decoder(EvidenceRequest)


async def build_evidence(visit: Visit) -> Reply:
    """Answer the evidence pack of a party and period."""
    request = decode(_request, await visit.body())
    from_us, to_us = to_micros(request.since), to_micros(request.until)
    if from_us >= to_us:
        detail = "The period ends before it begins."
        raise InvalidInput(detail, errors=(FieldError("/until", "out-of-range", detail),))
    is_supervisor = visit.party.has("operator") or visit.party.has("authority")
    party = visit.party
    if is_supervisor and request.party_id:
        with visit.lane.rooms.database.reader() as connection:
            party = parties.by_id(connection, request.party_id)
    parts = await asyncio.to_thread(build_pack, visit.lane.rooms, visit.lane.folder, party, from_us, to_us)

    async def stream(emit: Emit) -> None:
        for part in parts:
            await emit(part)

    return Reply(200, media=NDJSON, stream=stream)


ROUTES = (
    Route(
        method="POST", path="/v1/evidence", action=build_evidence, tag="oversight", roles=(),
        summary="Build the evidence pack of a party and period",
        request=EvidenceRequest, answers={200: None}, gives=NDJSON,
    ),
)  # fmt: skip
