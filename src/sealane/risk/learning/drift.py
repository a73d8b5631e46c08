"""Drift: how far the values of a signal have moved since training, as the population stability index.

    PSI = sum over bins of (now - then) * ln(now / then)

Under 0.1 nothing moved, from 0.25 on the model judges a population it never saw.
"""

from typing import Any

import numpy as np

__all__ = ["ALARM", "psi", "spread"]

Column = np.ndarray[Any, np.dtype[Any]]
ALARM = 0.25
BINS = 10
LEAST_SHARE = 1e-4


def spread(values: Column) -> tuple[float, ...]:
    """Return the share of unknown values, the bounds between tenths of the known ones, and the share in each bin."""
    known = values[~np.isnan(values)]
    missing = 1 - len(known) / len(values) if len(values) else 1.0
    if not len(known):
        return (missing,)
    bounds = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    shares = np.bincount(np.searchsorted(bounds, known, side="left"), minlength=len(bounds) + 1) / len(values)
    # Four digits are plenty for an alarm and a quarter of the length.
    return tuple(float(f"{each:.4g}") for each in (missing, *bounds.tolist(), *shares.tolist()))


def psi(then: tuple[float, ...], values: Column) -> float:
    """Return the population stability index of values against the spread in training."""
    if not len(values):
        return 0.0
    count = (len(then) - 1) // 2
    bounds, shares = np.array(then[1 : 1 + count]), np.array([then[0], *then[1 + count :]])
    known = values[~np.isnan(values)]
    places = np.searchsorted(bounds, known, side="left")
    counts = np.bincount(places, minlength=count + 1) if len(then) > 1 else np.zeros(0)
    now = np.concatenate(([1 - len(known) / len(values)], counts / len(values)))
    old, new = np.maximum(shares, LEAST_SHARE), np.maximum(now, LEAST_SHARE)
    return float(np.sum((new - old) * np.log(new / old)))
