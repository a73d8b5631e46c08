"""What the case routes show: cases with times as people write them, and nothing personal."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sealane.interchange import FindingRow
from sealane.model.clock import from_micros
from sealane.model.codes import Currency
from sealane.model.money import Money
from sealane.risk import Explanation
from sealane.risk.cases import Case, CaseStage, Dossier
from sealane.risk.cases.case import Act, CaseState, Verdict
from sealane.risk.cases.linked import Entity, LinkedOrder
from sealane.risk.cases.mismatches import Comparison
from sealane.risk.cases.queue import Waiting
from sealane.risk.reasons.plain import Plain
from sealane.web.api.views import Moment, OrderView, order_of, timeline_of

__all__ = ["CaseDocument", "CasePage", "CaseView", "Queues", "document_of", "queues_of", "view_of"]

EUR: Currency = "EUR"


class CaseView(msgspec.Struct, frozen=True):
    """A case in a list; `held_by` is who holds it now, amounts are in euro at reference rates."""

    case_id: str
    order_id: str
    merchant_id: str
    stage: CaseStage
    decision_id: str | None
    score: float
    amount: Money
    at_risk: Money
    opened_at: datetime
    due_at: datetime
    seconds_left: int
    state: CaseState
    held_by: str | None
    held_until: datetime | None
    assigned_to: str | None
    verdict: Verdict | None
    judged_by: str | None
    closed_at: datetime | None
    can_be_undone: bool


class CasePage(msgspec.Struct, frozen=True):
    """Cases and the cursor of the next page."""

    items: tuple[CaseView, ...]
    next_cursor: str | None


class QueueView(msgspec.Struct, frozen=True):
    """What waits at one stage."""

    stage: CaseStage
    cases: int
    overdue: int
    at_risk: Money
    next_due_at: datetime | None


class Queues(msgspec.Struct, frozen=True):
    """What waits at every stage that has open cases, the most urgent first."""

    items: tuple[QueueView, ...]


class ActView(msgspec.Struct, frozen=True):
    """One thing somebody did with the case."""

    at: datetime
    actor: str
    act: Act
    body: str | None


class LinkedView(msgspec.Struct, frozen=True):
    """The graph around the order: its own entities, and the orders that share them (`order.entities` are the edges)."""

    entities: tuple[Entity, ...]
    orders: tuple[LinkedOrder, ...]


class CaseDocument(msgspec.Struct, frozen=True):
    """Everything about a case."""

    case: CaseView
    title: str
    order: OrderView
    explanation: Explanation | None
    plain: Plain | None
    comparisons: tuple[Comparison, ...]
    linked: LinkedView
    timeline: tuple[Moment, ...]
    acts: tuple[ActView, ...]


def view_of(case: Case, now_us: int) -> CaseView:
    """Return a case as the API shows it."""
    held_by = case.holder(now_us)
    return CaseView(
        case_id=case.case_id,
        order_id=case.order_id,
        merchant_id=case.merchant_id,
        stage=case.stage,
        decision_id=case.decision_id,
        score=case.score,
        amount=Money(case.amount_eur, EUR),
        at_risk=Money(case.at_risk_eur, EUR),
        opened_at=from_micros(case.opened_us),
        due_at=from_micros(case.due_us),
        seconds_left=(case.due_us - now_us) // 1_000_000,
        state=case.state,
        held_by=held_by,
        held_until=_moment(case.claimed_until_us) if held_by else None,
        assigned_to=case.assigned_to,
        verdict=case.verdict,
        judged_by=case.judged_by,
        closed_at=_moment(case.closed_us),
        can_be_undone=case.state == "proposed" or (case.settles_us is not None and now_us < case.settles_us),
    )


def queues_of(found: tuple[Waiting, ...]) -> Queues:
    """Return what waits as the API shows it."""
    return Queues(
        tuple(
            QueueView(each.stage, each.cases, each.overdue, Money(each.at_risk_eur, EUR), _moment(each.next_due_us))
            for each in found
        )
    )


def document_of(
    dossier: Dossier, findings: Iterable[FindingRow], now_us: int, merchant_id: str | None = None
) -> CaseDocument:
    """Return a dossier as the API shows it, with what the match found; to a merchant, without what is others'."""
    order, decisions = dossier.order, dossier.decisions
    linked = dossier.linked
    explanation = dossier.explanation
    shown = tuple(each for each in linked.orders if merchant_id in {None, each.merchant_id})
    if merchant_id is not None and explanation is not None:
        own = {each.order_id for each in shown} | {order.order_id} | {each.event_id for each in dossier.events}
        explanation = _only_own(explanation, own)
    return CaseDocument(
        case=view_of(dossier.case, now_us),
        title=dossier.title,
        order=order_of(order, decisions),
        explanation=explanation,
        plain=dossier.plain,
        comparisons=dossier.comparisons,
        linked=LinkedView(linked.entities, shown),
        timeline=timeline_of(order, dossier.events, decisions, findings).items,
        acts=tuple(ActView(from_micros(act.at_us), act.actor, act.act, act.body) for act in dossier.acts),
    )


def _only_own(explanation: Explanation, own: set[str]) -> Explanation:
    """Leave out the events of other merchants: they count, but their ids are not told."""
    signals = tuple(
        msgspec.structs.replace(each, events=tuple(event for event in each.events if event in own))
        for each in explanation.signals
    )
    return msgspec.structs.replace(explanation, signals=signals)


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_micros(us)
