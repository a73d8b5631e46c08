"""The shield: check a link, a message, a tracking number or a shop address; for anybody, and nothing of it is kept."""

import asyncio
from typing import Annotated

import msgspec
from msgspec.structs import replace

from sealane.app import Sealane
from sealane.flows.trust.standing import grade_of_shops
from sealane.model.decoding import decode, read_json
from sealane.shield import Answer, check, ledger_of, trust_of
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "CheckRequest", "examine"]


class CheckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to check, as it was received."""

    text: Annotated[str, msgspec.Meta(min_length=1)]


_decoder = msgspec.json.Decoder(CheckRequest)


async def check_text(visit: Visit) -> Reply:
    """Say whether a text is genuine; a card number in it is looked at like the rest and kept nowhere."""
    body = await visit.body()
    read_json(body)
    request = decode(_decoder, body)
    return json_reply(await asyncio.to_thread(examine, visit.lane, request.text))


def examine(lane: Sealane, text: str) -> Answer:
    """Return the answer about a text, with the orders, notices and grades of this installation to prove it by."""
    with lane.rooms.database.reader() as connection:
        lane.rooms.shield.refresh()
        trust = replace(trust_of(connection, lane.clock()), grade=grade_of_shops(lane.rooms, connection))
        return check(text, ledger_of(connection), trust)


ROUTES = (
    Route(
        method="POST",
        path="/v1/check",
        action=check_text,
        summary="Check whether a link, message, tracking number or shop address is genuine",
        tag="shield",
        roles=PUBLIC,
        request=CheckRequest,
        answers={200: Answer},
    ),
)
