"""The words of review: a case, what was done with it, and the terms that it is worked under."""

from typing import Literal

import msgspec

from sealane.model.decision import Stage

__all__ = ["STAGE_MINUTES", "Act", "Case", "CaseAct", "CaseStage", "CaseState", "Judgement", "ReviewTerms", "Verdict"]

CaseStage = Stage | Literal["chargeback"]
CaseState = Literal["open", "proposed", "closed"]
Verdict = Literal["fraud", "genuine"]
Act = Literal[
    "opened", "claimed", "released", "assigned", "noted", "proposed", "closed", "undone", "settled", "overtaken"
]

DAY_MINUTES = 24 * 60
STAGE_MINUTES: dict[CaseStage, int] = {
    "checkout": 4 * 60,
    "dispatch": 2 * 60,
    "reroute": 30,
    "payout": DAY_MINUTES,
    "claim": 2 * DAY_MINUTES,
    "chargeback": 7 * DAY_MINUTES,
}
"""Minutes until a case is due: a parcel on the road waits for nobody, a chargeback has a scheme's term of weeks."""


class ReviewTerms(msgspec.Struct, frozen=True):
    """How cases are worked: when a claim lapses, how long a closing can be undone, what needs a second person."""

    claim_minutes: int = 60
    undo_seconds: float = 10.0
    four_eyes_eur: int = 1_000
    """Orders worth this many euro or more are closed by two people."""


class Case(msgspec.Struct, frozen=True):
    """One case as stored; amounts in euro cents at reference rates, times in microseconds since 1970, UTC.

    `at_risk_eur` is the amount times the score. A closing can be undone until `settles_us`, which is None afterwards.
    """

    case_id: str
    order_id: str
    merchant_id: str
    stage: CaseStage
    decision_id: str | None
    score: float
    amount_eur: int
    at_risk_eur: int
    opened_us: int
    due_us: int
    state: CaseState = "open"
    claimed_by: str | None = None
    claimed_until_us: int | None = None
    assigned_to: str | None = None
    verdict: Verdict | None = None
    judged_by: str | None = None
    closed_us: int | None = None
    settles_us: int | None = None

    def holder(self, now_us: int) -> str | None:
        """Return who holds the case now; a claim that has lapsed holds nothing."""
        return self.claimed_by if self.claimed_until_us is not None and now_us < self.claimed_until_us else None


class CaseAct(msgspec.Struct, frozen=True):
    """One thing somebody did with a case."""

    at_us: int
    actor: str
    act: Act
    body: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """What a reviewer found; the note says why."""

    by: str
    verdict: Verdict
    note: str | None = None
