"""Published tables: the noise that was promised, the cuts before counting, and what is never shown."""

from math import exp, isclose
from statistics import fmean, pstdev

import pytest

from sealane.supervision.market.publication import RHO_A_RELEASE_MICRO, add_noise, publish, scales
from sealane.supervision.market.tables import MarketRow

pytest.importorskip("opendp")


def rows(count: int, frauds: int, firms: int = 4, *, per_shopper: int = 1) -> list[MarketRow]:
    return [
        MarketRow(
            f"f{n % firms}", f"s{n // per_shopper}", "CN", "DE", "U", "dhl", 1, is_stopped=False, is_fraud=n < frauds
        )
        for n in range(count)
    ]


def test_the_noise_has_the_promised_spread_and_is_whole_numbers() -> None:
    sigma = scales()
    assert (round(sigma.orders, 1), round(sigma.frauds, 1)) == (17.9, 4.5)
    spent = 2**2 / (2 * sigma.orders**2) + 1 / (2 * sigma.frauds**2)
    assert isclose(spent, RHO_A_RELEASE_MICRO / 1_000_000), "both together spend what a release may"
    noise = add_noise([0] * 1_000, sigma.frauds)
    assert all(isinstance(one, int) for one in noise)
    assert abs(fmean(noise)) < 0.9
    assert 3.9 < pstdev(noise) < 5.1


@pytest.mark.parametrize(("frauds", "most"), [(50, 0.20), (110, 0.10)])
@pytest.mark.parametrize("orders", [1_000, 20_000])
def test_a_published_rate_is_as_exact_as_promised(frauds: int, most: float, orders: int) -> None:
    """The error at the 95th percentile, from the exact weights of the discrete Gaussian, not from a sample."""
    sigma = scales()
    rate = frauds / orders
    errors = [
        (abs((frauds + bad) / (orders + made) - rate) / rate, weight * other)
        for bad, weight in _weights(sigma.frauds)
        for made, other in _weights(sigma.orders)
    ]
    assert sum(weight for error, weight in errors if error <= most) >= 0.95


def _weights(sigma: float) -> list[tuple[int, float]]:
    span = range(-round(5 * sigma), round(5 * sigma) + 1)
    weights = [exp(-(at**2) / (2 * sigma**2)) for at in span]
    return [(at, weight / sum(weights)) for at, weight in zip(span, weights, strict=True)]


def test_a_shopper_counts_twice_at_most() -> None:
    release = publish("2026-Q3", ("CN-DE",), rows(30_000, 0, per_shopper=10))
    [cell] = release.cells
    assert cell.orders is not None
    assert abs(cell.orders - 6_000) < 120, "3,000 shoppers, two orders each"
    assert release.clipped_micro == 800_000


def test_a_corridor_without_enough_firms_or_frauds_shows_no_rate() -> None:
    [cell] = publish("2026-Q3", ("CN-DE",), rows(1000, 500, firms=2)).cells
    assert (cell.orders, cell.rate_micro) == (None, None)
    [cell] = publish("2026-Q3", ("CN-DE",), rows(1000, 3)).cells
    assert cell.rate_micro is None
    assert cell.suppressed.startswith("fewer than 50")


def test_the_list_of_corridors_is_the_callers_and_an_empty_one_is_there_too() -> None:
    release = publish("2026-Q3", ("US-FR", "CN-DE"), rows(40_000, 400))
    assert [cell.corridor for cell in release.cells] == ["US-FR", "CN-DE"]
    full = release.cells[1]
    assert full.rate_micro is not None
    assert full.low_micro is not None
    assert full.high_micro is not None
    assert full.low_micro < full.rate_micro < full.high_micro
    assert abs(full.rate_micro - 10_000) < 1_000, "within 10 % of 100 basis points at 400 frauds"
