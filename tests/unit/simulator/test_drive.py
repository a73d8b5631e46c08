from threading import Event
from typing import Any

import msgspec

from sealane.model.clock import from_micros
from sealane.model.errors import Conflict
from sealane.simulator import Drive
from sealane.simulator.chance import DAY_US, SECOND_US

NOW_US = 1_790_000_000_000_000


class Outlet:
    """Takes what it is told; declines every order of one merchant, and stops after so many orders."""

    def __init__(self, *, declines: str = "", stop_after: int = 10**9) -> None:
        self.orders: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.stop = Event()
        self._declines, self._stop_after = declines, stop_after

    def place(self, merchant: str, body: bytes) -> str:
        self.orders.append(msgspec.json.decode(body) | {"merchant": merchant})
        if len(self.orders) >= self._stop_after:
            self.stop.set()
        return "decline" if merchant == self._declines else "approve"

    def report(self, merchant: str, body: bytes) -> None:
        self.events.append(msgspec.json.decode(body) | {"merchant": merchant})


class Hasty:
    """A clock that always stands later than whatever is due."""

    def __call__(self) -> int:
        return NOW_US + 3_650 * DAY_US


def test_the_past_lies_before_now_and_is_fed_whole() -> None:
    drive, outlet = Drive(seed=7, now_us=NOW_US, backlog=300), Outlet()
    told = drive.feed(outlet.place, outlet.report)
    assert (told.orders, told.events, told.refused) == (len(outlet.orders), len(outlet.events), 0)
    assert 300 <= told.orders < 500
    now = from_micros(NOW_US).isoformat()
    assert all(row["observed_at"] < now for row in (*outlet.orders, *outlet.events))


def test_feeding_counts_refusals_and_orders() -> None:
    def refuse(_merchant: str, _body: bytes) -> str:
        raise Conflict

    counted: list[int] = []
    drive, outlet = Drive(seed=7, now_us=NOW_US, backlog=50), Outlet()
    told = drive.feed(refuse, outlet.report, on_order=lambda: counted.append(1))
    assert told.orders == len(counted) == 0
    assert told.refused >= 50


def test_the_present_follows_without_a_gap_and_with_current_times() -> None:
    drive, outlet = Drive(seed=7, now_us=NOW_US, backlog=100, per_minute=60), Outlet(stop_after=400)
    drive.feed(outlet.place, outlet.report)
    past = len(outlet.orders)
    drive.live(outlet.place, outlet.report, stop=outlet.stop, clock=Hasty())
    live = outlet.orders[past:]
    assert all("observed_at" not in order for order in live)
    assert from_micros(NOW_US).isoformat() <= live[0]["placed_at"]
    known = {order["reference"] for order in outlet.orders}
    assert all(event["reference"] in known for event in outlet.events)
    assert len({event["id"] for event in outlet.events}) == len(outlet.events)


def test_the_pace_is_kept_and_parcels_arrive_within_minutes() -> None:
    drive, outlet = Drive(seed=7, now_us=NOW_US, per_minute=30, day_seconds=60), Outlet(stop_after=600)
    drive.live(outlet.place, outlet.report, stop=outlet.stop, clock=Hasty())
    span = msgspec.convert(outlet.orders[-1]["placed_at"], type=type(from_micros(0))) - from_micros(NOW_US)
    assert 15 < span.total_seconds() / 60 < 27
    assert any(event["kind"] == "consignment.delivered" for event in outlet.events)


def test_what_is_declined_is_not_shipped() -> None:
    drive, outlet = Drive(seed=7, now_us=NOW_US, backlog=300), Outlet(declines="globalmart")
    drive.feed(outlet.place, outlet.report)
    assert any(order["merchant"] == "globalmart" for order in outlet.orders)
    assert {event["kind"] for event in outlet.events if event["merchant"] == "globalmart"} <= {"verdict.recorded"}


def test_a_second_run_takes_other_references() -> None:
    first, second = Outlet(), Outlet(stop_after=50)
    Drive(seed=7, now_us=NOW_US, backlog=200).feed(first.place, first.report)
    drive = Drive(seed=7, now_us=NOW_US + 90 * SECOND_US)
    drive.live(second.place, second.report, stop=second.stop, clock=Hasty())
    assert not {o["reference"] for o in first.orders} & {o["reference"] for o in second.orders}


def test_stopping_ends_the_wait() -> None:
    outlet = Outlet()
    outlet.stop.set()
    Drive(seed=7, now_us=NOW_US).live(outlet.place, outlet.report, stop=outlet.stop, clock=lambda: NOW_US - DAY_US)
    assert outlet.orders == []


def test_merchants_can_be_registered_beforehand() -> None:
    drive, outlet = Drive(seed=7, now_us=NOW_US, backlog=200), Outlet()
    drive.feed(outlet.place, outlet.report)
    assert {order["merchant"] for order in outlet.orders} <= {merchant.key for merchant in drive.merchants()}
