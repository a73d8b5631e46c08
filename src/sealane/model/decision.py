"""Decisions: the result at a stage, with coded reasons that people can read."""

from datetime import datetime
from typing import Literal

import msgspec

__all__ = ["STAGES", "Decision", "Outcome", "Reason", "Side", "Stage"]

Stage = Literal["checkout", "dispatch", "reroute", "payout", "claim"]
Outcome = Literal["approve", "challenge", "review", "decline"]
Side = Literal["payment", "consignment", "joint"]
STAGES: tuple[Stage, ...] = ("checkout", "dispatch", "reroute", "payout", "claim")


class Reason(msgspec.Struct, frozen=True):
    """Why: a code, a sentence, which side it comes from, and its weight in log-odds."""

    code: str
    text: str
    side: Side
    weight: float


class Decision(msgspec.Struct, frozen=True):
    """What was decided at a stage; `score` is a calibrated probability of fraud, 0 to 1."""

    decision_id: str
    order_id: str
    stage: Stage
    outcome: Outcome
    score: float
    reasons: tuple[Reason, ...]
    rules: tuple[str, ...]
    model: str
    ruleset: str
    case_id: str | None
    decided_at: datetime
    degraded: bool = False
    """Whether the history could not be read, so that the order was judged by itself alone."""
