from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

Run = Callable[[str, int], list[Any]]


def test_card_testing_comes_in_bursts_of_small_orders(run_crew: Run) -> None:
    orders = run_crew("card_testing", 60)
    assert len(orders) == 60
    placed = sorted(datetime.fromisoformat(order.body["placed_at"]) for order in orders)
    gaps = sorted((later - earlier).total_seconds() for earlier, later in pairwise(placed))
    assert gaps[len(gaps) // 2] < 600
    assert sum(order.truth.euro < 15 for order in orders) > 45
    assert sum(order.body["payment"]["failed_attempts"] > 0 for order in orders) > 15
    assert len({order.body["payment"]["card"]["fingerprint"] for order in orders}) == 60


def test_cash_on_delivery_is_refused(run_crew: Run) -> None:
    for order in run_crew("cod_refusal", 20):
        assert order.body["payment"]["method"] == "cash_on_delivery"
        assert "card" not in order.body["payment"]
        assert order.all("consignment.delivery_attempted")
        assert order.all("consignment.returned")
        assert not order.all("consignment.delivered")


def test_fees_are_small_or_claimed_back_by_somebody_else(run_crew: Run) -> None:
    orders = run_crew("fee_phishing", 40)
    claimed = [order for order in orders if order.all("claim.opened")]
    paid = [order for order in orders if not order.all("claim.opened")]
    assert claimed
    assert paid
    assert all(order.truth.euro < 5 for order in paid)
    for order in claimed:
        assert order.all("claim.opened")[0]["attributes"]["requested_by"]["device"] != order.body["shopper"]["device"]
