"""Grades: how safe it is to pay at a merchant, what to put right, how it came to be, and how to dispute it."""

import asyncio
from typing import Annotated, TypeVar

import msgspec

from sealane.flows.trust.grading import answer_appeal, describe_merchant, grade_now, open_appeal, preview
from sealane.flows.trust.telling import Difference, GradeDocument, GradeLine, differ, line_of, tell
from sealane.grading import Appeal, AppealRequest, Profile, ScanRequest, Verdict
from sealane.model.decoding import decode, read_json
from sealane.model.errors import AlreadyDecided, Conflict, DependencyUnavailable, NotFound, NotPermitted, RateLimited
from sealane.model.ids import is_id
from sealane.model.party import Party, Role
from sealane.storage import parties
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "AppealList", "GradeHistory", "HistoryQuery", "own_party", "read_body"]

T = TypeVar("T")


class HistoryQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many grades to read back."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class GradeHistory(msgspec.Struct, frozen=True):
    """A party's grades, the newest first."""

    items: tuple[GradeLine, ...]


class AppealList(msgspec.Struct, frozen=True):
    """A party's appeals, the newest first."""

    items: tuple[Appeal, ...]


_scan = msgspec.json.Decoder(ScanRequest)
_appeal = msgspec.json.Decoder(AppealRequest)
_verdict = msgspec.json.Decoder(Verdict)
_profile = msgspec.json.Decoder(Profile)
_history = msgspec.json.Decoder(HistoryQuery)


def named_party(visit: Visit) -> Party:
    """Return the party in the path.

    Raises:
        NotFound: when there is none.
    """
    party_id: str = visit.scope["path_params"]["party_id"]
    if not (is_id(party_id, "mer") or is_id(party_id, "pty")):
        raise NotFound("There is no party with this id.")
    with visit.lane.rooms.database.reader() as conn:
        return parties.by_id(conn, party_id)


def own_party(visit: Visit) -> Party:
    """Return the party in the path when the caller is that party, or the operator.

    Raises:
        NotFound: when there is none, or it is another one.
    """
    if visit.party.party_id != visit.scope["path_params"]["party_id"] and not visit.party.has("operator"):
        raise NotFound("There is no party with this id that is yours.")
    return named_party(visit)


async def read_grade(visit: Visit) -> Reply:
    """Answer the newest grade; without one, what the own facts alone give."""
    return json_reply(await asyncio.to_thread(_document, visit))


async def scan(visit: Visit) -> Reply:
    """Look at the party's shop now and publish its grade."""
    party, asked = own_party(visit), await read_body(visit, _scan)
    rooms, clock = visit.lane.rooms, visit.lane.clock
    published = await asyncio.to_thread(grade_now, rooms, party, asked, clock)
    return json_reply(tell(party.party_id, published.graded, published), 201)


async def read_history(visit: Visit) -> Reply:
    """Answer the party's grades."""
    party, limit, rooms = own_party(visit), visit.query(_history).limit, visit.lane.rooms
    with rooms.database.reader() as conn:
        found = rooms.grading.history(conn, party.party_id, limit)
    return json_reply(GradeHistory(tuple(map(line_of, found))))


async def read_changes(visit: Visit) -> Reply:
    """Answer what changed between the newest grade and the one before."""
    party, rooms = own_party(visit), visit.lane.rooms
    with rooms.database.reader() as conn:
        newest = rooms.grading.history(conn, party.party_id, 2)
        if len(newest) < 2:  # noqa: PLR2004 - it takes two to differ
            raise NotFound("There are no two grades to compare yet.", remedy="Scan the shop again.")
        after, before = (rooms.grading.published(conn, party.party_id, one.grade_id) for one in newest)
    return json_reply(differ(before, after))


async def add_appeal(visit: Visit) -> Reply:
    """Dispute a finding."""
    party, asked, rooms = own_party(visit), await read_body(visit, _appeal), visit.lane.rooms
    return json_reply(await rooms.database.run_async(lambda tx: open_appeal(rooms, party, asked, tx)), 201)


async def read_appeals(visit: Visit) -> Reply:
    """Answer the party's appeals."""
    party, rooms = own_party(visit), visit.lane.rooms
    with rooms.database.reader() as conn:
        return json_reply(AppealList(rooms.grading.appeals(conn, party.party_id)))


async def close_appeal(visit: Visit) -> Reply:
    """Answer an appeal."""
    party, appeal_id = named_party(visit), visit.named("appeal_id", "apl")
    verdict, rooms = await read_body(visit, _verdict), visit.lane.rooms
    return json_reply(await rooms.database.run_async(lambda tx: answer_appeal(rooms, party, appeal_id, verdict, tx)))


async def read_profile(visit: Visit) -> Reply:
    """Answer what people found out about the merchant."""
    party, rooms = own_party(visit), visit.lane.rooms
    with rooms.database.reader() as conn:
        return json_reply(rooms.grading.profile(conn, party.party_id))


async def put_profile(visit: Visit) -> Reply:
    """Keep what people found out about the merchant."""
    party, profile, rooms = named_party(visit), await read_body(visit, _profile), visit.lane.rooms
    return json_reply(await rooms.database.run_async(lambda tx: describe_merchant(rooms, party, profile, tx)))


def _document(visit: Visit) -> GradeDocument:
    """Return the grade; where each finding stands is told to the party itself and to the operator only."""
    party, rooms = named_party(visit), visit.lane.rooms
    with rooms.database.reader() as conn:
        published = rooms.grading.latest(conn, party.party_id)
        graded = published.graded if published else preview(rooms, conn, party, visit.lane.clock())
    document = tell(party.party_id, graded, published)
    if visit.party.has("operator") or visit.party.party_id == party.party_id:
        return document
    told = tuple(msgspec.structs.replace(finding, subjects=()) for finding in document.findings)
    return msgspec.structs.replace(document, findings=told)


async def read_body(visit: Visit, decoder: "msgspec.json.Decoder[T]") -> T:
    """Return the body as the decoder's record.

    Raises:
        InvalidInput: when it is none.
    """
    body = await visit.body()
    read_json(body)
    return decode(decoder, body)


_UNSEEN = (NotFound, NotPermitted, Conflict, RateLimited, DependencyUnavailable)
_OWNERS: tuple[Role, ...] = ("merchant", "psp", "platform", "operator")
ROUTES = (
    Route(
        method="GET",
        path="/v1/grades/{party_id}",
        action=read_grade,
        summary="Read how safe it is to pay at a merchant",
        tag="grading",
        roles=(),
        answers={200: GradeDocument},
        refusals=(NotFound,),
    ),
    Route(
        method="POST",
        path="/v1/grades/{party_id}/scan",
        action=scan,
        summary="Look at a merchant's own checkout now and publish its grade",
        tag="grading",
        roles=_OWNERS,
        request=ScanRequest,
        answers={201: GradeDocument},
        refusals=_UNSEEN,
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/history",
        action=read_history,
        summary="Read a merchant's grades, the newest first",
        tag="grading",
        roles=_OWNERS,
        query=HistoryQuery,
        answers={200: GradeHistory},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/changes",
        action=read_changes,
        summary="Read what changed since the grade before",
        tag="grading",
        roles=_OWNERS,
        answers={200: Difference},
        refusals=(NotFound,),
    ),
    Route(
        method="POST",
        path="/v1/grades/{party_id}/appeals",
        action=add_appeal,
        summary="Dispute a finding; it is answered within a day",
        tag="grading",
        roles=_OWNERS,
        request=AppealRequest,
        answers={201: Appeal},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/appeals",
        action=read_appeals,
        summary="Read a merchant's appeals",
        tag="grading",
        roles=_OWNERS,
        answers={200: AppealList},
        refusals=(NotFound,),
    ),
    Route(
        method="POST",
        path="/v1/grades/{party_id}/appeals/{appeal_id}/answer",
        action=close_appeal,
        summary="Answer an appeal; an upheld one sets the finding aside for 90 days",
        tag="grading",
        roles=("operator",),
        request=Verdict,
        answers={200: Appeal},
        refusals=(NotFound, AlreadyDecided),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/profile",
        action=read_profile,
        summary="Read what people found out about a merchant",
        tag="grading",
        roles=_OWNERS,
        answers={200: Profile},
        refusals=(NotFound,),
    ),
    Route(
        method="PUT",
        path="/v1/grades/{party_id}/profile",
        action=put_profile,
        summary="Keep what people found out about a merchant and its ways to pay",
        tag="grading",
        roles=("operator",),
        request=Profile,
        answers={200: Profile},
        refusals=(NotFound,),
    ),
)
