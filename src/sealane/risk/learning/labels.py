"""Labels: what was known by the end of the data, and how much the silence about a young order is worth.

A fraud becomes known weeks later, so an order of yesterday without a verdict says little. An order without a verdict
weighs as much as the share of frauds that are known at its age; that share is read from the frauds themselves.
"""

from typing import Any

import msgspec
import numpy as np

from sealane.risk.learning.table import Table

__all__ = ["Labels", "Maturity", "label", "maturity_of"]

Column = np.ndarray[Any, np.dtype[Any]]
DAY_US = 86_400_000_000
ENOUGH = 30
OLD_DAYS = 120
MEDIAN_DAYS, TAIL_DAYS = 30.0, 120.0
LEAST = 0.02


class Maturity(msgspec.Struct, frozen=True):
    """Which share of frauds (`shares`) is known so many days (`days`) after the stage."""

    days: tuple[float, ...]
    shares: tuple[float, ...]

    def known(self, ages_us: Column) -> Column:
        """Return the share known at each age, never less than a fiftieth."""
        shares = np.interp(ages_us / DAY_US, self.days, self.shares)
        return np.maximum(shares, LEAST)


class Labels(msgspec.Struct, frozen=True):
    """Beside each row: fraud or not as known at the end, its weight, and whether it may train at all."""

    frauds: Column
    weights: Column
    usable: Column
    maturity: Maturity


def label(table: Table) -> Labels:
    """Return the labels of a table's rows. A row whose order was judged before it is none to learn from."""
    verdicts, times = table.verdicts, np.array(table.times, dtype=np.int64)
    frauds = np.array([verdicts.is_fraud.get(order, False) for order in table.orders], dtype=np.int8)
    first = np.array([verdicts.first_us.get(order, -1) for order in table.orders], dtype=np.int64)
    known = np.array([verdicts.fraud_us.get(order, -1) for order in table.orders], dtype=np.int64)
    maturity = maturity_of(times, known, table.end_us)
    weights = np.where(first >= 0, 1.0, maturity.known(table.end_us - times))
    return Labels(frauds, weights, (first < 0) | (first > times), maturity)


def maturity_of(times: Column, known: Column, end_us: int) -> Maturity:
    """Return how frauds became known, from rows old enough to have told; too few of them leave the usual delay."""
    old = (known > times) & (end_us - times >= OLD_DAYS * DAY_US)
    delays = np.sort((known - times)[old] / DAY_US)
    if len(delays) < ENOUGH:
        steps = np.array([0.0, 7.0, 15.0, MEDIAN_DAYS, 60.0, 90.0, TAIL_DAYS, 240.0])
        shares = np.array([0.0, 0.04, 0.2, 0.5, 0.79, 0.9, 0.95, 1.0])
        return Maturity(tuple(steps.tolist()), tuple(shares.tolist()))
    shares = np.linspace(0, 1, 21)
    return Maturity(tuple(np.quantile(delays, shares).tolist()), tuple(shares.tolist()))
