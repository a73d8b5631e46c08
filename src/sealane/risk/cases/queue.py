"""The queue: which case next, and the pages of cases that lists show."""

import sqlite3
from typing import Literal

import msgspec

from sealane.risk.cases import store
from sealane.risk.cases.case import Case, CaseStage
from sealane.storage.rows.paging import Page, decode_cursor, encode_cursor

__all__ = ["CaseFilter", "Sorting", "Waiting", "case_of", "next_case", "queue", "waiting"]

Sorting = Literal["due", "risk", "opened"]
_POSITIONS = {"due": "due_us", "risk": "at_risk_eur", "opened": "opened_us"}
_LOOKED_AT = 200


class CaseFilter(msgspec.Struct, frozen=True):
    """Which cases, and in which order: soonest due first, most money at risk first, or newest first."""

    merchant_id: str | None = None
    stage: CaseStage | None = None
    order_id: str | None = None
    assigned_to: str | None = None
    is_closed: bool = False
    sort: Sorting = "due"


class Waiting(msgspec.Struct, frozen=True):
    """How much work lies in one stage's queue; the oldest due time in microseconds, None when it is empty."""

    stage: CaseStage
    cases: int
    overdue: int
    at_risk_eur: int
    next_due_us: int | None


def queue(conn: sqlite3.Connection, filters: CaseFilter, limit: int, cursor: str | None = None) -> Page[Case]:
    """Return a page of cases.

    Raises:
        InvalidInput: when the cursor is not one of this list.
    """
    named = ("merchant_id", "stage", "order_id", "assigned_to")
    wanted = {name: value for name in named if (value := getattr(filters, name)) is not None}
    states = ("closed",) if filters.is_closed else ("open", "proposed")
    after = None if cursor is None else decode_cursor(cursor, tuple[int, str])
    found = store.page(conn, wanted, states=states, order=filters.sort, limit=limit + 1, after=after)
    items = tuple(found[:limit])
    last = items[-1] if len(found) > limit else None
    position = None if last is None else encode_cursor((getattr(last, _POSITIONS[filters.sort]), last.case_id))
    return Page(items, position)


def next_case(conn: sqlite3.Connection, filters: CaseFilter, by: str, now_us: int) -> Case | None:
    """Return the first case that this person may take.

    It is held by nobody else, on nobody else's list, and not their own proposal, which waits for a second person.
    """
    for case in queue(conn, filters, _LOOKED_AT).items:
        is_own_proposal = case.state == "proposed" and case.judged_by == by
        if case.holder(now_us) in {None, by} and case.assigned_to in {None, by} and not is_own_proposal:
            return case
    return None


def waiting(conn: sqlite3.Connection, now_us: int, merchant_id: str | None = None) -> tuple[Waiting, ...]:
    """Return what waits in each stage that has open cases."""
    return tuple(Waiting(*row) for row in store.waiting(conn, now_us, merchant_id))


def case_of(conn: sqlite3.Connection, case_id: str) -> Case:
    """Return one case.

    Raises:
        NotFound: when there is none.
    """
    return store.read(conn, case_id)
