"""The contest: our windows and our forests on the book's folds, and the mean over seeds."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any, Literal

import numpy as np

from sealane.risk.handbook.features import features
from sealane.risk.handbook.limit import limit
from sealane.risk.handbook.protocol import FOLDS, Fold, Scores, measure, split
from sealane.risk.handbook.table import Transactions

__all__ = ["Contest", "Result", "Spread", "compete", "fits"]

Column = np.ndarray[Any, np.dtype[Any]]
WEEK: dict[str, Any] = {"num_leaves": 6, "learning_rate": 0.02, "min_data_in_leaf": 10, "rounds": 500}
PAST: dict[str, Any] = {"num_leaves": 16, "learning_rate": 0.05, "min_data_in_leaf": 40, "rounds": 300}
"""`WEEK` was chosen on four earlier folds (trained from 2018-06-27 and before); `PAST` was not searched for."""

RISING = ("amount", "amount_to_median", "rank_in_own_past", "customer_unusual", "customer_excess", "customer_frauds",
          "terminal_frauds", "terminal_plain")  # fmt: skip
"""How features begin of which more is never a good sign."""

_ALL: dict[str, Any] = {
    "objective": "binary",
    "max_bin": 4095,  # frauds sit in the far tail of the amounts, which 255 bins blur
    "min_data_in_bin": 1,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True)
class Contest:
    """Which protocol (`7d` trains a week as the book does, `all` everything before), and how many seeds."""

    protocol: Literal["7d", "all"] = "7d"
    seeds: int = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean over seeds and its standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Result:
    """The three measures, each averaged over the folds of a seed and then over the seeds."""

    auc_roc: Spread
    average_precision: Spread
    card_precision_100: Spread
    features: int
    gains: tuple[tuple[str, float], ...]
    limit: Scores | None = None
    """What knowing all that can be known would reach, where the file tells."""


def compete(table: Transactions, contest: Contest, on_fit: Callable[[], None] = lambda: None) -> Result:
    """Return how well we do; `on_fit` is called after each of the `seeds` x 4 forests."""
    named = features(table)
    matrix = np.column_stack([np.asarray(each, dtype=np.float64) for each in named.values()])
    folds = split(table, all_past=contest.protocol == "all")
    shape = PAST if contest.protocol == "all" else WEEK
    rising = {"monotone_constraints": [int(name.startswith(RISING) and name != "amount_to_mean_14d") for name in named]}
    gains = np.zeros(matrix.shape[1])
    seeds = []
    for seed in range(contest.seeds):
        scores = []
        for fold in folds:
            booster = _fit(matrix, table.frauds, fold, _ALL | shape | rising | {"seed": seed + 1})
            gains += booster.feature_importance("gain")
            raw = booster.predict(matrix[fold.test], raw_score=True, num_threads=1)
            scores.append(measure(table, fold.test, raw))
            on_fit()
        seeds.append(scores)
    ranked = sorted(zip(named, (gains / gains.sum()).tolist(), strict=True), key=lambda each: -each[1])
    return Result(
        _spread(seeds, "auc_roc"),
        _spread(seeds, "average_precision"),
        _spread(seeds, "card_precision_100"),
        len(named),
        tuple(ranked),
        limit(table),
    )


def fits(contest: Contest) -> int:
    """Return how many forests a contest grows, for a progress bar."""
    return contest.seeds * FOLDS


def _fit(matrix: Column, frauds: Column, fold: Fold, settings: dict[str, Any]) -> Any:
    """Return the forest of a fold."""
    import lightgbm  # noqa: PLC0415 - an extra, needed here alone

    rounds = settings.pop("rounds")
    return lightgbm.train(settings, lightgbm.Dataset(matrix[fold.train], frauds[fold.train]), rounds)


def _spread(seeds: list[list[Scores]], name: str) -> Spread:
    """Return one measure over all seeds."""
    means = [fmean(getattr(each, name) for each in scores) for scores in seeds]
    return Spread(fmean(means), pstdev(means))
