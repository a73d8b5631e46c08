"""Forests: LightGBM with small, strongly regularised trees, the same bytes from the same rows.

Trees are small, each sees a third of the signals and splits at random bounds (Geurts 2006), because a model learns
from one world and judges another.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sealane.risk.signals.declaration import Form, Window, kind_of

__all__ = ["OWN", "POOLED", "Forest", "direction", "grow"]

Column = np.ndarray[Any, np.dtype[Any]]
RISING = {"frauds", "refusals", "attempts"}
"""Series of which more is never a good sign."""

_ALL: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.12,
    "max_bin": 255,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "extra_trees": True,
    "lambda_l2": 5.0,
    "cat_smooth": 20.0,
    "min_data_per_group": 50,
    "max_cat_to_onehot": 8,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
POOLED: dict[str, Any] = _ALL | {"num_leaves": 12, "min_data_in_leaf": 20, "rounds": 180}
OWN: dict[str, Any] = _ALL | {"num_leaves": 8, "min_data_in_leaf": 10, "rounds": 120}

_NEEDLESS = ("leaf_weight=", "internal_weight=", "internal_value=", "split_gain=", "tree_sizes=")
"""Lines of LightGBM's text: sizes would be wrong after the others are gone, and are optional."""


class Forest:
    """A grown forest: raw sums in log-odds, its text, and how much each column improved the fit while it grew."""

    def __init__(self, text: str, gains: Sequence[float] = ()) -> None:
        import lightgbm  # noqa: PLC0415 - an extra, needed here alone

        self.text = text
        self.gains = gains
        self._booster = lightgbm.Booster(model_str=text)

    def raw(self, matrix: Column) -> Column:
        """Return the sum of all trees for each row, in log-odds before calibration."""
        return np.asarray(self._booster.predict(matrix, raw_score=True, num_threads=1), dtype=float)


def direction(signal: Form) -> int:
    """Return 1 for a signal of which more can only be worse, else 0."""
    return int(isinstance(signal, Window) and signal.of in RISING)


def grow(
    rows: tuple[Column, Column, Column],
    signals: Sequence[Form],
    shape: dict[str, Any],
    on_round: Callable[[], None],
) -> Forest:
    """Return the forest of these rows (matrix, frauds, weights); a column after the signals' is the stage."""
    import lightgbm  # noqa: PLC0415 - an extra, needed here alone

    matrix, frauds, weights = rows
    texts = [at for at, signal in enumerate(signals) if kind_of(signal.unit) == "string"]
    extra = list(range(len(signals), matrix.shape[1]))
    names = [signal.name for signal in signals] + ["stage"] * len(extra)
    settings = {key: value for key, value in shape.items() if key != "rounds"}
    settings["monotone_constraints"] = [direction(signal) for signal in signals] + [0] * len(extra)
    data = lightgbm.Dataset(matrix, frauds, weight=weights, feature_name=names, categorical_feature=texts + extra)
    booster = lightgbm.train(settings | {"seed": 1}, data, shape["rounds"], callbacks=[lambda _: on_round()])
    return Forest(_slim(booster.model_to_string()), booster.feature_importance("gain").tolist())


def _slim(text: str) -> str:
    """Return a forest's text without what neither scores nor TreeSHAP values need; it is a third as long."""
    trees, _, _ = text.partition("\nend of trees")
    lines = [line for line in trees.split("\n") if not line.startswith(_NEEDLESS)]
    return "\n".join([*lines, "end of trees", ""])
