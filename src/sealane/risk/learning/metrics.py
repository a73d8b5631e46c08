"""Measures of scores against the truth, exact with ties: a score that says nothing gets what chance gets."""

from typing import Any

import numpy as np

__all__ = ["average_precision", "brier", "recall_at", "reliability", "roc_auc"]

Column = np.ndarray[Any, np.dtype[Any]]


def roc_auc(truth: Column, scores: Column) -> float:
    """Return the share of pairs (fraud, genuine) in which the fraud scores higher; ties count half.

    Not a number when either class is missing.
    """
    hits, misses = _steps(truth, scores)
    if not hits[-1] or not misses[-1]:
        return float("nan")
    before_hits, before_misses = np.concatenate(([0], hits[:-1])), np.concatenate(([0], misses[:-1]))
    area = np.sum((misses - before_misses) * (hits + before_hits)) / 2
    return float(area / (hits[-1] * misses[-1]))


def average_precision(truth: Column, scores: Column) -> float:
    """Return the mean precision over recall, without interpolation; not a number without a fraud."""
    hits, misses = _steps(truth, scores)
    if not hits[-1]:
        return float("nan")
    gained = np.diff(np.concatenate(([0], hits)))
    return float(np.sum(gained * (hits / (hits + misses))) / hits[-1])


def recall_at(truth: Column, scores: Column, share: float) -> float:
    """Return the highest share of frauds found while at most `share` of the genuine are stopped."""
    hits, misses = _steps(truth, scores)
    if not hits[-1] or not misses[-1]:
        return float("nan")
    allowed = misses <= share * misses[-1]
    return float(hits[allowed][-1] / hits[-1]) if allowed.any() else 0.0


def brier(truth: Column, scores: Column) -> float:
    """Return the mean squared distance of probabilities from what came true."""
    return float(np.mean((scores - truth) ** 2)) if len(scores) else float("nan")


def reliability(truth: Column, scores: Column, bins: int = 10) -> list[tuple[float, float, int]]:
    """Return for equally filled bins the mean probability, the share that came true, and how many there are."""
    order = np.argsort(scores, kind="stable")
    return [
        (float(scores[part].mean()), float(truth[part].mean()), len(part))
        for part in np.array_split(order, bins)
        if len(part)
    ]


def _steps(truth: Column, scores: Column) -> tuple[Column, Column]:
    """Return, after each distinct score from the highest on, how many frauds and genuine were passed."""
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    ranked, frauds = np.asarray(scores, dtype=float)[order], np.asarray(truth)[order].astype(np.int64)
    ends = np.concatenate((np.flatnonzero(np.diff(ranked)), [len(ranked) - 1])) if len(ranked) else np.array([], int)
    hits = np.cumsum(frauds)[ends] if len(ends) else np.zeros(1, int)
    return hits, (ends + 1 - hits) if len(ends) else np.zeros(1, int)
