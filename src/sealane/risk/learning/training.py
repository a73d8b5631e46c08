"""Training: from the table of the past to a model, learning only from what was known by the end of the data.

The last part of the time is held back first: forests grown on the part before it show on it how well they do, and its
outcomes calibrate them. Then forests of the same shape are grown on everything.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Literal

import msgspec
import numpy as np

from sealane.model.decision import STAGES, Stage
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.learning.calibration import Calibration, calibrate, logistic
from sealane.risk.learning.costs import Costs, cutoffs
from sealane.risk.learning.drift import spread
from sealane.risk.learning.forest import OWN, POOLED, Forest, grow
from sealane.risk.learning.labels import Labels, label
from sealane.risk.learning.metrics import average_precision, brier, recall_at, reliability, roc_auc
from sealane.risk.learning.model import FORMAT, Document, StageModel, digest_of
from sealane.risk.learning.table import Table
from sealane.risk.signals.declaration import Form

__all__ = ["Recipe", "rounds_of", "train"]

Column = np.ndarray[Any, np.dtype[Any]]
HELD_BACK = 0.25
LEAST_FRAUDS = 10
"""Frauds known, over all stages, below which there is nothing to learn."""

OWN_FRAUDS = 40
"""Frauds known at one stage from which on it gets a forest of its own."""

PLACES = frozenset({"consignee_country", "shipper_country"})
"""Where goods go says more about a world's geography than about fraud; only whether countries differ is learned."""


class Recipe(msgspec.Struct, frozen=True):
    """What to learn from, and what mistakes cost; `side` leaves out the signals of the other sides."""

    costs: Costs
    side: Literal["payment", "consignment", "joint"] = "joint"


class _Rows(msgspec.Struct, frozen=True):
    """Everything as arrays: the matrix of the chosen signals, the stage of each row, its time, its label."""

    signals: tuple[Form, ...]
    matrix: Column
    stages: Column
    times: Column
    labels: Labels

    def part(self, chosen: Column) -> tuple[Column, Column, Column]:
        """Return the chosen rows with their labels and weights."""
        return self.matrix[chosen], self.labels.frauds[chosen], self.labels.weights[chosen]


class _Grown(msgspec.Struct, frozen=True):
    """Forests that belong together."""

    pooled: Forest
    own: dict[int, Forest]

    def raw(self, rows: _Rows, stage: int, chosen: Column) -> Column:
        """Return what the forests say of rows of one stage."""
        matrix = rows.matrix[chosen]
        pooled = self.pooled.raw(_with_stage(matrix, np.full(len(matrix), stage)))
        own = self.own.get(stage)
        return pooled if own is None else (pooled + own.raw(matrix)) / 2


def rounds_of() -> int:
    """Return how many rounds a training takes at most, for a progress bar."""
    rounds: int = 2 * (POOLED["rounds"] + len(STAGES) * OWN["rounds"])
    return rounds


def train(table: Table, recipe: Recipe, on_round: Callable[[], None] = lambda: None) -> Document:
    """Return the model of everything that the table knows.

    Raises:
        InvalidInput: when too few frauds, or nothing but frauds, are known.
    """
    rows = _rows(table, recipe)
    labels, notes = rows.labels, []
    _check(rows)
    border = np.quantile(rows.times[labels.usable], 1 - HELD_BACK)
    before = labels.usable & (rows.times < border)
    tested: _Grown | None = None
    if labels.frauds[before].sum() >= LEAST_FRAUDS and labels.frauds[labels.usable & ~before].any():
        tested = _grow(rows, before, on_round)
    else:
        notes.append("Too few frauds are known to hold any back: the scores are not calibrated.")
    whole = _grow(rows, labels.usable, on_round)
    stages = {stage: _stage(rows, stage, (tested, whole), recipe, border) for stage in STAGES}
    for stage, made in stages.items():
        if made.forest is None:
            notes.append(
                f"{stage}: {made.frauds} known frauds are too few for a forest of its own; pooled over stages."
            )
    body = "".join([whole.pooled.text, *(made.forest or "" for made in stages.values())])
    return Document(
        FORMAT,
        f"gbm-{sha256(body.encode()).hexdigest()[:12]}",
        recipe.side,
        {signal.name: digest_of(signal) for signal in rows.signals},
        table.categories,
        whole.pooled.text,
        stages,
        int(rows.times.min()),
        table.end_us,
        tuple(notes),
    )


def _rows(table: Table, recipe: Recipe) -> _Rows:
    """Return the table's rows with the signals of the wanted side."""
    chosen = [
        at
        for at, signal in enumerate(table.catalogue.signals)
        if signal.name not in PLACES and recipe.side in {"joint", signal.side}
    ]
    return _Rows(
        tuple(table.catalogue.signals[at] for at in chosen),
        table.matrix()[:, chosen],
        np.array(table.stages, dtype=np.int8),
        np.array(table.times, dtype=np.int64),
        label(table),
    )


def _check(rows: _Rows) -> None:
    """Refuse labels that nothing can be learned from."""
    usable = rows.labels.usable
    frauds = int(rows.labels.frauds[usable].sum())
    if frauds >= LEAST_FRAUDS and frauds < usable.sum():
        return
    what = f"Only {frauds} stages of orders are known as fraud" if frauds < LEAST_FRAUDS else "Every order is a fraud"
    detail = f"{what}; a model needs both kinds, and at least {LEAST_FRAUDS} frauds."
    remedy = "Add verdict.recorded and payment.chargeback events to events.ndjson, or go on with the scorecard."
    raise InvalidInput(detail, remedy=remedy, errors=(FieldError("events.ndjson", "one-class", detail),))


def _with_stage(matrix: Column, stages: Column) -> Column:
    """Return the matrix with the stage as its last column."""
    return np.column_stack([matrix, stages.astype(float)])


def _grow(rows: _Rows, chosen: Column, on_round: Callable[[], None]) -> _Grown:
    """Return the forests of the chosen rows."""
    matrix, frauds, weights = rows.part(chosen)
    pooled = grow((_with_stage(matrix, rows.stages[chosen]), frauds, weights), rows.signals, POOLED, on_round)
    own = {}
    for number in range(len(STAGES)):
        here = chosen & (rows.stages == number)
        count = int(rows.labels.frauds[here].sum())
        if count >= OWN_FRAUDS and count < here.sum():
            own[number] = grow(rows.part(here), rows.signals, OWN, on_round)
    return _Grown(pooled, own)


def _stage(rows: _Rows, stage: Stage, grown: tuple[_Grown | None, _Grown], recipe: Recipe, border: float) -> StageModel:
    """Return one stage of the model, calibrated and measured on what was held back."""
    tested, whole = grown
    number = STAGES.index(stage)
    mine = rows.labels.usable & (rows.stages == number)
    calibration, measured, bins = Calibration(), {}, []
    held = mine & (rows.times >= border)
    if tested is not None and held.any():
        # A known fraud stands for those of its age that are not known yet; silence weighs by its age already.
        ages = rows.labels.maturity.known(rows.times.max() - rows.times[held])
        frauds = rows.labels.frauds[held]
        weights = np.where(frauds == 1, 1 / np.maximum(ages, 0.2), rows.labels.weights[held])
        raw = tested.raw(rows, number, held)
        calibration = calibrate(raw, frauds, weights)
        scores = logistic(calibration.log_odds(raw))
        measured = {
            "auc_roc": roc_auc(frauds, scores),
            "average_precision": average_precision(frauds, scores),
            "recall_at_fpr_1pct": recall_at(frauds, scores, 0.01),
            "brier": brier(frauds, scores),
        }
        bins = reliability(frauds, scores)
    own = whole.own.get(number)
    gains = own.gains() if own else whole.pooled.gains()[: len(rows.signals)]
    return StageModel(
        own.text if own else None,
        calibration,
        cutoffs(recipe.costs[stage]),
        int(mine.sum()),
        int(rows.labels.frauds[mine].sum()),
        {name: value for name, value in measured.items() if np.isfinite(value)},
        tuple(bins),
        {signal.name: spread(rows.matrix[mine, at]) for at, signal in enumerate(rows.signals)},
        {signal.name: gain for signal, gain in zip(rows.signals, gains, strict=True) if gain > 0},
    )
