from datetime import UTC, datetime
from typing import Any

import msgspec

from sealane.simulator.chance import DAY_US, Stream
from sealane.simulator.desk import Desk, Timeline, Truth
from sealane.simulator.realm.trade import MARKETPLACES
from sealane.simulator.world import START_US

MERCHANT = MARKETPLACES[0]


def body(created_us: int | None = None) -> dict[str, Any]:
    return {"shopper": {"account_created_at": created_us}}


def test_an_order_gets_its_number_and_times_when_it_is_placed() -> None:
    desk = Desk(Stream("1"), Timeline())
    desk.write_order(MERCHANT, START_US, body(START_US - DAY_US), Truth(is_fraud=False))
    [order] = desk.due()
    told = msgspec.json.decode(order.body)
    assert told["reference"] == "GM-10001"
    assert told["placed_at"] == "2025-03-03T00:00:00Z"
    assert told["shopper"]["account_created_at"] == "2025-03-02T00:00:00Z"
    assert datetime.fromisoformat(told["observed_at"]) > datetime(2025, 3, 3, tzinfo=UTC)
    assert (order.kind, order.order_key, order.merchant) == ("order", "o1", "globalmart")


def test_an_event_is_never_observed_before_its_order_or_before_now() -> None:
    desk = Desk(Stream("1"), Timeline())
    placed = desk.write_order(MERCHANT, START_US, body(), Truth(is_fraud=False))
    placed.tell("payment.failed_attempt", START_US - DAY_US, {})
    order, event = desk.due()
    assert order.truth is not None
    assert order.observed_us < event.observed_us
    assert msgspec.json.decode(event.body)["occurred_at"] == "2025-03-02T00:00:00Z"
    placed.tell("account.changed", START_US - DAY_US, {"field": "email"})
    [late] = desk.due()
    assert late.observed_us >= event.observed_us


def test_intents_are_called_when_their_moment_comes() -> None:
    desk, called = Desk(Stream("1"), Timeline()), list[int]()
    desk.plan(START_US + 2, called.append)
    desk.plan(START_US + 1, called.append)
    assert list(desk.due(START_US + 2)) == []
    assert called == [START_US + 1]
    assert list(desk.due()) == []
    assert called == [START_US + 1, START_US + 2]
    assert len(desk) == 0


def test_live_time_runs_faster_and_tells_no_observed_time() -> None:
    timeline = Timeline(live_us=START_US, speed=720)
    assert timeline.shown(START_US - 5) == START_US - 5
    assert timeline.shown(START_US + 720) == START_US + 1
    desk = Desk(Stream("1"), timeline)
    desk.write_order(MERCHANT, START_US + DAY_US, body(), Truth(is_fraud=False))
    [order] = desk.due()
    told = msgspec.json.decode(order.body)
    assert told["placed_at"] == "2025-03-03T00:02:00Z"
    assert "observed_at" not in told
