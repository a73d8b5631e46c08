"""Calibration: from a forest's raw sum to log-odds that come true (Platt 1999), kept affine so that parts still add up.

log-odds = slope * raw + offset
"""

from typing import Any

import msgspec
import numpy as np

__all__ = ["Calibration", "calibrate", "logistic"]

Column = np.ndarray[Any, np.dtype[Any]]
ROUNDS = 50
PULL = 1e-3
"""A weak pull to where it starts, so that a separable sample gives finite numbers."""

CLOSE = 1e-10


class Calibration(msgspec.Struct, frozen=True):
    """The two numbers."""

    slope: float = 1.0
    offset: float = 0.0

    def log_odds(self, raw: Column) -> Column:
        """Return calibrated log-odds."""
        return self.slope * raw + self.offset


def logistic(log_odds: Column) -> Column:
    """Return log-odds as probabilities."""
    return np.where(
        log_odds >= 0, 1 / (1 + np.exp(-np.abs(log_odds))), np.exp(-np.abs(log_odds)) / (1 + np.exp(-np.abs(log_odds)))
    )


def calibrate(raw: Column, frauds: Column, weights: Column, start: Calibration) -> Calibration:
    """Return the calibration that makes the weighted outcomes likeliest; the slope is never below a tenth.

    Where all outcomes are alike it is the one to start from.
    """
    if not len(raw) or frauds.min() == frauds.max():
        return start
    total = weights.sum()
    hits = (weights * frauds).sum()
    # Platt's targets: one more of each class than was seen keeps the ends away from 0 and 1.
    targets = np.where(frauds == 1, (hits + 1) / (hits + 2), 1 / (total - hits + 2))
    design = np.column_stack([raw, np.ones(len(raw))])
    aim = np.array([start.slope, start.offset])
    beta = aim.copy()
    for _ in range(ROUNDS):
        p = logistic(design @ beta)
        slope = design.T @ (weights * (p - targets)) + PULL * (beta - aim)
        curve = (design * (weights * p * (1 - p))[:, None]).T @ design + PULL * np.eye(2)
        step = np.linalg.solve(curve, slope)
        beta -= np.clip(step, -1, 1)
        if np.abs(step).max() < CLOSE:
            break
    return Calibration(max(0.1, float(beta[0])), float(beta[1]))
