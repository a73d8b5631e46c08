"""The dossier: everything about one case that a reviewer needs on one page, read in one go."""

import sqlite3

import msgspec

from sealane.model.decision import Decision
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk.cases import store
from sealane.risk.cases.case import Case, CaseAct
from sealane.risk.cases.linked import Graph, link_orders
from sealane.risk.cases.mismatches import Comparison, compare_sides
from sealane.risk.explain import Explanation, Fetch
from sealane.risk.reasons.plain import Plain, question_of, tell
from sealane.storage import orderbook

__all__ = ["Dossier", "Grounds", "compile_dossier"]


class Grounds(msgspec.Struct, frozen=True):
    """What the room says of an order: its decisions, the explanation that the case rests on, and its fact's number."""

    decisions: tuple[Decision, ...]
    explanation: Explanation | None
    seq: int


class Dossier(msgspec.Struct, frozen=True):
    """A case with its order, its events and everything that was found out; the title is the question to answer."""

    case: Case
    title: str
    order: Order
    events: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    explanation: Explanation | None
    plain: Plain | None
    comparisons: tuple[Comparison, ...]
    linked: Graph
    acts: tuple[CaseAct, ...]


def compile_dossier(conn: sqlite3.Connection, case: Case, grounds: Grounds, fetch: Fetch) -> Dossier:
    """Return the dossier of a case."""
    order = orderbook.read(conn, case.order_id)
    events = tuple(orderbook.events(conn, case.order_id))
    explanation = grounds.explanation
    return Dossier(
        case,
        question_of(case.stage, explanation),
        order,
        events,
        grounds.decisions,
        explanation,
        None if explanation is None else tell(explanation),
        compare_sides(order, events),
        link_orders(conn, grounds.seq, fetch),
        store.acts(conn, case.case_id),
    )
