"""Published corridor tables under differential privacy: integers with discrete Gaussian noise, from a fixed cell list.

The unit is a shopper. Before counting, a shopper is cut to 2 orders and 1 fraud a release, so that one shopper moves
the table by at most that. The budget is zero-concentrated: rho 0.125 a year over 4 quarters. Frauds are few and decide
how exact a rate is, so four fifths of a release are spent on them and a fifth on orders: the noise then has sigma 4.5
and 17.9. A cell with fewer than 50 noisy frauds shows no rate. The randomness is the operating system's, no seed is
kept, and a period is released once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from math import sqrt
from typing import Any, NamedTuple

import msgspec

from sealane.model.errors import Misconfigured
from sealane.supervision.market.tables import MarketRow, is_dominated

__all__ = [
    "RHO_A_RELEASE_MICRO",
    "RHO_A_YEAR_MICRO",
    "PublishedCell",
    "Release",
    "Scales",
    "add_noise",
    "publish",
    "scales",
]

RHO_A_YEAR_MICRO = 125_000
RELEASES_A_YEAR = 4
RHO_A_RELEASE_MICRO = RHO_A_YEAR_MICRO // RELEASES_A_YEAR
RHO_FRAUDS_MICRO = RHO_A_RELEASE_MICRO * 4 // 5
RHO_ORDERS_MICRO = RHO_A_RELEASE_MICRO - RHO_FRAUDS_MICRO
ORDERS_A_SHOPPER = 2
FRAUDS_A_SHOPPER = 1
SHOWN_FRAUDS = 50
_TWO_SIGMA = 1.96


class PublishedCell(msgspec.Struct, frozen=True):
    """A corridor as published; null where firms or noise forbid it, with the reason."""

    corridor: str
    orders: int | None
    frauds: int | None
    rate_micro: int | None
    low_micro: int | None
    high_micro: int | None
    suppressed: str


class Release(msgspec.Struct, frozen=True):
    """One period's table with what it spent; `clipped_micro` is the share of orders that the cut left out."""

    period: str
    rho_micro: int
    sigma_orders: float
    sigma_frauds: float
    clipped_micro: int
    cells: tuple[PublishedCell, ...]


def publish(period: str, corridors: Sequence[str], rows: Iterable[MarketRow]) -> Release:
    """Return the table of one period over a fixed list of corridors.

    Raises:
        Misconfigured: when the package that makes the noise is not installed.
    """
    kept, firms, left_out, seen = _clipped(rows)
    sigma = scales()
    orders = add_noise([kept[corridor, "orders"] for corridor in corridors], sigma.orders)
    frauds = add_noise([kept[corridor, "frauds"] for corridor in corridors], sigma.frauds)
    cells = tuple(
        _closed(corridor) if is_dominated(firms.get(corridor, {"": 1})) else _cell(corridor, max(made, 0), max(bad, 0))
        for corridor, made, bad in zip(corridors, orders, frauds, strict=True)
    )
    clipped = left_out * 1_000_000 // max(seen, 1)
    return Release(period, RHO_A_RELEASE_MICRO, round(sigma.orders, 2), round(sigma.frauds, 2), clipped, cells)


class Scales(NamedTuple):
    """The standard deviations of the noise on a cell's orders and on its frauds."""

    orders: float
    frauds: float


def scales() -> Scales:
    """Return the noise that a release needs for what it spends."""
    return Scales(_scale(ORDERS_A_SHOPPER, RHO_ORDERS_MICRO), _scale(FRAUDS_A_SHOPPER, RHO_FRAUDS_MICRO))


def _scale(sensitivity: int, rho_micro: int) -> float:
    """Return the standard deviation of Gaussian noise that spends this rho (Bun and Steinke 2016, proposition 1.6)."""
    return sensitivity / sqrt(2 * rho_micro / 1_000_000)


def add_noise(counts: Sequence[int], scale: float) -> list[int]:
    """Return the counts with discrete Gaussian noise of this scale, by OpenDP.

    Raises:
        Misconfigured: when the package is not installed.
    """
    dp = _opendp()
    space = dp.vector_domain(dp.atom_domain(T=int), size=len(counts)), dp.l2_distance(T=float)
    noisy: list[int] = (space >> dp.m.then_gaussian(scale))(list(counts))
    return noisy


def _opendp() -> Any:
    try:
        found = import_module("opendp.prelude")
    except ModuleNotFoundError:
        raise Misconfigured(
            "Published tables need the package opendp.",
            remedy="Install it: make extra-publish or pip install 'sealane[publish]'.",
        ) from None
    found.enable_features("contrib")
    return found


def _clipped(rows: Iterable[MarketRow]) -> tuple[Counter[tuple[str, str]], dict[str, dict[str, int]], int, int]:
    """Count at most 2 orders and 1 fraud of each shopper, over all corridors together."""
    kept: Counter[tuple[str, str]] = Counter()
    firms: dict[str, dict[str, int]] = {}
    orders_of: Counter[str] = Counter()
    frauds_of: Counter[str] = Counter()
    left_out = seen = 0
    for row in rows:
        seen += 1
        corridor = f"{row.from_country}-{row.to_country}"
        inside = firms.setdefault(corridor, {})
        inside[row.firm] = inside.get(row.firm, 0) + 1
        if row.is_fraud and frauds_of[row.subject] < FRAUDS_A_SHOPPER:
            frauds_of[row.subject] += 1
            kept[corridor, "frauds"] += 1
        if orders_of[row.subject] >= ORDERS_A_SHOPPER:
            left_out += 1
            continue
        orders_of[row.subject] += 1
        kept[corridor, "orders"] += 1
    return kept, firms, left_out, seen


def _closed(corridor: str) -> PublishedCell:
    return PublishedCell(corridor, None, None, None, None, None, "fewer than 3 firms, or one with over 70 %")


def _cell(corridor: str, orders: int, frauds: int) -> PublishedCell:
    """Return a cell with the rate's interval: both counts as far off as noise usually is, the worst ways."""
    if frauds < SHOWN_FRAUDS or not orders:
        return PublishedCell(corridor, orders, None, None, None, None, f"fewer than {SHOWN_FRAUDS} noisy frauds")
    sigma = scales()
    spread, drift = _TWO_SIGMA * sigma.frauds, round(_TWO_SIGMA * sigma.orders)
    return PublishedCell(
        corridor,
        orders,
        frauds,
        _rate(frauds, orders),
        _rate(frauds - spread, orders + drift),
        _rate(frauds + spread, max(orders - drift, 1)),
        "",
    )


def _rate(frauds: float, orders: int) -> int:
    """Return frauds by orders in millionths, at most one."""
    return min(max(round(frauds * 1_000_000 / orders), 0), 1_000_000)
