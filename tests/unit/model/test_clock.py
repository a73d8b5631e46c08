from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from sealane.model.clock import from_micros, spelled, system_clock, to_micros


@given(st.integers(-(2**50), 2**52), st.integers(-14, 14))
def test_a_moment_survives_the_round_trip_exactly(micros: int, hours: int) -> None:
    assert to_micros(from_micros(micros).astimezone(timezone(timedelta(hours=hours)))) == micros


def test_the_system_clock_counts_microseconds_of_utc() -> None:
    assert abs(from_micros(system_clock()) - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_moment_is_spelled_as_the_wire_has_it() -> None:
    assert spelled(0) == "1970-01-01T00:00:00Z"
    assert spelled(1_795_339_800_000_001) == "2026-11-22T09:30:00.000001Z"
