"""What is done with cases: claim, release, assign, note, close, undo, one by one or in bulk."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

import msgspec

from sealane.flows.review.cases import close_case
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import AlreadyDecided, CaseClaimed, Conflict, NotFound, SealaneError
from sealane.risk.cases import Case, Judgement
from sealane.risk.cases.case import Verdict
from sealane.storage.database import Transaction
from sealane.web.api.review.acting import REVIEWERS, Acting, Name, actor_of
from sealane.web.api.review.cases import own_case
from sealane.web.api.review.views import CaseView, view_of
from sealane.web.problems import Problem, problem_of
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Action, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

T = TypeVar("T")

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
CaseId = Annotated[str, msgspec.Meta(pattern="^case_[0-9a-z]{26}$")]
Flow = Callable[[Transaction], Case]


class Assigning(Acting, frozen=True, forbid_unknown_fields=True):
    """Whose list the case goes on; null takes it off."""

    to: Name | None = None


class Noting(Acting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A note; card numbers in it are refused."""

    text: Words


class Closing(Acting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The verdict, and why."""

    verdict: Verdict
    note: Words | None = None


class BulkClosing(Closing, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One verdict for several cases."""

    cases: Annotated[tuple[CaseId, ...], msgspec.Meta(min_length=1, max_length=200)]


class BulkLine(msgspec.Struct, frozen=True):
    """What became of one case of a bulk."""

    case_id: str
    status: int
    case: CaseView | None = None
    problem: Problem | None = None


class BulkResult(msgspec.Struct, frozen=True):
    """What became of each case, in the order asked."""

    items: tuple[BulkLine, ...]


_acting = msgspec.json.Decoder(Acting)
_assigning = msgspec.json.Decoder(Assigning)
_noting = msgspec.json.Decoder(Noting)
_closing = msgspec.json.Decoder(Closing)
_bulk = msgspec.json.Decoder(BulkClosing)


async def claim_case(visit: Visit) -> Reply:
    """Keep a case for one person; it lapses after a while."""
    case_id, by = visit.named("case_id", "case"), actor_of(visit, (await _read(visit, _acting)).by)
    return await _act(visit, case_id, lambda tx: visit.lane.rooms.risk.cases.claim(tx, case_id, by))


async def release_case(visit: Visit) -> Reply:
    """Give a case back to the queue."""
    case_id, by = visit.named("case_id", "case"), actor_of(visit, (await _read(visit, _acting)).by)
    return await _act(visit, case_id, lambda tx: visit.lane.rooms.risk.cases.release(tx, case_id, by))


async def assign_case(visit: Visit) -> Reply:
    """Put a case on somebody's list."""
    case_id, body = visit.named("case_id", "case"), await _read(visit, _assigning)
    by, to = actor_of(visit, body.by), None if body.to is None else actor_of(visit, body.to)
    return await _act(visit, case_id, lambda tx: visit.lane.rooms.risk.cases.assign(tx, case_id, by, to))


async def note_case(visit: Visit) -> Reply:
    """Add a note to a case."""
    case_id, body = visit.named("case_id", "case"), await _read(visit, _noting)
    by = actor_of(visit, body.by)
    return await _act(visit, case_id, lambda tx: visit.lane.rooms.risk.cases.note(tx, case_id, by, body.text))


async def close_one_case(visit: Visit) -> Reply:
    """Close a case with a verdict, or propose it where two people are needed."""
    case_id, body = visit.named("case_id", "case"), await _read(visit, _closing)
    judgement = Judgement(actor_of(visit, body.by), body.verdict, body.note)
    reply = await _act(visit, case_id, partial(close_case, visit.lane.rooms, case_id, judgement))
    visit.lane.settler.wake()
    return reply


async def undo_case(visit: Visit) -> Reply:
    """Take back a proposal, or a closing whose verdict is not recorded yet."""
    case_id, by = visit.named("case_id", "case"), actor_of(visit, (await _read(visit, _acting)).by)
    return await _act(visit, case_id, lambda tx: visit.lane.rooms.risk.cases.undo(tx, case_id, by))


async def close_cases(visit: Visit) -> Reply:
    """Close several cases with one verdict; each succeeds or fails on its own."""
    body = await _read(visit, _bulk)
    judgement = Judgement(actor_of(visit, body.by), body.verdict, body.note)
    lines = []
    for case_id in dict.fromkeys(body.cases):
        try:
            case = await _run(visit, case_id, partial(close_case, visit.lane.rooms, case_id, judgement))
            lines.append(BulkLine(case_id, 200, view_of(case, visit.lane.clock())))
        except SealaneError as refusal:
            problem = problem_of(refusal, visit.request_id)
            lines.append(BulkLine(case_id, problem.status, problem=problem))
    visit.lane.settler.wake()
    return json_reply(BulkResult(tuple(lines)))


async def _read(visit: Visit, decoder: "msgspec.json.Decoder[T]") -> T:
    body = await visit.body() or b"{}"
    refuse_leaks(body, read_json(body))
    return decode(decoder, body)


async def _act(visit: Visit, case_id: str, flow: Flow) -> Reply:
    return json_reply(view_of(await _run(visit, case_id, flow), visit.lane.clock()))


async def _run(visit: Visit, case_id: str, flow: Flow) -> Case:
    """Run the flow on a case that is the caller's own."""
    with visit.lane.rooms.database.reader() as connection:
        own_case(visit, connection, case_id)
    return await visit.lane.rooms.database.run_async(flow)


def _acting_on(verb: str, action: Action, summary: str, body: type[Acting]) -> Route:
    return Route(
        method="POST",
        path=f"/v1/cases/{{case_id}}/{verb}",
        action=action,
        summary=summary,
        tag="cases",
        roles=REVIEWERS,
        request=body,
        answers={200: CaseView},
        refusals=(Conflict, CaseClaimed, AlreadyDecided, NotFound),
    )


ROUTES = (
    _acting_on("claim", claim_case, "Keep a case for one person until it lapses", Acting),
    _acting_on("release", release_case, "Give a case back to the queue", Acting),
    _acting_on("assign", assign_case, "Put a case on somebody's list", Assigning),
    _acting_on("note", note_case, "Add a note to a case", Noting),
    _acting_on("close", close_one_case, "Close a case, or propose its verdict where two people are needed", Closing),
    _acting_on("undo", undo_case, "Take back a proposal, or a closing of the last seconds", Acting),
    Route(
        method="POST",
        path="/v1/cases/bulk",
        action=close_cases,
        summary="Close several cases with one verdict",
        tag="cases",
        roles=REVIEWERS,
        request=BulkClosing,
        answers={200: BulkResult},
    ),
)
