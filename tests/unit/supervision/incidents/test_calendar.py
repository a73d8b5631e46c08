from datetime import UTC, date, datetime

import pytest

from sealane.model.clock import from_micros, to_micros
from sealane.model.codes import COUNTRIES
from sealane.supervision.incidents.calendar import (
    end_of_month,
    is_working_day,
    noon_of_next_working_day,
    plus_days,
    plus_hours,
    plus_months,
    plus_working_days,
    zone_of,
)


def utc(*parts: int) -> int:
    return to_micros(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type]


def show(micros: int) -> str:
    return f"{from_micros(micros):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "country", "due"),
    [
        ((2026, 1, 31, 9), "PT", "2026-02-28 09:00"),
        ((2028, 1, 31, 9), "PT", "2028-02-29 09:00"),
        ((2026, 12, 15, 9), "PT", "2027-01-15 09:00"),
        ((2026, 3, 15, 9), "DE", "2026-04-15 08:00"),  # summer time begins: 10:00 in Berlin both days
        ((2026, 10, 1, 8), "DE", "2026-11-01 09:00"),
        ((2026, 1, 30, 20), "CN", "2026-02-27 20:00"),  # 31 January in Shanghai: 28 February there
    ],
)
def test_a_month_keeps_the_wall_clock_and_ends_with_the_month(start: tuple[int, ...], country: str, due: str) -> None:
    assert show(plus_months(utc(*start), 1, country)) == due


def test_hours_are_exact_and_days_keep_the_wall_clock_over_the_change_of_clocks() -> None:
    friday = utc(2026, 3, 27, 9)
    assert show(plus_hours(friday, 72)) == "2026-03-30 09:00"
    assert show(plus_days(friday, 3, "DE")) == "2026-03-30 08:00"


def test_a_time_that_summer_time_skips_is_the_hour_after() -> None:
    # 02:30 on 28 March 2026 in Berlin, a day later: there is no 02:30.
    assert show(plus_days(utc(2026, 3, 28, 1, 30), 1, "DE")) == "2026-03-29 01:30"


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert show(plus_working_days(utc(2026, 12, 23, 10), 2, "GB")) == "2026-12-29 10:00"
    assert not is_working_day(date(2026, 12, 28), "GB"), "Boxing Day falls on a Saturday and moves"
    assert not is_working_day(date(2026, 10, 3), "DE")
    assert is_working_day(date(2026, 8, 31), "GB") is False, "the summer bank holiday of England"


def test_a_weekend_or_holiday_moves_to_noon_of_the_next_working_day() -> None:
    assert show(noon_of_next_working_day(utc(2026, 11, 21, 3), "DE")) == "2026-11-23 11:00"
    assert show(noon_of_next_working_day(utc(2026, 12, 25, 3), "FR")) == "2026-12-28 11:00"
    assert show(noon_of_next_working_day(utc(2026, 11, 23, 3), "DE")) == "2026-11-23 03:00"


def test_the_end_of_a_month_is_local() -> None:
    assert show(end_of_month(utc(2026, 9, 30, 9), 1, "DE")) == "2026-10-31 23:00"
    assert show(end_of_month(utc(2026, 12, 31, 9), 1, "PT")) == "2027-02-01 00:00"


def test_a_country_whose_zone_we_do_not_know_counts_in_utc() -> None:
    assert str(zone_of("TF")) == "UTC"
    for country in COUNTRIES:
        is_working_day(date(2026, 12, 25), country)
