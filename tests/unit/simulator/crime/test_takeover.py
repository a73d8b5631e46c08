from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

Run = Callable[[str, int], list[Any]]


def when(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["occurred_at"])


def test_a_takeover_orders_to_the_known_address_and_reroutes_soon(run_crew: Run) -> None:
    orders = run_crew("takeover_reroute", 40)
    assert len(orders) == 40
    for order in orders:
        consignee = order.body["consignments"][0]["consignee"]
        assert consignee["lines"] == order.body["payment"]["billing_address"]["lines"]
        assert order.body["shopper"]["account"]
        [asked] = order.all("consignment.reroute_requested")
        [handed] = order.all("consignment.handed_over") or [asked]
        assert when(asked) - when(handed) < timedelta(days=4)


def test_takeovers_use_accounts_with_a_past(run_crew: Run) -> None:
    ages = [
        datetime.fromisoformat(order.body["placed_at"])
        - datetime.fromisoformat(order.body["shopper"]["account_created_at"])
        for order in run_crew("takeover_reroute", 30)
    ]
    assert sorted(ages)[len(ages) // 2] > timedelta(days=30)


def test_an_interception_is_asked_for_between_label_and_door(run_crew: Run) -> None:
    orders = run_crew("intercepted_delivery", 40)
    soon = 0
    for order in orders:
        [label], [asked] = order.all("consignment.label_created"), order.all("consignment.reroute_requested")
        assert when(asked) > when(label)
        soon += when(asked) - when(label) < timedelta(hours=6)
    assert soon > 15


def test_what_is_stopped_comes_back_and_what_is_not_arrives(run_crew: Run) -> None:
    for order in run_crew("intercepted_delivery", 40):
        if order.truth.outcome == "stopped":
            assert order.all("consignment.returned")
            assert not order.all("consignment.delivered")
        else:
            assert order.all("consignment.delivered")
