"""Assess: from a question, signals and a policy to a decision. Pure: the same input gives the same bytes, for ever.

The score is a sum in log-odds: the stage's base, the scorecard bins that fit, the weights of the rules that hit. The
outcome is the highest of what the score's threshold asks and what the rules' floors ask. Every summand is among the
reasons, so the reasons' weights and the base add up to the score exactly.

Where a model judges, the score is the model's, and its reasons are what families of signals add to it; before them
stand the rules that ask for this very outcome. What families add costs more than the score, so an approval goes
without; `explain` makes it from the stored values when somebody asks.
"""

import math
from datetime import datetime
from typing import Any

import msgspec

from sealane.model.decision import Decision, Outcome, Reason, Stage
from sealane.model.errors import Conflict
from sealane.risk.policy import OUTCOMES, RiskPolicy, StagePolicy
from sealane.risk.scorecard import THOUSANDTHS
from sealane.risk.serving.families import reasons_of
from sealane.risk.serving.served import ServedStage

__all__ = ["DEGRADED", "Question", "Signals", "assess", "outcome_of", "probability"]

_LEVELS = {"none": 0} | {outcome: level for level, outcome in enumerate(OUTCOMES)}

DEGRADED = Reason("degraded", "The history could not be read, so only this order itself was judged.", "joint", 0.0)


class Question(msgspec.Struct, frozen=True):
    """What is asked: which stage of which order, under which ids and at what time; `case_id` is used for a review."""

    stage: Stage
    order_id: str
    decision_id: str
    case_id: str | None
    decided_at: datetime


class Signals(msgspec.Struct, frozen=True):
    """The signal values of one fact at one stage, in the catalogue's order; an event without a stage has none."""

    stage: Stage | None
    values: tuple[Any, ...]
    seq: int
    is_degraded: bool = False


def assess(question: Question, signals: Signals, policy: RiskPolicy) -> Decision:
    """Return the decision; nothing but the three arguments enters it.

    Raises:
        Conflict: when the signals were read for another stage.
    """
    stage = policy.stages[question.stage]
    values = signals.values
    if signals.stage != question.stage or len(values) != stage.size:
        raise Conflict(f"These signals do not answer a question of the stage {question.stage}.")
    hits = _hits(question, values, stage, policy)
    score, reasons = _weigh(values, hits, stage, policy)
    level = _level(signals, hits, score, stage, policy)
    if stage.model is not None:
        reasons = _reasons_beside(stage.model, values, hits, level, policy)
    if signals.is_degraded:
        reasons.append(DEGRADED)
    outcome = OUTCOMES[level]
    return Decision(
        question.decision_id,
        question.order_id,
        question.stage,
        outcome,
        score,
        tuple(reasons),
        tuple([policy.codes[number] for number in hits]),
        policy.judge_of(question.stage),
        policy.version,
        question.case_id if outcome == "review" else None,
        question.decided_at,
        signals.is_degraded,
    )


def outcome_of(question: Question, signals: Signals, policy: RiskPolicy) -> tuple[Outcome, float]:
    """Return outcome and score alone, as `assess` would give them; for asking what else would have been decided."""
    stage = policy.stages[question.stage]
    hits = _hits(question, signals.values, stage, policy)
    score, _ = _weigh(signals.values, hits, stage, policy)
    return OUTCOMES[_level(signals, hits, score, stage, policy)], score


def probability(odds: float) -> float:
    """Return log-odds as a probability."""
    if odds >= 0:
        return 1.0 / (1.0 + math.exp(-odds))
    small = math.exp(odds)
    return small / (1.0 + small)


def _hits(question: Question, values: tuple[Any, ...], stage: StagePolicy, policy: RiskPolicy) -> list[int]:
    """Return the rules that hit and count."""
    hits, _ = stage.judge(values)
    if hits:
        snoozed = None if stage.snoozed_at is None else values[stage.snoozed_at]
        if snoozed is not None or policy.is_selective:
            hits = policy.counting(hits, question.order_id, snoozed)
    return hits


def _weigh(
    values: tuple[Any, ...], hits: list[int], stage: StagePolicy, policy: RiskPolicy
) -> tuple[float, list[Reason]]:
    """Return the score and, where it is a sum of reasons, these, heaviest first."""
    if stage.model is not None:
        return probability(stage.model.log_odds(values)), []
    ranks = [policy.rule_ranks[number] for number in hits]
    ranks += [policy.bin_ranks[number] for number in stage.score(values)]
    ranks.sort()
    points = stage.base + sum([policy.points[rank] for rank in ranks])
    return probability(points / THOUSANDTHS), [policy.reasons[rank] for rank in ranks]


def _reasons_beside(
    model: ServedStage, values: tuple[Any, ...], hits: list[int], level: int, policy: RiskPolicy
) -> list[Reason]:
    """Return the reasons under a model: rules that ask for this very outcome, what moved the score, other rules."""
    asking: list[Reason] = []
    others: list[Reason] = []
    for rank, number in sorted((policy.rule_ranks[number], number) for number in hits):
        is_asking = level > 0 and _LEVELS[policy.floors[number]] == level
        (asking if is_asking else others).append(policy.notes[rank])
    return [*asking, *(reasons_of(model.parts(values)) if level else ()), *others]


def _level(signals: Signals, hits: list[int], score: float, stage: StagePolicy, policy: RiskPolicy) -> int:
    """Return how strict score, rules and a lack of history ask to be."""
    level = _LEVELS[stage.thresholds.outcome_at(score)]
    for number in hits:
        level = max(level, _LEVELS[policy.floors[number]])
    if signals.is_degraded:
        level = max(level, _LEVELS[_degraded(stage, signals.values)])
    return level


def _degraded(stage: StagePolicy, values: tuple[Any, ...]) -> Outcome:
    """Return the mildest outcome that the policy allows without history; an unknown amount counts as over the limit."""
    degraded = stage.thresholds.degraded
    if degraded.limit_eur_cents is None:
        return degraded.outcome
    amount = None if stage.amount_at is None else values[stage.amount_at]
    return degraded.outcome if amount is not None and amount <= degraded.limit_eur_cents else degraded.over_limit
