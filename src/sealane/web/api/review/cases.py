"""Cases: the queue, one case with everything about it, and the evidence against a chargeback."""

import asyncio
import sqlite3
from functools import partial
from typing import Annotated, Literal

import msgspec

from sealane.interchange import standing_findings
from sealane.model.errors import NotFound
from sealane.risk.cases import Case, CaseFilter, CaseStage, Representment, case_of, print_pack, queue, waiting
from sealane.risk.cases.queue import Sorting, next_case
from sealane.web.api.review.acting import REVIEWERS, Name, actor_of
from sealane.web.api.review.views import CaseDocument, CasePage, CaseView, Queues, document_of, queues_of, view_of
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "own_case"]

PDF = b"application/pdf"


class CaseQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to list: open cases unless closed ones are asked for."""

    merchant: str = ""
    stage: CaseStage | Literal[""] = ""
    order: str = ""
    assigned_to: str = ""
    state: Literal["open", "closed"] = "open"
    sort: Sorting = "due"
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: str = ""


class NextQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose next case, and from which queue."""

    by: Name | Literal[""] = ""
    stage: CaseStage | Literal[""] = ""
    sort: Sorting = "due"


_case_query = msgspec.json.Decoder(CaseQuery)
_next_query = msgspec.json.Decoder(NextQuery)


async def list_cases(visit: Visit) -> Reply:
    """Answer a page of cases, soonest due first unless another order is asked for."""
    query = visit.query(_case_query)
    filters = CaseFilter(
        merchant_id=_merchant(visit, query.merchant),
        stage=query.stage or None,
        order_id=query.order or None,
        assigned_to=query.assigned_to or None,
        is_closed=query.state == "closed",
        sort=query.sort,
    )
    now_us = visit.lane.clock()
    with visit.lane.rooms.database.reader() as connection:
        page = queue(connection, filters, query.limit, query.cursor or None)
    return json_reply(CasePage(tuple(view_of(case, now_us) for case in page.items), page.next_cursor))


async def next_in_queue(visit: Visit) -> Reply:
    """Answer the case that this person should take next.

    Raises:
        NotFound: when no case waits for them.
    """
    query = visit.query(_next_query)
    filters = CaseFilter(merchant_id=_merchant(visit, ""), stage=query.stage or None, sort=query.sort)
    by, now_us = actor_of(visit, query.by or None), visit.lane.clock()
    with visit.lane.rooms.database.reader() as connection:
        case = next_case(connection, filters, by, now_us)
    if case is None:
        raise NotFound("No case waits for you.", remedy="Ask again later.")
    return json_reply(view_of(case, now_us))


async def read_queues(visit: Visit) -> Reply:
    """Answer how much waits in each queue."""
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(queues_of(waiting(connection, visit.lane.clock(), _merchant(visit, ""))))


async def read_case(visit: Visit) -> Reply:
    """Answer one case with its order, explanation, comparison of both sides, links, timeline and history."""
    case_id = visit.named("case_id", "case")
    # A dossier walks back through what happened before, so it keeps out of the way of other calls.
    return json_reply(await asyncio.to_thread(_document, visit, case_id))


async def read_representment(visit: Visit) -> Reply:
    """Answer the evidence against a chargeback."""
    return json_reply(await asyncio.to_thread(_representment, visit, visit.named("case_id", "case")))


async def print_representment(visit: Visit) -> Reply:
    """Answer the evidence against a chargeback as a PDF."""
    case_id = visit.named("case_id", "case")
    pdf = await asyncio.to_thread(lambda: print_pack(_representment(visit, case_id)))
    head = ((b"content-disposition", f'attachment; filename="{case_id}.pdf"'.encode()),)
    return Reply(200, pdf, media=PDF, headers=head)


def own_case(visit: Visit, connection: sqlite3.Connection, case_id: str) -> Case:
    """Return a case that the caller may see: a merchant its own, the operator any.

    Raises:
        NotFound: when there is none, or it is another's; both look the same.
    """
    case = case_of(connection, case_id)
    if not visit.party.has("operator") and case.merchant_id != visit.party.party_id:
        raise NotFound("There is no case with this id.")
    return case


def _document(visit: Visit, case_id: str) -> CaseDocument:
    with visit.lane.rooms.database.reader() as connection:
        own_case(visit, connection, case_id)
        dossier = visit.lane.rooms.risk.dossier(connection, case_id)
        findings = standing_findings(connection, dossier.order, dossier.events)
    merchant = None if visit.party.has("operator") else visit.party.party_id
    return document_of(dossier, findings, visit.lane.clock(), merchant)


def _representment(visit: Visit, case_id: str) -> Representment:
    with visit.lane.rooms.database.reader() as connection:
        own_case(visit, connection, case_id)
        return visit.lane.rooms.risk.representment(connection, case_id)


def _merchant(visit: Visit, wanted: str) -> str | None:
    return (wanted or None) if visit.party.has("operator") else visit.party.party_id


_reading = partial(Route, method="GET", tag="cases", roles=REVIEWERS)

# fmt: off
ROUTES = (
    _reading(path="/v1/cases", action=list_cases, summary="List cases, soonest due first",
             query=CaseQuery, answers={200: CasePage}),
    _reading(path="/v1/cases/next", action=next_in_queue, summary="Read the case to take next",
             query=NextQuery, answers={200: CaseView}, refusals=(NotFound,)),
    _reading(path="/v1/cases/queues", action=read_queues, summary="Read how much waits at each stage",
             answers={200: Queues}),
    _reading(path="/v1/cases/{case_id}", action=read_case, summary="Read a case with everything about it",
             answers={200: CaseDocument}),
    _reading(path="/v1/cases/{case_id}/representment", action=read_representment,
             summary="Read the evidence against a chargeback", answers={200: Representment}),
    _reading(path="/v1/cases/{case_id}/representment.pdf", action=print_representment,
             summary="Get the evidence against a chargeback as a PDF", answers={200: None}, gives=PDF),
)
# fmt: on
