from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from sealane.model.clock import from_micros, system_clock, to_micros


@given(st.integers(-(2**50), 2**52), st.integers(-14, 14))
def test_a_moment_survives_the_round_trip_exactly(micros: int, hours: int) -> None:
    assert to_micros(from_micros(micros).astimezone(timezone(timedelta(hours=hours)))) == micros


def test_the_system_clock_counts_microseconds_of_utc() -> None:
    assert abs(from_micros(system_clock()) - datetime.now(UTC)) < timedelta(seconds=5)
