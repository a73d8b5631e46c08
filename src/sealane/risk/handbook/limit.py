"""The limit: what judgement without any error reaches on the benchmark, when it knows all that can be known.

The book has three kinds of fraud. Two show in the payment: an amount over 220 (1), amounts five times a customer's own
(3). The third (2) turns all payments at a terminal into frauds for 28 days and changes nothing about them, so nothing
but a verdict at that terminal, a week old, can point at it; until then such frauds look like any payment.
"""

from statistics import fmean
from typing import Any

import numpy as np

from sealane.risk.handbook.features import DELAY
from sealane.risk.handbook.protocol import Scores, measure, split
from sealane.risk.handbook.series import DAY, Series
from sealane.risk.handbook.table import Transactions

__all__ = ["limit"]

Column = np.ndarray[Any, np.dtype[Any]]
BY_TERMINAL = 2
LASTS = 28 * DAY
SHUFFLES = 5
"""In so many random orders stand the payments that nothing tells apart."""


def limit(table: Transactions) -> Scores | None:
    """Return the three measures of knowing all that can be known; None where the file does not tell the kinds apart."""
    if table.scenarios is None:
        return None
    told = _knowable(table, table.scenarios)
    scores = []
    for fold in split(table, all_past=False):
        for seed in range(SHUFFLES):
            rest = np.random.default_rng(seed).random(len(fold.test))
            scores.append(measure(table, fold.test, told[fold.test] + rest / 2))
    names = ("auc_roc", "average_precision", "card_precision_100")
    return Scores(*(fmean(getattr(each, name) for each in scores) for name in names))


def _knowable(table: Transactions, scenarios: Column) -> Column:
    """Return which frauds something points at."""
    by_terminal = scenarios == BY_TERMINAL
    series = Series(table.terminals[by_terminal], table.seconds[by_terminal])
    known = series.places(table.terminals, table.seconds - DELAY)
    known = known - series.places(table.terminals, table.seconds - LASTS)
    told: Column = (table.frauds == 1) & (~by_terminal | (known > 0))
    return told
