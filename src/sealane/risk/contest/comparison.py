"""Comparison: a challenger beside what decided, on the same questions: where they agree, and who was right.

Who was right is said of mature orders alone: those judged by a verdict or a chargeback, and those old enough that
silence means genuine. What was stopped and never judged stays unknown, whoever would have stopped it.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from sealane.model.decision import STAGES, Outcome, Stage
from sealane.risk import facts, store
from sealane.risk.serving import store as models

__all__ = ["Comparison", "Side", "StageComparison", "compare"]

DAY_US = 86_400_000_000


class Side(msgspec.Struct, frozen=True):
    """One of the two at a stage; shares are null where nothing of their kind is known."""

    outcomes: dict[Outcome, int]
    average_precision: float | None
    recall_at_fpr_1pct: float | None
    frauds_stopped: float | None
    honest_stopped: float | None


class StageComparison(msgspec.Struct, frozen=True):
    """Both at one stage; `crossings` counts `approve>review`: what decided, and what the challenger wanted instead."""

    stage: Stage
    decisions: int
    agreement: float
    crossings: dict[str, int]
    mature: int
    frauds: int
    champion: Side
    challenger: Side


class Comparison(msgspec.Struct, frozen=True):
    """All of one challenger."""

    challenger: str
    mature_days: int
    stages: tuple[StageComparison, ...]


class _Row(NamedTuple):
    """One question that both answered; `is_fraud` is None while the order is young and nobody judged it."""

    stage: Stage
    scores: tuple[float, float]
    outcomes: tuple[Outcome, Outcome]
    is_fraud: bool | None


def compare(conn: sqlite3.Connection, mature_days: int) -> list[Comparison]:
    """Return every challenger that ever ran beside what decided, the newest first."""
    truth = _truth(conn, mature_days)
    made = []
    for digest, name in models.challengers(conn):
        rows = [
            _Row(stage, (champion_score, score), (champion_outcome, outcome), truth.get(order_id))
            for order_id, stage, score, outcome, champion_score, champion_outcome in models.challenges(conn, digest)
        ]
        stages = [_stage(stage, [row for row in rows if row.stage == stage]) for stage in STAGES]
        made.append(Comparison(name, mature_days, tuple(each for each in stages if each.decisions)))
    return made


def _truth(conn: sqlite3.Connection, mature_days: int) -> dict[str, bool | None]:
    """Return of each order whether it was a fraud, as far as that is known by the newest fact."""
    known: dict[str, bool | None] = {}
    placed: dict[str, int] = {}
    newest_us = 0
    for _, body in store.facts_after(conn, 0):
        fact = facts.decode(body)
        newest_us = fact.observed_us
        if fact.kind == "order":
            placed[fact.order_id] = fact.observed_us
        if fact.act is not None and fact.act.verdict is not None:
            known[fact.order_id] = fact.act.verdict == "fraud"
    old_us = newest_us - mature_days * DAY_US
    return {order: False for order, at_us in placed.items() if at_us <= old_us} | known


def _stage(stage: Stage, rows: list[_Row]) -> StageComparison:
    """Return one stage."""
    pairs = Counter(row.outcomes for row in rows)
    mature = [row for row in rows if row.is_fraud is not None]
    return StageComparison(
        stage,
        len(rows),
        sum(count for (one, other), count in pairs.items() if one == other) / max(1, len(rows)),
        {f"{one}>{other}": count for (one, other), count in sorted(pairs.items()) if one != other},
        len(mature),
        sum(bool(row.is_fraud) for row in mature),
        _side(rows, mature, 0),
        _side(rows, mature, 1),
    )


def _side(rows: list[_Row], mature: list[_Row], side: int) -> Side:
    """Return what one of the two did with all rows, and how right it was on the mature ones."""
    import numpy as np  # noqa: PLC0415 - an extra

    from sealane.risk.learning.metrics import average_precision, recall_at  # noqa: PLC0415 - needs numpy

    truth = np.array([bool(row.is_fraud) for row in mature], dtype=np.int8)
    scores = np.array([row.scores[side] for row in mature])
    judged = bool(truth.any()) and not bool(truth.all())
    return Side(
        dict(Counter(row.outcomes[side] for row in rows)),
        average_precision(truth, scores) if judged else None,
        recall_at(truth, scores, 0.01) if judged else None,
        _stopped(row.outcomes[side] for row in mature if row.is_fraud),
        _stopped(row.outcomes[side] for row in mature if not row.is_fraud),
    )


def _stopped(outcomes: Iterable[Outcome]) -> float | None:
    """Return the share that was not approved."""
    found = [outcome != "approve" for outcome in outcomes]
    return sum(found) / len(found) if found else None
