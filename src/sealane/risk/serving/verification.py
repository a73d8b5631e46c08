"""Verification at load: single rows give the very bits that LightGBM's own `Booster.predict` gives."""

from math import nan
from random import Random
from typing import Any

from sealane.model.decision import STAGES, Stage
from sealane.model.errors import Misconfigured
from sealane.risk.serving.served import ServedModel
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Form, kind_of

__all__ = ["made_up_values", "verify_single_rows"]

ROWS = 40
"""Rows a stage, most of their values unknown, small or huge in turn: they end in every corner of the trees."""

_UNKNOWN_SHARE = 0.3
_DIGITS = 14


def verify_single_rows(model: ServedModel, catalogue: Catalogue) -> None:
    """Make sure that the fast way to score is the slow one, bit for bit.

    Raises:
        Misconfigured: naming the stage at which they differ.
    """
    import lightgbm  # noqa: PLC0415 - an extra, needed here alone
    import numpy as np  # noqa: PLC0415 - an extra

    document = model.document
    pooled = lightgbm.Booster(model_str=document.pooled)
    for stage in model.stages:
        number = STAGES.index(stage)
        forest = document.stages[stage].forest
        own = lightgbm.Booster(model_str=forest) if forest else None
        rows = [made_up_values(stage, catalogue, document.categories, seed) for seed in range(ROWS)]
        matrix = np.array([_row(stage, catalogue, model, values) for values in rows])
        told = np.column_stack([matrix, np.full(ROWS, float(number))])
        slow = np.asarray(pooled.predict(told, raw_score=True, num_threads=1)).tolist()
        slow_own = np.asarray(own.predict(matrix, raw_score=True, num_threads=1)).tolist() if own else [None] * ROWS
        fast = [model.stages[stage].raw(values) for values in rows]
        if fast != list(zip(slow, slow_own, strict=True)):
            raise Misconfigured(
                f"The model scores single rows of the stage {stage} otherwise than whole tables.",
                remedy="Install another release of lightgbm, and train again with it.",
            )


def made_up_values(stage: Stage, catalogue: Catalogue, categories: dict[str, list[str]], seed: int) -> tuple[Any, ...]:
    """Return signal values of a stage that are all possible, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - no secret
    return tuple(_value(signal, categories, chance) for signal in catalogue.by_stage[stage])


def _value(signal: Form, categories: dict[str, list[str]], chance: Random) -> Any:
    """Return a value of the signal's type, or None."""
    if chance.random() < _UNKNOWN_SHARE:
        return None
    kind = kind_of(signal.unit)
    if kind == "bool":
        return chance.random() < 1 / 2
    if kind == "string":
        return chance.choice([*categories.get(signal.name, ()), "never seen"])
    size = 10 ** chance.uniform(-1, _DIGITS if kind == "duration" else 4)
    return size if kind == "double" else int(size)


def _row(stage: Stage, catalogue: Catalogue, model: ServedModel, values: tuple[Any, ...]) -> list[float]:
    """Return the values as a row of the training table."""
    known = {signal.name: value for signal, value in zip(catalogue.by_stage[stage], values, strict=True)}
    row = []
    for name in model.document.signals:
        value = known.get(name)
        levels = model.document.categories.get(name, ())
        if isinstance(value, str):
            value = levels.index(value) if value in levels else None
        row.append(nan if value is None else float(value))
    return row
