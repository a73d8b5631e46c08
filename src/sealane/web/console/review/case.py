"""The case page: one question, why it is asked, payment beside parcel, who else is linked, and the answers to give."""

import sqlite3
from datetime import datetime
from functools import partial

import msgspec

from sealane.flows.privacy.holdings import Holdings
from sealane.flows.review.reveal import SEALED
from sealane.interchange import standing_findings
from sealane.model.clock import from_micros, to_micros
from sealane.model.decision import Decision
from sealane.model.errors import Erased, NotFound
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.risk.cases import Dossier, print_pack, queue
from sealane.risk.cases.case import Act
from sealane.risk.cases.linked import Graph, LinkedOrder
from sealane.risk.explain import RuleVerdict
from sealane.storage import parties
from sealane.web.api.review.views import CaseView, view_of
from sealane.web.console import comparison
from sealane.web.console.forms import actor_of
from sealane.web.console.gate import Look, download, page
from sealane.web.console.log import find_decision, published
from sealane.web.console.order import DecisionView, OrderView, ParcelView, build, thresholds_of
from sealane.web.console.order import view_of as decision_view
from sealane.web.console.review.filters import PATH, QueueFilters, address, read_filters
from sealane.web.console.review.queue import Clock, JustClosed, clock_of, just_closed, level_at
from sealane.web.console.shown.graph import tone_of, word_of
from sealane.web.console.shown.review import ENTITIES, Level

__all__ = ["CASE", "CasePage", "read", "routes"]

CASE = f"{PATH}/{{case_id}}"
BESIDE = 200
CENTS = 100
_FURTHER = ("weight at", "pick-up")
"""Comparisons of the dossier that the order page does not have."""

_ORDER = ("differs", "unknown", "fact", "same")
_RELATIONS: dict[bool | None, tuple[comparison.Relation, str]] = {
    True: ("differs", "different"),
    False: ("same", "same"),
    None: ("unknown", "not known"),
}


class ActRow(msgspec.Struct, frozen=True):
    """One thing that somebody did with the case."""

    at: datetime
    actor: str
    act: Act
    body: str | None


class LinkedRow(msgspec.Struct, frozen=True):
    """One linked order of the table."""

    order_id: str
    reference: str
    merchant: str
    placed_at: datetime
    amount: Money
    standing: str
    tone: str
    shares: tuple[str, ...]


class Neighbours(msgspec.Struct, frozen=True):
    """The cases beside this one in the queue, and its place there, counted from 1."""

    before: str | None
    after: str | None
    place: int | None


class CasePage(msgspec.Struct, frozen=True):
    """Everything the page shows; nothing personal is in it."""

    case: CaseView
    question: str
    because: str
    level: Level
    clock: Clock
    needs_two: bool
    filters: QueueFilters
    neighbours: Neighbours
    order: OrderView
    parcels: tuple[ParcelView, ...]
    decision: DecisionView | None
    rules: tuple[RuleVerdict, ...]
    counterfactuals: tuple[str, ...]
    sealed: tuple[str, ...]
    linked: Graph
    linked_rows: tuple[LinkedRow, ...]
    acts: tuple[ActRow, ...]
    is_contested: bool
    closed: JustClosed | None
    me: str

    @property
    def hits(self) -> tuple[RuleVerdict, ...]:
        """The rules that said something."""
        return tuple(rule for rule in self.rules if rule.verdict != "passed")

    @property
    def queue(self) -> str:
        """Return the address of the queue that the case stands in."""
        return address(self.filters)

    @property
    def undo(self) -> str:
        """Return where the form is sent that takes the last verdict back."""
        return address(self.filters, f"{PATH}/{self.closed.case_id}/undo") if self.closed else ""

    def to(self, verb: str) -> str:
        """Return where the form of an act is sent."""
        return address(self.filters, f"{PATH}/{self.case.case_id}/{verb}")


def read(look: Look) -> CasePage:
    """Return the page of the case that the address names.

    Raises:
        NotFound: when there is no such case.
        InvalidInput: naming each parameter that cannot be meant.
    """
    filters, me = read_filters(look.query), actor_of(look.session)
    risk = look.lane.rooms.risk
    dossier = risk.dossier(look.conn, look.path["case_id"])
    case, explanation = dossier.case, dossier.explanation
    question, _, because = dossier.title.partition("? ")
    names = _Names(look.conn)
    order = build(
        dossier.order,
        dossier.events,
        dossier.decisions,
        merchant=names.of(case.merchant_id),
        describe=partial(_described, look, case.decision_id),
        findings=standing_findings(look.conn, dossier.order, dossier.events),
    )
    return CasePage(
        case=view_of(case, look.now_us),
        question=f"{question.rstrip('?')}?",
        because=because,
        level=level_at(look, case),
        clock=clock_of(case, look.now_us),
        needs_two=case.amount_eur >= risk.cases.terms.four_eyes_eur * CENTS,
        filters=filters,
        neighbours=_neighbours(look, filters, case.case_id),
        order=order,
        parcels=_parcels(dossier, order),
        decision=next((each for each in order.decisions if each.decision_id == case.decision_id), None),
        rules=() if explanation is None else explanation.rules,
        counterfactuals=() if explanation is None else tuple(each.sentence for each in explanation.counterfactuals),
        sealed=_sealed(look, dossier.order),
        linked=dossier.linked,
        linked_rows=tuple(_linked(each, names) for each in dossier.linked.orders),
        acts=tuple(ActRow(from_micros(act.at_us), act.actor, act.act, act.body) for act in dossier.acts),
        is_contested=any(event.kind == "payment.chargeback" for event in dossier.events),
        closed=just_closed(look),
        me=me,
    )


class _Names:
    """Names of parties, each read once."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._known: dict[str, str] = {}

    def of(self, party_id: str) -> str:
        if party_id not in self._known:
            self._known[party_id] = parties.by_id(self._conn, party_id).name
        return self._known[party_id]


def _described(look: Look, asked: str | None, decision: Decision) -> DecisionView:
    """Return a decision as the page shows it; only the one that the case asks about is looked up on the log."""
    entry = None
    if decision.decision_id == asked:
        entry = find_decision(published(look), decision.order_id, to_micros(decision.decided_at))
    thresholds = look.lane.rooms.risk.policy.stages[decision.stage].thresholds
    return decision_view(decision, thresholds_of(thresholds), entry)


def _parcels(dossier: Dossier, order: OrderView) -> tuple[ParcelView, ...]:
    """Return every parcel beside the payment, with what scans weighed it, and what differs first."""
    return tuple(_parcel(dossier, parcel) for parcel in order.parcels)


def _parcel(dossier: Dossier, parcel: ParcelView) -> ParcelView:
    further = [
        comparison.Row(each.topic.capitalize(), each.payment, each.consignment, *_RELATIONS[each.differs])
        for each in dossier.comparisons
        if each.consignment_id == parcel.consignment_id and each.topic.startswith(_FURTHER)
    ]
    rows = sorted([*parcel.rows, *further], key=lambda row: _ORDER.index(row.relation))
    return msgspec.structs.replace(parcel, rows=tuple(rows), mismatches=sum(row.relation == "differs" for row in rows))


def _neighbours(look: Look, filters: QueueFilters, case_id: str) -> Neighbours:
    """Return what stands before and after the case in the queue, as far as the first cases of it go."""
    found = [case.case_id for case in queue(look.conn, filters.wanted(actor_of(look.session)), BESIDE).items]
    if case_id not in found:
        return Neighbours(None, address(filters, f"{PATH}/{found[0]}") if found else None, None)
    at = found.index(case_id)
    beside = [address(filters, f"{PATH}/{each}") for each in found]
    return Neighbours(beside[at - 1] if at else None, beside[at + 1] if at + 1 < len(beside) else None, at + 1)


def _sealed(look: Look, order: Order) -> tuple[str, ...]:
    """Return which sealed fields the order holds; none once its shopper was erased."""
    try:
        names = Holdings(look.lane.rooms, look.conn, order, None).names
    except (Erased, NotFound):
        return ()
    return tuple(field for field in SEALED if field in names)


def _linked(order: LinkedOrder, names: _Names) -> LinkedRow:
    return LinkedRow(
        order_id=order.order_id,
        reference=order.reference,
        merchant=names.of(order.merchant_id),
        placed_at=from_micros(order.placed_us),
        amount=order.amount,
        standing=word_of(order),
        tone=tone_of(order),
        shares=tuple(ENTITIES.get(kind, kind) for kind in dict.fromkeys(_kinds(order))),
    )


def _kinds(order: LinkedOrder) -> list[str]:
    return [entity.partition(":")[0] for entity in order.entities]


def _pack(look: Look) -> tuple[str, bytes]:
    """Return the evidence against the chargeback as a file."""
    case_id = look.path["case_id"]
    return f"{case_id}.pdf", print_pack(look.lane.rooms.risk.representment(look.conn, case_id))


routes = [
    download(f"{CASE}/representment.pdf", _pack),
    *page(CASE, "case.html", read),
]
