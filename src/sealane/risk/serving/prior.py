"""The prior: what the published scorecard says of a stage, which a model leans on where it learned from few frauds.

A model adds a share of it to what its forests say. Of the scorecard only bins of signals that the model reads count,
so that a model of one side stays one.
"""

from collections.abc import Container
from typing import Any

from sealane.model.decision import Stage
from sealane.risk.scorecard import THOUSANDTHS, Scorecard
from sealane.risk.signals.catalogue import Catalogue

__all__ = ["Prior"]


class Prior:
    """The scorecard's text, read for some signals alone; sums are of integers, so the same bits everywhere."""

    def __init__(self, text: str, catalogue: Catalogue, signals: Container[str]) -> None:
        card = Scorecard(text, catalogue)
        names = [evidence.signal for evidence in card.evidence for _ in evidence.bin]
        self._card = card
        self._points = [points if name in signals else 0 for name, points in zip(names, card.points, strict=True)]
        self._names = names

    def log_odds(self, stage: Stage, values: tuple[Any, ...]) -> float:
        """Return the log-odds of fraud for the stage's signal values."""
        found = self._card.scorer(stage)(values)
        return (self._card.base[stage] + sum([self._points[number] for number in found])) / THOUSANDTHS

    def base(self, stage: Stage) -> float:
        """Return the log-odds of an order of which nothing is known."""
        return self._card.base[stage] / THOUSANDTHS

    def parts(self, stage: Stage, values: tuple[Any, ...]) -> dict[str, float]:
        """Return what each signal adds to the base."""
        found = self._card.scorer(stage)(values)
        return {self._names[number]: self._points[number] / THOUSANDTHS for number in found if self._points[number]}
