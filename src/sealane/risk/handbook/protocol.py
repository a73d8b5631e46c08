"""The book's protocol: which transactions train and test each fold, and how the answers are measured (chapters 4, 5).

A fold trains for 7 days, waits 7 days for verdicts, and tests for 7 days. Cards known to be compromised are taken out
of the test, day by day as the verdicts come in. Four folds, the last trained from 2018-07-25, each a week earlier.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sealane.risk.handbook.table import Transactions
from sealane.risk.learning.metrics import average_precision, roc_auc

__all__ = ["FOLDS", "Fold", "Scores", "card_precision", "measure", "split"]

Column = np.ndarray[Any, np.dtype[Any]]
FOLDS = 4
LAST_TRAINED_FROM = 115
"""2018-07-25 in days since 2018-04-01."""

TRAIN = WAIT = TEST = 7
LOOKED_AT = 100
"""Cards that investigators look at each day."""


@dataclass(frozen=True, slots=True)
class Fold:
    """The rows that train and those that test."""

    train: Column
    test: Column


@dataclass(frozen=True, slots=True)
class Scores:
    """The book's three measures."""

    auc_roc: float
    average_precision: float
    card_precision_100: float


def split(table: Transactions, *, all_past: bool) -> list[Fold]:
    """Return the folds; with `all_past` each trains from the first day, else for 7 days as the book does."""
    return [_fold(table, LAST_TRAINED_FROM - 7 * back, all_past=all_past) for back in range(FOLDS)]


def _fold(table: Transactions, first: int, *, all_past: bool) -> Fold:
    """Return the fold whose 7 days of training begin on a day."""
    days, frauds, customers = table.days, table.frauds == 1, table.customers
    week = (days >= first) & (days < first + TRAIN)
    train = (days < first + TRAIN) if all_past else week
    known = np.zeros(int(customers.max()) + 1, dtype=bool)
    known[customers[week & frauds]] = True
    tests = []
    for day in range(TEST):
        known[customers[frauds & (days == first + TRAIN + day - 1)]] = True
        rows = np.flatnonzero(days == first + TRAIN + WAIT + day)
        tests.append(rows[~known[customers[rows]]])
    return Fold(np.flatnonzero(train), np.concatenate(tests))


def measure(table: Transactions, rows: Column, scores: Column) -> Scores:
    """Return the three measures of a fold's scores."""
    truth = table.frauds[rows]
    return Scores(roc_auc(truth, scores), average_precision(truth, scores), card_precision(table, rows, scores))


def card_precision(table: Transactions, rows: Column, scores: Column) -> float:
    """Return the mean share of compromised cards among the 100 looked at each day; found ones are taken out."""
    found: set[int] = set()
    shares = []
    for day in np.unique(table.days[rows]):
        best: dict[int, tuple[float, int]] = {}
        here = table.days[rows] == day
        of_day = zip(
            table.customers[rows][here].tolist(), scores[here].tolist(), table.frauds[rows][here].tolist(), strict=True
        )
        for customer, score, fraud in of_day:
            if customer not in found:
                known = best.get(customer, (-np.inf, 0))
                best[customer] = max(known[0], score), max(known[1], fraud)
        top = sorted(best.items(), key=lambda each: -each[1][0])[:LOOKED_AT]
        bad = [customer for customer, (_, fraud) in top if fraud]
        shares.append(len(bad) / LOOKED_AT)
        found.update(bad)
    return float(np.mean(shares))
