from datetime import UTC, datetime

import pytest

from sealane.alliance.epochs import epoch_of, live_epochs, previous


@pytest.mark.parametrize(
    ("moment", "epoch"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026Q1"),
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), "2026Q1"),
        (datetime(2026, 4, 1, tzinfo=UTC), "2026Q2"),
        (datetime(2026, 12, 31, tzinfo=UTC), "2026Q4"),
    ],
)
def test_a_moment_is_in_its_quarter(moment: datetime, epoch: str) -> None:
    assert epoch_of(int(moment.timestamp()) * 1_000_000) == epoch


def test_the_quarter_before_the_first_is_the_last_of_the_year_before() -> None:
    assert previous("2026Q1") == "2025Q4"
    assert previous("2026Q4") == "2026Q3"


def test_two_epochs_are_live() -> None:
    assert live_epochs(int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()) * 1_000_000) == ("2026Q1", "2025Q4")
