"""Bounds: rates over orders of which some were never judged, and how much chance there is in them.

The lower bound takes none of the unknown as fraud, the upper bound all of them. The interval resamples shoppers rather
than orders (Efron 1979), because one fraudster places many.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

__all__ = ["Bounded", "Interval", "bootstrap", "share"]

Column = np.ndarray[Any, np.dtype[Any]]
DRAWS = 400
SEED = 1


class Bounded(msgspec.Struct, frozen=True):
    """A share if none of the unknown are frauds, and if all are; null where there is nothing to share."""

    if_none: float | None
    if_all: float | None


class Interval(msgspec.Struct, frozen=True):
    """A value and the range in which it lies in 95 of 100 resamples."""

    value: float | None
    low: float | None
    high: float | None


def share(part: float, whole: float) -> float | None:
    """Return a share, None of nothing."""
    return part / whole if whole else None


def bootstrap(shoppers: Column, measure: Callable[[Column], float | None]) -> Interval:
    """Return a measure (of a weight for each order) with its interval over resampled shoppers (numbers from 0)."""
    value = measure(np.ones(len(shoppers)))
    if value is None or not len(shoppers):
        return Interval(value, None, None)
    source = np.random.default_rng(SEED)
    people = int(shoppers.max()) + 1
    drawn = []
    for _ in range(DRAWS):
        weights = np.bincount(source.integers(0, people, people), minlength=people)
        again = measure(weights[shoppers].astype(float))
        if again is not None:
            drawn.append(again)
    low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (value, value)
    return Interval(value, float(low), float(high))
