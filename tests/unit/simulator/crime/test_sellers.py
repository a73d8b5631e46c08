from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

Run = Callable[[str, int], list[Any]]


def test_fake_tracking_asks_for_money_that_no_parcel_earns(run_crew: Run) -> None:
    orders = run_crew("fake_tracking", 60)
    numbers = Counter(order.all("consignment.label_created")[0]["attributes"]["tracking_number"] for order in orders)
    assert all(len(order.all("payout.requested")) == 1 for order in orders)
    assert any(not order.all("consignment.handed_over") for order in orders)
    assert max(numbers.values()) > 1
    assert sum(bool(order.all("claim.opened")) for order in orders) > 25


def test_brushing_is_cheap_and_light(run_crew: Run, orders: list[Any]) -> None:
    brushed = run_crew("brushing", 50)
    weights = [order.body["consignments"][0]["weight_grams"] for order in brushed]
    usual = [order.body["consignments"][0]["weight_grams"] for order in orders if order.body["consignments"]]
    assert median(weights) < median(usual) / 3
    assert len({order.body["payment"]["card"]["fingerprint"] for order in brushed}) < 25
    assert len({order.body["consignments"][0]["consignee"]["name"] for order in brushed}) > 40


def test_undervalued_parcels_declare_a_part_of_what_was_paid(run_crew: Run) -> None:
    ratios = []
    for order in run_crew("undervalued_customs", 60):
        amount = order.body["payment"]["amount"]["amount_minor"]
        parcels = order.body["consignments"]
        ratios.append(parcels[0]["declared_value"]["amount_minor"] / amount)
        assert parcels[0]["shipper"]["country"] != parcels[0]["consignee"]["country"] or len(parcels) > 1
    assert sum(ratio < 0.66 for ratio in ratios) > 50


def test_colluding_shops_have_few_payers_and_places(run_crew: Run) -> None:
    orders = run_crew("collusive_merchant", 40)
    assert len({order.body["shopper"]["email"] for order in orders}) < 25
    assert all(len(order.all("payout.requested")) == 1 for order in orders)
    assert any(not order.all("consignment.handed_over") for order in orders)
