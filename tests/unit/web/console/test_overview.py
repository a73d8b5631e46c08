from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sealane.app import Sealane
from sealane.storage import figures, orderbook
from sealane.web.app import Door
from sealane.web.console import overview
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


def bucket(step: int, orders: int) -> overview.Bucket:
    at = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=step)
    return overview.Bucket(at, orders, orders, 0, 0)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=60))
def test_steps_are_merged_until_they_hold_enough_and_lose_no_order(orders: list[int]) -> None:
    steps = tuple(bucket(step, count) for step, count in enumerate(orders))
    merged = overview._merged(steps, sum(orders))
    assert sum(step.orders for step in merged) == sum(orders)
    assert merged[0].start_at == steps[0].start_at
    assert [step.start_at for step in merged] == sorted({step.start_at for step in merged})
    if sum(orders) >= 20 * len(orders):
        assert merged == steps


def counted(origin: str, destination: str, outcome: str, orders: int) -> figures.Count:
    return figures.Count(0, origin, destination, outcome, orders)  # type: ignore[arg-type]  # outcomes as text


def test_lanes_of_few_orders_come_last_however_many_were_held() -> None:
    rows = overview._lanes(
        [
            counted("BR", "US", "review", 1),
            counted("BR", "US", "approve", 1),
            counted("CN", "DE", "review", 5),
            counted("CN", "DE", "approve", 90),
            counted("CN", "DE", "decline", 5),
            counted("", "FR", "approve", 50),
        ]
    )
    assert [row.name for row in rows] == ["CN-DE", "?-FR", "BR-US"]
    assert (rows[0].orders, rows[0].held.count, rows[0].declined) == (100, 5, 5)
    assert not rows[-1].is_telling


def test_a_real_installation_counts_its_orders(
    lane: Sealane, asking: Callable[..., httpx.Response], site: Door, cookie: dict[str, str]
) -> None:
    body = {
        "reference": "SO-1",
        "placed_at": "2026-11-22T09:30:00Z",
        "shopper": {"name": "Ana"},
        "payment": {"method": "wallet", "amount": {"amount_minor": 100, "currency": "EUR"}},
        "consignments": [{"shipper": {"country": "CN"}, "consignee": {"country": "PT"}}],
    }
    result = lane.place(msgspec.json.encode(body))
    with lane.rooms.database.reader() as conn:
        order = orderbook.read(conn, result.order_id)
    lane.rooms.database.run(lambda tx: figures.judged(tx, order, "fraud"))
    for name, _ in RANGES:
        view = asking(site, "GET", f"/console.json?range={name}", cookies=cookie).json()
        assert view["orders"] == 1, name
        assert [row["origin"] for row in view["lanes"]] == ["CN"]
        assert view["judged"] == 1
        known = sum(step["lost"] for step in view["buckets"])
        assert known == (result.decision.outcome in {"approve", "challenge"})
    assert asking(site, "GET", "/console.json?range=ever", cookies=cookie).status_code == 422


def test_the_axis_tells_clock_times_in_a_day_and_dates_beyond() -> None:
    start = datetime(2026, 11, 22, tzinfo=UTC)
    hours = axis([start + timedelta(hours=step) for step in range(24)])
    assert [tick.text for tick in hours] == ["00:00", "05:00", "09:00", "14:00", "18:00", "23:00"]
    days = axis([start + timedelta(days=step) for step in range(30)])
    assert days[0].text == "22 Nov"
    assert (days[0].anchor, days[-1].anchor, days[-1].x) == ("start", "end", 100)
    assert axis([]) == []
    assert [tick.x for tick in axis([start])] == [0]
