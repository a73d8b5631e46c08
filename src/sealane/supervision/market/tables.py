"""Exact tables for the supervisor, and the rule that protects firms in published ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

__all__ = ["MarketCell", "MarketRow", "is_dominated", "tabulate"]

MIN_FIRMS = 3
MAX_SHARE = (70, 100)


class MarketRow(msgspec.Struct, frozen=True):
    """One order as the market sees it; the grade is `U` where nobody graded the channel."""

    firm: str
    subject: str
    from_country: str
    to_country: str
    grade: str
    carrier: str
    value_minor: int
    is_stopped: bool
    is_fraud: bool


class MarketCell(msgspec.Struct, frozen=True):
    """One cell: its orders, their value, how many were stopped, how many are fraud, and the firms behind them."""

    corridor: str
    grade: str
    carrier: str
    orders: int
    value_minor: int
    stopped: int
    frauds: int
    firms: dict[str, int]
    is_publishable: bool


def tabulate(rows: Iterable[MarketRow]) -> tuple[MarketCell, ...]:
    """Return all cells, the largest first."""
    cells: dict[tuple[str, str, str], list[MarketRow]] = defaultdict(list)
    for row in rows:
        cells[f"{row.from_country or '?'}-{row.to_country or '?'}", row.grade, row.carrier].append(row)
    found = []
    for (corridor, grade, carrier), inside in cells.items():
        firms = dict(Counter(row.firm for row in inside))
        found.append(
            MarketCell(
                corridor=corridor,
                grade=grade,
                carrier=carrier,
                orders=len(inside),
                value_minor=sum(row.value_minor for row in inside),
                stopped=sum(row.is_stopped for row in inside),
                frauds=sum(row.is_fraud for row in inside),
                firms=firms,
                is_publishable=not is_dominated(firms),
            )
        )
    return tuple(sorted(found, key=lambda cell: (-cell.orders, cell.corridor, cell.grade, cell.carrier)))


def is_dominated(firms: dict[str, int]) -> bool:
    """Tell whether a cell would tell about one firm: fewer than 3 of them, or one with more than 70 % of the orders."""
    share, of = MAX_SHARE
    return len(firms) < MIN_FIRMS or max(firms.values()) * of > share * sum(firms.values())
