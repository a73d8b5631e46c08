"""Grades against what came later: shops graded on a world's first 90 days are ordered as their disputes of 90 more.

A shop of the simulator keeps its diligence. It shows in the ledger, in leaks and in the checkout, which is really
looked at on loopback; and it shows in who comes to steal there, and in which complaints end at the bank.
"""

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import pytest

from sealane.simulator import World
from shopworld import Look, Standing, looking, spearman, standings

BANDS = ["F", "D", "C", "B", "A", "A+"]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Look]:
    with looking(tmp_path_factory.mktemp("shop")) as look:
        yield look


def by_band(found: list[Standing]) -> list[float]:
    """Return the median rate of later disputes in each band that has a shop, the worst band first."""
    rates = defaultdict(list)
    for each in found:
        rates[each.graded.grade].append(each.rate)
    assert "U" not in rates
    return [median(rates[band]) for band in BANDS if rates[band]]


def test_the_better_graded_half_of_the_shops_has_fewer_later_disputes(look: Look) -> None:
    """A world this small has a handful of disputes a shop, so halves are compared; the soak test compares shops."""
    world = World(1, 12_000)
    found = sorted(standings(world, look), key=lambda each: each.graded.score or 0)
    half = len(found) // 2
    worse, better = (
        sum(each.disputed for each in part) / sum(each.settled for each in part)
        for part in (found[:half], found[half:])
    )
    assert worse > better
    diligence = world.diligence()
    levels = [diligence[each.merchant].level for each in found]
    assert spearman([each.graded.score or 0 for each in found], levels) >= 0.5


@pytest.mark.soak
@pytest.mark.parametrize("seed", [101, 202, 303])
def test_later_disputes_fall_from_band_to_band_in_worlds_nobody_looked_at_before(seed: int, look: Look) -> None:
    found = standings(World(seed, 120_000), look)
    rates = by_band(found)
    assert len(rates) >= 3
    assert spearman(list(map(float, range(len(rates)))), rates) <= -0.8
    assert spearman([each.graded.score or 0 for each in found], [each.rate for each in found]) <= -0.8
