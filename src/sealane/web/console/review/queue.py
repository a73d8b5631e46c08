"""The review queue: which cases wait, how long they have, what is at stake, and why each was held."""

from datetime import datetime

import msgspec

from sealane.model.clock import from_micros
from sealane.model.money import Money
from sealane.risk.cases import Case, CaseStage, case_of, queue, waiting
from sealane.risk.cases.case import STAGE_MINUTES, Verdict
from sealane.storage import figures
from sealane.web.api.review.views import QueueView, queues_of, view_of
from sealane.web.console.forms import actor_of
from sealane.web.console.gate import Look
from sealane.web.console.review.filters import PATH, QueueFilters, address, read_filters
from sealane.web.console.shown.review import Level, level_of

__all__ = ["CaseRow", "Clock", "JustClosed", "ReviewView", "clock_of", "just_closed", "level_at", "read"]

PAGE = 50
SECOND_US = 1_000_000


class Clock(msgspec.Struct, frozen=True):
    """How much of its time a case has used: `used` is a share of 1, seconds below 0 are overdue."""

    due_at: datetime
    seconds_left: int
    used: float

    @property
    def is_overdue(self) -> bool:
        """Whether the case should be decided by now."""
        return self.seconds_left < 0


class CaseRow(msgspec.Struct, frozen=True):
    """One case of the list; `reason` is the strongest one against the order."""

    case_id: str
    link: str
    stage: CaseStage
    reason: str
    level: Level
    score: float
    amount: Money
    at_risk: Money
    merchant: str
    clock: Clock
    opened_at: datetime
    is_proposed: bool
    held_by: str | None
    assigned_to: str | None
    verdict: Verdict | None


class JustClosed(msgspec.Struct, frozen=True):
    """The case that was decided a moment ago, and how long that can still be taken back."""

    case_id: str
    verdict: Verdict
    is_proposed: bool
    until: datetime | None
    seconds_left: int


class Merchant(msgspec.Struct, frozen=True):
    """A merchant to choose from."""

    party_id: str
    name: str


class ReviewView(msgspec.Struct, frozen=True):
    """The page; `stages` say what waits where, whatever is filtered."""

    filters: QueueFilters
    stages: tuple[QueueView, ...]
    merchants: tuple[Merchant, ...]
    items: tuple[CaseRow, ...]
    next_page: str | None
    first_page: str | None
    closed: JustClosed | None

    @property
    def waiting(self) -> int:
        """How many cases wait in all."""
        return sum(each.cases for each in self.stages)

    @property
    def undo(self) -> str:
        """Return where the form is sent that takes the last verdict back."""
        return self.to(f"{self.closed.case_id}/undo") if self.closed else ""

    def to(self, verb: str) -> str:
        """Return where a form of the queue is sent."""
        return address(self.filters, f"{PATH}/{verb}")

    def tab(self, stage: str) -> str:
        """Return the address of the same list for one stage, or for all."""
        return address(msgspec.structs.replace(self.filters, stage=stage))


def read(look: Look) -> ReviewView:
    """Return the queue that the address asks for.

    Raises:
        InvalidInput: naming each parameter that cannot be meant.
    """
    filters = read_filters(look.query)
    names = {party.party_id: party.name for party in figures.merchants(look.conn)}
    cursor = look.query.get("cursor") or None
    found = queue(look.conn, filters.wanted(actor_of(look.session)), PAGE, cursor)
    return ReviewView(
        filters=filters,
        stages=queues_of(waiting(look.conn, look.now_us)).items,
        merchants=tuple(Merchant(*pair) for pair in sorted(names.items(), key=lambda pair: pair[1].casefold())),
        items=tuple(_row(look, case, filters, names) for case in found.items),
        next_page=address(filters, cursor=found.next_cursor) if found.next_cursor else None,
        first_page=address(filters) if cursor else None,
        closed=just_closed(look),
    )


def just_closed(look: Look) -> JustClosed | None:
    """Return the case that the address says was decided last, while that can be taken back.

    Raises:
        NotFound: when there is no such case.
    """
    named = look.query.get("closed")
    if not named:
        return None
    case = case_of(look.conn, named)
    if case.verdict is None or not view_of(case, look.now_us).can_be_undone:
        return None
    until_us = case.settles_us
    return JustClosed(
        case_id=case.case_id,
        verdict=case.verdict,
        is_proposed=case.state == "proposed",
        until=None if until_us is None else from_micros(until_us),
        seconds_left=0 if until_us is None else -((look.now_us - until_us) // SECOND_US),
    )


def clock_of(case: Case, now_us: int) -> Clock:
    """Return how a case stands in time; a closed one stands where it was closed."""
    at_us = case.closed_us or now_us
    used = (at_us - case.opened_us) / (STAGE_MINUTES[case.stage] * 60 * SECOND_US)
    return Clock(from_micros(case.due_us), (case.due_us - at_us) // SECOND_US, min(1.0, max(0.0, used)))


def _row(look: Look, case: Case, filters: QueueFilters, names: dict[str, str]) -> CaseRow:
    return CaseRow(
        case_id=case.case_id,
        link=address(filters, f"{PATH}/{case.case_id}"),
        stage=case.stage,
        reason=_reason(look, case),
        level=level_at(look, case),
        score=case.score,
        amount=Money(case.amount_eur, "EUR"),
        at_risk=Money(case.at_risk_eur, "EUR"),
        merchant=names.get(case.merchant_id, case.merchant_id),
        clock=clock_of(case, look.now_us),
        opened_at=from_micros(case.opened_us),
        is_proposed=case.state == "proposed",
        held_by=case.holder(look.now_us),
        assigned_to=case.assigned_to,
        verdict=case.verdict,
    )


def level_at(look: Look, case: Case) -> Level:
    """Return what the case's score is called under the thresholds in force; a chargeback is as high as it gets."""
    if case.stage == "chargeback":
        return "high"
    return level_of(look.lane.rooms.risk.policy.stages[case.stage].thresholds.outcome_at(case.score))


def _reason(look: Look, case: Case) -> str:
    """Return the strongest reason against the order, in its sentence."""
    if case.decision_id is None:
        return "The payer\N{RIGHT SINGLE QUOTATION MARK}s bank took the money back."
    reasons = look.lane.rooms.risk.decision(look.conn, case.decision_id).reasons
    against = [reason.text for reason in reasons if reason.weight > 0]
    return against[0] if against else "A rule asked for a person to look."
