"""Windows over whole columns: the same [T - width, T) as in serving, for every row of a table at once.

A series is sorted once by key and time; the rows of a key between two moments are then a difference of two running
totals, found by bisection. Amounts are integers (cents), so sums are exact.
"""

from typing import Any

import numpy as np

__all__ = ["DAY", "Series"]

DAY = 86_400
_SPAN = 1 << 32
"""Seconds of all keys are laid end to end, so that one sorted column serves them all."""

Column = np.ndarray[Any, np.dtype[Any]]


class Series:
    """Events by key and time (seconds): counts, sums and lasts in windows that end `delay` before the asked time."""

    def __init__(self, keys: Column, times: Column) -> None:
        line = keys.astype(np.int64) * _SPAN + times
        self._order = np.argsort(line, kind="stable")
        self._line = line[self._order]

    def places(self, keys: Column, moments: Column) -> Column:
        """Return how many events of all keys lie before each key's moment; clipped to the key's own events."""
        wanted = keys.astype(np.int64) * _SPAN + np.maximum(moments, 0)
        return np.searchsorted(self._line, wanted, side="left")

    def totals(self, values: Column) -> Column:
        """Return the running totals of a column in the series' order, beginning with 0."""
        return np.concatenate(([0], np.cumsum(values[self._order])))

    def arranged(self, values: Column) -> Column:
        """Return a column in the series' order."""
        return values[self._order]
