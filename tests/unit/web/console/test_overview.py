from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sealane.storage import figures
from sealane.web.console.overview import RANGES, axis, window

times = st.integers(946_684_800_000_000, 4_102_444_800_000_000)


@given(st.sampled_from([name for name, _ in RANGES]), times, times)
def test_a_window_ends_after_now_and_is_aligned(name: str, now_us: int, first_us: int) -> None:
    first_us = min(first_us, now_us)
    span = window(name, now_us, (first_us, now_us))
    assert span.first_us <= now_us < span.last_us
    assert span.first_us % min(span.step_us, figures.DAY_US) == 0
    assert span.count <= 60
    if name == "all":
        assert span.first_us <= first_us
        assert span.last_us % figures.DAY_US == 0


def test_a_window_over_nothing_is_today() -> None:
    span = window("all", 1_790_000_000_000_000, None)
    assert (span.count, span.step_us) == (1, figures.DAY_US)


def test_orders_observed_ahead_of_our_clock_still_count() -> None:
    now_us = 1_790_000_000_000_000
    assert window("all", now_us, (now_us, now_us + 3 * figures.DAY_US)).last_us > now_us + 3 * figures.DAY_US


def test_the_axis_tells_clock_times_in_a_day_and_dates_beyond() -> None:
    start = datetime(2026, 11, 22, tzinfo=UTC)
    hours = axis([start + timedelta(hours=step) for step in range(24)])
    assert [tick.text for tick in hours] == ["00:00", "05:00", "09:00", "14:00", "18:00", "23:00"]
    days = axis([start + timedelta(days=step) for step in range(30)])
    assert days[0].text == "22 Nov"
    assert (days[0].anchor, days[-1].anchor, days[-1].x) == ("start", "end", 100)
    assert axis([]) == []
    assert [tick.x for tick in axis([start])] == [0]
