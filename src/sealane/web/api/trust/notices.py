"""Notices: a merchant has one signed for a shopper, ends it, and anybody looks one up."""

import asyncio
import re
from hashlib import sha256
from typing import Literal

import msgspec

from sealane.flows.trust.notices import Place, end_notice, issue_notice
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import InvalidInput, NotFound
from sealane.shield import Answer, Ending, NoticeRequest, NoticeResult, Shield
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer as Stored
from sealane.storage.idempotency import Slot, once
from sealane.web.api.answers import answer_of
from sealane.web.api.shield import examine
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "NoticeStanding", "place_of"]

_decoder = msgspec.json.Decoder(NoticeRequest)
_encode = msgspec.json.Encoder().encode
_NAME = re.compile(r"[A-Za-z0-9_-]{22}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")


class NoticeStanding(msgspec.Struct, frozen=True):
    """A notice and how it was ended; a repeated call changes nothing."""

    notice_id: str
    standing: Literal["spent", "withdrawn"]


def place_of(visit: Visit) -> Place:
    """Return where the pages of this server are: the public address, else the one that the caller used."""
    address = visit.lane.settings.public_url.rstrip("/")
    if not address:
        host = visit.headers.get(b"host", b"").decode("latin-1")
        if _HOST.fullmatch(host) is None:
            raise InvalidInput("The Host header names no host.", remedy="Set public_url to this server's address.")
        address = f"{visit.scope.get('scheme', 'http')}://{host}"
    return Place(address, re.sub(r"^https?://|:\d+$|/.*$", "", address))


async def issue(visit: Visit) -> Reply:
    """Sign a notice about a consignment of the caller."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    request, key, place = decode(_decoder, body), visit.idempotency_key, place_of(visit)
    rooms, party = visit.lane.rooms, visit.party

    def work(tx: Transaction) -> bytes:
        return _encode(issue_notice(rooms, party, request, place, tx))

    def flow(tx: Transaction) -> Stored:
        if key is None:
            return Stored(work(tx), replayed=False)
        return once(tx, Slot(party.party_id, "notices", key), sha256(body).digest(), work)

    return answer_of(visit, await rooms.database.run_async(flow))


async def read(visit: Visit) -> Reply:
    """Say whether a notice, named by its id, is genuine."""
    name = _named(visit)
    return json_reply(await asyncio.to_thread(_look_up, visit, name))


async def withdraw(visit: Visit) -> Reply:
    """Take a notice back."""
    return await _end(visit, "withdrawn")


async def spend(visit: Visit) -> Reply:
    """Say that what a notice asked for is done, so that nobody is asked twice."""
    return await _end(visit, "spent")


async def _end(visit: Visit, how: Ending) -> Reply:
    rooms, party, name = visit.lane.rooms, visit.party, _named(visit)
    ended = await rooms.database.run_async(lambda tx: end_notice(rooms, party, name, how, tx))
    return json_reply({"notice_id": name, "standing": ended})


def _look_up(visit: Visit, name: str) -> Answer:
    with visit.lane.rooms.database.reader() as connection:
        token = Shield.token_of(connection, name)
    return examine(visit.lane, token)


def _named(visit: Visit) -> str:
    name: str = visit.scope["path_params"]["notice_id"]
    if _NAME.fullmatch(name) is None:
        raise NotFound("There is no such notice.")
    return name


ROUTES = (
    Route(
        method="POST",
        path="/v1/notices",
        action=issue,
        summary="Sign a notice for a shopper about one consignment",
        tag="shield",
        roles=("merchant", "platform", "operator"),
        request=NoticeRequest,
        answers={201: NoticeResult},
        refusals=(NotFound,),
        is_repeatable=True,
    ),
    Route(
        method="GET",
        path="/v1/notices/{notice_id}",
        action=read,
        summary="Say whether a notice is genuine and in force",
        tag="shield",
        roles=PUBLIC,
        answers={200: Answer},
    ),
    Route(
        method="DELETE",
        path="/v1/notices/{notice_id}",
        action=withdraw,
        summary="Withdraw a notice",
        tag="shield",
        roles=("merchant", "platform", "operator"),
        answers={200: NoticeStanding},
    ),
    Route(
        method="POST",
        path="/v1/notices/{notice_id}/spent",
        action=spend,
        summary="Say that what a notice asked for is done",
        tag="shield",
        roles=("merchant", "platform", "operator"),
        answers={200: NoticeStanding},
    ),
)
