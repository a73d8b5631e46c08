"""Evaluation: a model against the truth, at each stage, and what its cut-offs would have done."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np

from sealane.model.decision import STAGES, Stage
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.learning.costs import Cutoffs
from sealane.risk.learning.drift import ALARM, psi
from sealane.risk.learning.metrics import average_precision, brier, recall_at, roc_auc
from sealane.risk.learning.table import Table

__all__ = ["Fate", "Judge", "Scored", "StageReport", "judge_stages", "score_stages", "write_scores"]

Column = np.ndarray[Any, np.dtype[Any]]


class Fate(Protocol):
    """What is true of an order."""

    @property
    def is_fraud(self) -> bool:
        """Whether it was a fraud."""

    @property
    def typology(self) -> str:
        """Which fraud, empty when none or unknown."""


class Judge(Protocol):
    """What scores rows: a trained model, or the published scorecard."""

    @property
    def name(self) -> str:
        """What it is called."""

    def score(self, stage: Stage, matrix: Column) -> Column:
        """Return probabilities of fraud for rows of the whole catalogue."""

    def cutoffs(self, stage: Stage) -> Cutoffs:
        """Return from which probability on a stage challenges, reviews and declines."""

    def spread(self, stage: Stage) -> dict[str, tuple[float, ...]]:
        """Return how the values of each signal were spread in training."""


class Scored(msgspec.Struct, frozen=True):
    """One stage's orders with their scores; an order that came to the stage twice has its higher one."""

    stage: Stage
    orders: tuple[str, ...]
    scores: Column
    drifted: tuple[str, ...]


class StageReport(msgspec.Struct, frozen=True):
    """How well one stage does; null where it takes both a fraud and a genuine order to say."""

    stage: Stage
    orders: int
    frauds: int
    auc_roc: float | None
    average_precision: float | None
    recall_at_fpr_0_5pct: float | None
    recall_at_fpr_1pct: float | None
    brier: float | None
    outcomes: dict[str, int]
    honest_stopped: float | None
    recall_by_typology: dict[str, float]
    drifted: tuple[str, ...]


def score_stages(model: Judge, table: Table, from_us: int = 0) -> list[Scored]:
    """Return the scores of every row from a moment on; earlier rows were history only."""
    matrix, numbers = table.matrix(), np.array(table.stages, dtype=np.int8)
    recent = np.array(table.times, dtype=np.int64) >= from_us
    found = []
    for number, stage in enumerate(STAGES):
        rows = np.flatnonzero((numbers == number) & recent)
        best: dict[str, float] = {}
        for row, score in zip(rows.tolist(), model.score(stage, matrix[rows]).tolist(), strict=True):
            order = table.orders[row]
            best[order] = max(score, best.get(order, 0.0))
        spreads = model.spread(stage)
        places = {name: at for at, name in enumerate(table.names)}
        drifted = [name for name, then in spreads.items() if psi(then, matrix[rows, places[name]]) > ALARM]
        found.append(Scored(stage, tuple(best), np.array(list(best.values())), tuple(drifted)))
    return found


def judge_stages(model: Judge, scored: list[Scored], truth: Mapping[str, Fate]) -> list[StageReport]:
    """Return the report of each stage; every fraudulent order that comes to a stage is a fraud there."""
    return [_judge(model, each, truth) for each in scored]


def write_scores(model: Judge, scored: list[Scored], path: Path) -> None:
    """Write `order_key,stage,score,outcome`, whole or not at all.

    Raises:
        InvalidInput: when it cannot be written there.
    """
    lines = ["order_key,stage,score,outcome"]
    for each in scored:
        cut = model.cutoffs(each.stage)
        for order, score in zip(each.orders, each.scores.tolist(), strict=True):
            lines.append(f"{_cell(order)},{each.stage},{score!r},{cut.outcome(score)}")
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as refusal:
        with suppress(OSError):
            part.unlink()
        detail = f"The scores cannot be written: {refusal.strerror}."
        errors = (FieldError(path.name, "unwritable", detail),)
        raise InvalidInput(detail, remedy="Choose a file you may write to.", errors=errors) from refusal


def _cell(text: str) -> str:
    """Return a text as a cell of RFC 4180."""
    if not set(text) & set(',"\r\n'):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _judge(model: Judge, scored: Scored, truth: Mapping[str, Fate]) -> StageReport:
    """Return one stage's report."""
    frauds = np.array([truth[order].is_fraud for order in scored.orders], dtype=np.int8)
    scores, cut = scored.scores, model.cutoffs(scored.stage)
    outcomes = [cut.outcome(score) for score in scores.tolist()]
    honest = [outcome for outcome, fraud in zip(outcomes, frauds.tolist(), strict=True) if not fraud]
    return StageReport(
        scored.stage,
        len(frauds),
        int(frauds.sum()),
        _or_null(roc_auc(frauds, scores)),
        _or_null(average_precision(frauds, scores)),
        _or_null(recall_at(frauds, scores, 0.005)),
        _or_null(recall_at(frauds, scores, 0.01)),
        _or_null(brier(frauds, scores)),
        {outcome: outcomes.count(outcome) for outcome in ("approve", "challenge", "review", "decline")},
        sum(outcome != "approve" for outcome in honest) / len(honest) if honest else None,
        _by_typology(scored, frauds, truth),
        scored.drifted,
    )


def _by_typology(scored: Scored, frauds: Column, truth: Mapping[str, Fate]) -> dict[str, float]:
    """Return for each kind of fraud the share above the score that 1 % of the genuine exceed."""
    genuine = np.sort(scored.scores[frauds == 0])
    if not len(genuine):
        return {}
    bound = float(genuine[max(0, len(genuine) - 1 - int(len(genuine) * 0.01))])
    kinds: dict[str, list[bool]] = {}
    for order, score, fraud in zip(scored.orders, scored.scores.tolist(), frauds.tolist(), strict=True):
        if fraud and truth[order].typology:
            kinds.setdefault(truth[order].typology, []).append(score > bound)
    return {kind: sum(hits) / len(hits) for kind, hits in sorted(kinds.items())}


def _or_null(value: float) -> float | None:
    """Return a number, or None where there is none."""
    return value if np.isfinite(value) else None
