"""The features of the benchmark: windows by customer and terminal, and what was known of fraud a week before.

Amounts are also read against the customer's own past, and what is unusual for them is counted.

A fraud becomes known `DELAY` after it happened, so every window over verdicts ends there; amounts and counts are known
at once. All windows exclude the transaction itself.
"""

from bisect import bisect_left, insort
from typing import Any

import numpy as np

from sealane.risk.handbook.series import DAY, Series
from sealane.risk.handbook.table import Transactions

__all__ = ["DELAY", "book_features", "features"]

Column = np.ndarray[Any, np.dtype[Any]]
DELAY = 7 * DAY
_COUNTED = (1, 3, 7, 14, 30)
_KNOWN = (1, 3, 7, 14, 21, 28, 60)
_UNUSUAL = 2.5
"""From so many times the customer's median on, an amount is unusual for them."""

_HIGH, _HIGHEST, _MADE_UP = 1.5, 4.0, 1_000.0
_ENOUGH = 5
_NEVER = 10_000 * DAY


def features(table: Transactions) -> dict[str, Column]:
    """Return the named features of every transaction, in the table's order."""
    found: dict[str, Column] = {"amount": table.cents}
    medians, shares = _against_own_past(table)
    ratio = table.cents / np.maximum(medians, 1)
    unusual = (ratio > _UNUSUAL) & (medians > 0)
    found |= {"median": medians, "amount_to_median": ratio, "rank_in_own_past": shares}
    found |= _customer(table, unusual, ratio)
    found |= _terminal(table, unusual)
    found |= _runs("terminal", table.terminals, table, unusual)
    return found


def book_features(table: Transactions) -> dict[str, Column]:
    """Return the book's own windows (chapter 3), made by our definitions asked one second later, so that (T - w, T]."""
    found: dict[str, Column] = {}
    now = table.seconds + 1
    for name, keys in (("CUSTOMER_ID", table.customers), ("TERMINAL_ID", table.terminals)):
        series = Series(keys, table.seconds)
        counts = np.arange(len(table) + 1)
        is_customer = name == "CUSTOMER_ID"
        totals = series.totals(table.cents if is_customer else table.frauds)
        end = series.places(keys, now if is_customer else now - DELAY)
        for width in (1, 7, 30):
            start = series.places(keys, (now if is_customer else now - DELAY) - width * DAY)
            number = counts[end] - counts[start]
            share = (totals[end] - totals[start]) / np.maximum(number, 1)
            found[f"{name}_NB_TX_{width}DAY_WINDOW"] = number
            title = "AVG_AMOUNT" if is_customer else "RISK"
            found[f"{name}_{title}_{width}DAY_WINDOW"] = share / 100 if is_customer else share
    return found


def _against_own_past(table: Transactions) -> tuple[Column, Column]:
    """Return the median of each customer's earlier amounts, and which share of them was lower; nothing is 0."""
    medians, shares = np.zeros(len(table)), np.full(len(table), 0.5)
    order = np.argsort(table.customers, kind="stable")
    customers, cents = table.customers[order].tolist(), table.cents[order].tolist()
    past: list[int] = []
    last = None
    for place, customer, amount in zip(order.tolist(), customers, cents, strict=True):
        if customer != last:
            past, last = [], customer
        size = len(past)
        if size >= _ENOUGH:
            half = size // 2
            medians[place] = past[half] if size % 2 else (past[half - 1] + past[half]) / 2
            shares[place] = bisect_left(past, amount) / size
        insort(past, amount)
    return medians, shares


def _customer(table: Transactions, unusual: Column, ratio: Column) -> dict[str, Column]:
    """Return what the customer did lately, how much of it was unusual, and what of it is known to be fraud."""
    keys, now = table.customers, table.seconds
    series = Series(keys, now)
    cents, odd, odd_cents = [series.totals(each) for each in (table.cents, unusual, table.cents * unusual)]
    fraud = series.totals(table.frauds)
    end, known = series.places(keys, now), series.places(keys, now - DELAY)
    found: dict[str, Column] = {}
    for width in _COUNTED:
        start = series.places(keys, now - width * DAY)
        number = end - start
        found[f"customer_count_{width}d"] = number
        found[f"customer_unusual_{width}d"] = odd[end] - odd[start]
    excess = series.totals(np.rint(np.clip(ratio - _HIGH, 0, _HIGHEST) * 1000 * (ratio < _MADE_UP)).astype(np.int64))
    for width in (3, 7, 14):
        found[f"customer_excess_{width}d"] = excess[end] - excess[series.places(keys, now - width * DAY)]
    number = np.maximum(end - series.places(keys, now - 14 * DAY), 1)
    found["customer_unusual_share_14d"] = found["customer_unusual_14d"] / number
    found["customer_unusual_cents_14d"] = odd_cents[end] - odd_cents[series.places(keys, now - 14 * DAY)]
    for width in (7, 28, 120):
        found[f"customer_frauds_{width}d"] = fraud[known] - fraud[series.places(keys, now - DELAY - width * DAY)]
    marks = Series(keys[unusual], now[unusual])
    found |= _ages("customer_unusual", marks, now[unusual], (keys, now))
    spent = cents[end] - cents[series.places(keys, now - 14 * DAY)]
    found["amount_to_mean_14d"] = table.cents * number / np.where(spent > 0, spent, np.nan)
    found["ratio_of_last_unusual"] = _last_value(marks, ratio[unusual], keys, now)
    return found


def _terminal(table: Transactions, unusual: Column) -> dict[str, Column]:
    """Return what was known of fraud at the terminal; usual amounts point at the place, not the card."""
    keys, now = table.terminals, table.seconds
    series = Series(keys, now)
    quiet = table.frauds * ~unusual
    fraud, plain = series.totals(table.frauds), series.totals(quiet)
    known = series.places(keys, now - DELAY)
    found: dict[str, Column] = {}
    for width in _KNOWN:
        start = series.places(keys, now - DELAY - width * DAY)
        number = known - start
        found[f"terminal_frauds_{width}d"] = fraud[known] - fraud[start]
        found[f"terminal_plain_frauds_{width}d"] = plain[known] - plain[start]
        found[f"terminal_plain_share_{width}d"] = (plain[known] - plain[start]) / np.maximum(number, 1)
    return found


def _runs(title: str, keys: Column, table: Transactions, unusual: Column) -> dict[str, Column]:
    """Return the run of frauds with usual amounts that the known history ends with: its length, age and rest."""
    now = table.seconds
    quiet = (table.frauds == 1) & ~unusual
    told = quiet | (table.frauds == 0)
    series = Series(keys[told], now[told])
    bad, times, owners = [series.arranged(each[told]) for each in (quiet, now, keys)]
    places = np.arange(len(bad))
    is_first = np.concatenate(([True], (bad[1:] != bad[:-1]) | (owners[1:] != owners[:-1])))
    first = np.maximum.accumulate(np.where(is_first, places, 0))
    last = series.places(keys, now - DELAY) - 1
    has = (last >= 0) & (owners[np.maximum(last, 0)] == keys)
    at = np.maximum(last, 0)
    runs = has & bad[at]
    return {
        f"{title}_run": np.where(has, np.where(bad[at], 1, -1) * (at - first[at] + 1), 0),
        f"{title}_run_age": np.where(runs, now - times[first[at]], _NEVER),
        f"{title}_last_known_age": np.where(has, now - times[at], _NEVER),
        f"{title}_good_since": np.where(has & ~bad[at], now - times[first[at]], -1),
    }


def _ages(title: str, marks: Series, times: Column, asked: tuple[Column, Column]) -> dict[str, Column]:
    """Return how long ago the key's last mark was, and the first of the last 14 days."""
    keys, now = asked
    ordered = marks.arranged(times)
    end, start = marks.places(keys, now), marks.places(keys, now - 14 * DAY)
    has = end > start
    last = np.maximum(end - 1, 0)
    first = np.minimum(start, max(len(ordered) - 1, 0))
    return {
        f"since_last_{title}": np.where(has, now - ordered[last], _NEVER),
        f"since_first_{title}_14d": np.where(has, now - ordered[first], _NEVER),
    }


def _last_value(marks: Series, values: Column, keys: Column, now: Column) -> Column:
    """Return the value of the key's last mark within 14 days, 0 when there is none."""
    ordered = marks.arranged(values)
    end, start = marks.places(keys, now), marks.places(keys, now - 14 * DAY)
    return np.where(end > start, ordered[np.maximum(end - 1, 0)], 0.0)
