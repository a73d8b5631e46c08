"""Published corridor tables under differential privacy: integers with discrete Gaussian noise, from a fixed cell list.

The unit is a shopper. Before counting, a shopper is cut to 2 orders and 1 fraud a release, so that one shopper moves
the table by at most that. The budget is zero-concentrated: rho 0.125 a year over 4 quarters, half of a release for
orders, half for frauds; the noise then has sigma 11.3 and 5.7. A cell with fewer than 50 noisy frauds shows no rate.
The randomness is the operating system's, no seed is kept, and a period is released once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from math import sqrt
from typing import Any

import msgspec

from sealane.model.errors import Misconfigured
from sealane.supervision.market.tables import MarketRow, is_dominated

__all__ = ["RHO_A_RELEASE_MICRO", "RHO_A_YEAR_MICRO", "PublishedCell", "Release", "add_noise", "publish", "scale_of"]

RHO_A_YEAR_MICRO = 125_000
RELEASES_A_YEAR = 4
RHO_A_RELEASE_MICRO = RHO_A_YEAR_MICRO // RELEASES_A_YEAR
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
    rho = RHO_A_RELEASE_MICRO / 2 / 1_000_000
    sigma_orders, sigma_frauds = scale_of(ORDERS_A_SHOPPER, rho), scale_of(FRAUDS_A_SHOPPER, rho)
    orders = add_noise([kept[corridor, "orders"] for corridor in corridors], sigma_orders)
    frauds = add_noise([kept[corridor, "frauds"] for corridor in corridors], sigma_frauds)
    cells = tuple(
        _cell(corridor, max(made, 0), max(bad, 0), sigma_frauds, is_dominated(firms.get(corridor, {"": 1})))
        for corridor, made, bad in zip(corridors, orders, frauds, strict=True)
    )
    clipped = left_out * 1_000_000 // max(seen, 1)
    return Release(period, RHO_A_RELEASE_MICRO, round(sigma_orders, 2), round(sigma_frauds, 2), clipped, cells)


def scale_of(sensitivity: int, rho: float) -> float:
    """Return the standard deviation of Gaussian noise that spends this rho (Bun and Steinke 2016, proposition 1.6)."""
    return sensitivity / sqrt(2 * rho)


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
            "Published tables need the package opendp.", remedy="Install the extra: sealane[publish]."
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


def _cell(corridor: str, orders: int, frauds: int, sigma: float, is_closed: bool) -> PublishedCell:  # noqa: FBT001
    if is_closed:
        return PublishedCell(corridor, None, None, None, None, None, "fewer than 3 firms, or one with over 70 %")
    if frauds < SHOWN_FRAUDS or not orders:
        return PublishedCell(corridor, orders, None, None, None, None, f"fewer than {SHOWN_FRAUDS} noisy frauds")
    spread = _TWO_SIGMA * sigma
    rates = [
        min(max(round(count * 1_000_000 / orders), 0), 1_000_000)
        for count in (frauds - spread, frauds, frauds + spread)
    ]
    return PublishedCell(corridor, orders, frauds, rates[1], rates[0], rates[2], "")
