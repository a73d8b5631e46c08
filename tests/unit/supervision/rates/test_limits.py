from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from sealane.model.clock import to_micros
from sealane.model.errors import NotFound
from sealane.supervision.rates.ledger import Reading
from sealane.supervision.rates.limits import limit, limits, tra_band, warnings

MARCH, APRIL = (to_micros(datetime(2026, month, day, tzinfo=UTC)) for month, day in ((3, 31), (4, 1)))


def reading(rate: str, numerator: int, denominator: int) -> Reading:
    return Reading(rate, "x", 0, 1, numerator, denominator, "count")


def test_a_limit_changes_on_its_day() -> None:
    assert limit("vamp.merchant.ratio_micro", MARCH).value == 22_000
    assert limit("vamp.merchant.ratio_micro", APRIL).value == 15_000
    with pytest.raises(NotFound):
        limit("vamp.merchant.ratio_micro", 0)


def test_no_day_has_two_limits_of_one_name_and_each_has_a_source() -> None:
    by_name = defaultdict(list)
    for one in limits():
        assert one.source
        by_name[one.name].append(one)
    for found in by_name.values():
        for earlier, later in pairwise(sorted(found, key=lambda one: one.valid_from)):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from


@pytest.mark.parametrize(
    ("kind", "basis_points_of_a_hundredth", "band"),
    [
        ("card", 1300, 100),
        ("card", 1301, 0),
        ("card", 600, 250),
        ("card", 100, 500),
        ("transfer", 150, 100),
        ("transfer", 50, 500),
    ],
)
def test_one_rate_unlocks_every_band_it_fits(kind: str, basis_points_of_a_hundredth: int, band: int) -> None:
    assert tra_band(reading(f"tra_{kind}", basis_points_of_a_hundredth, 1_000_000), APRIL) == band


def test_warnings_come_early_and_heed_the_count() -> None:
    def levels(rate: str, numerator: int, denominator: int, at_us: int = APRIL) -> list[str]:
        return [one.level for one in warnings((reading(rate, numerator, denominator),), at_us)]

    assert levels("vamp_merchant", 2000, 100_000) == ["passed"]
    assert levels("vamp_merchant", 2000, 100_000, MARCH) == ["early"]
    assert levels("vamp_merchant", 1, 50) == [], "one dispute of a small shop is not news"
    assert levels("tra_card", 1100, 1_000_000) == ["early"]
    assert levels("tra_card", 1000, 1_000_000) == []
    assert levels("mastercard_ecm", 60, 5_000) == ["early"]
