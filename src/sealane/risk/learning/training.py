"""Training: from the table of the past to a model, learning only from what was known by the end of the data.

A part is held back first: the last of several worlds, or the last part of a single one's time. Forests grown on the
rest show on it how well they do, and its outcomes calibrate them. Then forests of the same shape are grown on all.
The fewer frauds a stage has taught, the more its score leans on the published scorecard.
"""

from collections.abc import Callable, Sequence
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
from sealane.risk.learning.labels import label
from sealane.risk.learning.metrics import average_precision, brier, recall_at, reliability, roc_auc
from sealane.risk.learning.model import FORMAT, Document, StageModel
from sealane.risk.learning.table import Categories, Table, values_of
from sealane.risk.policy import default_text
from sealane.risk.serving.prior import Prior
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Form, digest_of

__all__ = ["Recipe", "rounds_of", "train"]

Column = np.ndarray[Any, np.dtype[Any]]
HELD_BACK = 0.25
LEAST_FRAUDS = 10
"""Frauds known, over all stages, below which there is too little to learn from."""

OWN_FRAUDS = 40
"""Frauds known at one stage from which on it gets a forest of its own."""

PLACES = frozenset(
    (
        *("consignee_country", "shipper_country"),
        *("ordered_point", "new_point", "delivered_point", "sent_point", "returned_point"),
    )
)
"""Where goods go says more about a world's geography than about fraud: whether countries differ and how far places are
apart is learned, and no more."""


LEANING = 100
"""Frauds known at one stage at which its score counts the scorecard half as much as its forests."""


class Recipe(msgspec.Struct, frozen=True):
    """What to learn from, and what mistakes cost; `side` leaves out the signals of the other sides.

    `lean` says how much of the scorecard's log-odds every stage adds to its forests', whatever it learned from.
    """

    costs: Costs
    side: Literal["payment", "consignment", "joint"] = "joint"
    lean: float | None = None

    def leaning(self, frauds: int) -> float:
        """Return how much of the scorecard's log-odds a stage adds that learned from so many known frauds."""
        return LEANING / (LEANING + frauds) if self.lean is None else self.lean


class _Rows(msgspec.Struct, frozen=True):
    """Everything as arrays: the matrix of the chosen signals, and beside each row what labels say of it.

    `late` rows are held back at first; there a fraud weighs `stands_for` those of its age that are not known yet.
    """

    catalogue: Catalogue
    categories: Categories
    prior: Prior
    signals: tuple[Form, ...]
    matrix: Column
    stages: Column
    frauds: Column
    weights: Column
    usable: Column
    late: Column
    stands_for: Column

    def published(self, stage: Stage, chosen: Column) -> Column:
        """Return what the scorecard says of rows of one stage, in log-odds."""
        wanted, names = self.catalogue.by_stage[stage], [signal.name for signal in self.signals]
        asked = values_of(wanted, self.matrix[chosen], names, self.categories)
        return np.array([self.prior.log_odds(stage, values) for values in asked])

    def part(self, chosen: Column) -> tuple[Column, Column, Column]:
        """Return the chosen rows with their labels and weights."""
        return self.matrix[chosen], self.frauds[chosen], self.weights[chosen]


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


def train(tables: Sequence[Table], recipe: Recipe, on_round: Callable[[], None] = lambda: None) -> Document:
    """Return the model of everything that the tables know, each the past of one world; all number texts alike.

    With too few known frauds it has no forest, and leaves the judgement to the published scorecard.

    Raises:
        InvalidInput: when no fraud is known, or nothing else.
    """
    rows = _rows(tables, recipe)
    known = int(rows.frauds[rows.usable].sum())
    _check(rows, known)
    notes: list[str] = []
    tested = whole = None
    if known < LEAST_FRAUDS:
        what = f"Only {known} stages of orders are known as fraud; a model needs {LEAST_FRAUDS}"
        notes.append(f"{what}: the published scorecard judges every stage.")
    else:
        before = rows.usable & ~rows.late
        if rows.frauds[before].sum() >= LEAST_FRAUDS and rows.frauds[rows.usable & rows.late].any():
            tested = _grow(rows, before, on_round)
        else:
            notes.append("Too few frauds are known to hold any back: the scores are not calibrated.")
        whole = _grow(rows, rows.usable, on_round)
    made = {stage: _stage(rows, stage, (tested, whole), recipe) for stage in STAGES}
    stages = {stage: each for stage, each in made.items() if each.rows or whole is None}
    notes += [
        f"{stage}: no order came to it; the published scorecard judges it." for stage in STAGES if stage not in stages
    ]
    for stage, each in stages.items():
        if each.forest is None and whole is not None:
            notes.append(
                f"{stage}: {each.frauds} known frauds are too few for a forest of its own; pooled over stages."
            )
    pooled = "" if whole is None else whole.pooled.text
    body = "".join([pooled, *(each.forest or "" for each in stages.values())])
    return Document(
        FORMAT,
        f"gbm-{sha256(body.encode()).hexdigest()[:12]}" if pooled else "scorecard",
        recipe.side,
        {signal.name: digest_of(signal) for signal in rows.signals},
        tables[-1].categories,
        pooled,
        stages,
        min(min(table.times) for table in tables if len(table)),
        max(table.end_us for table in tables),
        tuple(notes),
        default_text("scorecard") if pooled else "",
    )


def _rows(tables: Sequence[Table], recipe: Recipe) -> _Rows:
    """Return the tables' rows with the signals of the wanted side."""
    chosen = [
        at
        for at, signal in enumerate(tables[0].catalogue.signals)
        if signal.name not in PLACES and recipe.side in {"joint", signal.side}
    ]
    labelled = [_labelled(table, held_back=None if len(tables) == 1 else table is tables[-1]) for table in tables]
    catalogue = tables[0].catalogue
    return _Rows(
        catalogue,
        tables[-1].categories,
        Prior(default_text("scorecard"), catalogue, {tables[0].names[at] for at in chosen}),
        tuple(tables[0].catalogue.signals[at] for at in chosen),
        np.concatenate([table.matrix()[:, chosen] for table in tables]),
        np.concatenate([np.array(table.stages, dtype=np.int8) for table in tables]),
        *(np.concatenate(columns) for columns in zip(*labelled, strict=True)),
    )


def _labelled(table: Table, *, held_back: bool | None) -> tuple[Column, Column, Column, Column, Column]:
    """Return what labels say of a table's rows, and which are held back: all, none, or the late ones where not told."""
    labels, times = label(table), np.array(table.times, dtype=np.int64)
    late = np.full(len(table), held_back)
    if held_back is None:
        # The last quarter of what is known; of young orders it takes more for that. Rows are in the order of time.
        told = np.cumsum(np.where(labels.usable, labels.weights, 0.0))
        late = told > (1 - HELD_BACK) * told[-1] if len(told) else late
    # Silence weighs by its age already.
    ages = labels.maturity.known(table.end_us - times)
    stands_for = np.where(labels.frauds == 1, 1 / np.maximum(ages, 0.2), labels.weights)
    return labels.frauds, labels.weights, labels.usable, late, stands_for


def _check(rows: _Rows, known: int) -> None:
    """Refuse labels that nothing can be learned from."""
    if 0 < known < rows.usable.sum():
        return
    detail = (
        f"{'Every order is known as a fraud' if known else 'No order is known as a fraud'}; a model needs both kinds."
    )
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
        count = int(rows.frauds[here].sum())
        if count >= OWN_FRAUDS and count < here.sum():
            own[number] = grow(rows.part(here), rows.signals, OWN, on_round)
    return _Grown(pooled, own)


def _stage(rows: _Rows, stage: Stage, grown: tuple[_Grown | None, _Grown | None], recipe: Recipe) -> StageModel:
    """Return one stage of the model, calibrated and measured on what was held back."""
    tested, whole = grown
    number = STAGES.index(stage)
    mine = rows.usable & (rows.stages == number)
    known = int(rows.frauds[mine].sum())
    lean = recipe.leaning(known)
    # Until outcomes tell more, the weighted mean of forests and scorecard.
    calibration, measured, bins = Calibration(1 / (1 + lean)), {}, []
    cut = cutoffs(recipe.costs[stage])
    held = mine & rows.late
    if tested is not None and held.any():
        frauds = rows.frauds[held]
        raw = tested.raw(rows, number, held) + lean * rows.published(stage, held)
        calibration = calibrate(raw, frauds, rows.stands_for[held], calibration)
        scores = logistic(calibration.log_odds(raw))
        measured = _measured(frauds, scores)
        bins = reliability(frauds, scores)
        cut = cut.raised(_least(scores[frauds == 0], recipe.costs[stage].honest_stopped))
    own = None if whole is None else whole.own.get(number)
    return StageModel(
        own.text if own else None,
        calibration,
        cut,
        int(mine.sum()),
        known,
        measured,
        tuple(bins),
        {signal.name: spread(rows.matrix[mine, at]) for at, signal in enumerate(rows.signals)},
        _gains(rows, own or (None if whole is None else whole.pooled)),
        lean,
    )


def _measured(frauds: Column, scores: Column) -> dict[str, float]:
    """Return how well scores do, without what cannot be said."""
    measured = {
        "auc_roc": roc_auc(frauds, scores),
        "average_precision": average_precision(frauds, scores),
        "recall_at_fpr_1pct": recall_at(frauds, scores, 0.01),
        "brier": brier(frauds, scores),
    }
    return {name: value for name, value in measured.items() if np.isfinite(value)}


def _least(scores: Column, share: float) -> float:
    """Return the lowest probability that at most a share of the honest exceeds.

    The scores are of all not known as frauds. Frauds that nobody reported are among them, so each counts as honest by
    as much as its own score leaves.
    """
    if not len(scores) or share >= 1:
        return 0.0
    ranked = np.sort(scores)[::-1]
    honest = np.cumsum(1 - ranked)
    return float(ranked[np.searchsorted(honest, share * honest[-1], side="right").clip(max=len(ranked) - 1)])


def _gains(rows: _Rows, forest: Forest | None) -> dict[str, float]:
    """Return how much each signal improved the fit."""
    gains = () if forest is None else forest.gains
    # A pooled forest also gained by knowing the stage, which is no signal and comes last.
    return {signal.name: gain for signal, gain in zip(rows.signals, gains, strict=False) if gain > 0}
