from collections import Counter
from collections.abc import Callable
from typing import Any

Run = Callable[[str, int], list[Any]]


def test_not_received_is_claimed_after_delivery(run_crew: Run) -> None:
    for order in run_crew("not_received_abuse", 30):
        [delivered], [claimed] = order.all("consignment.delivered"), order.all("claim.opened")
        assert claimed["attributes"]["claim"] == "not_received"
        assert delivered["occurred_at"] < claimed["occurred_at"]
        assert len(order.all("payment.refunded")) == (order.truth.outcome == "refunded")


def test_abusers_do_it_again(run_crew: Run) -> None:
    homes = Counter(
        order.body["payment"].get("billing_address", {}).get("postcode") for order in run_crew("empty_return", 60)
    )
    assert max(homes.values()) > 2


def test_empty_returns_are_too_light_or_go_astray(run_crew: Run) -> None:
    light = astray = 0
    orders = run_crew("empty_return", 60)
    for order in orders:
        sent = order.body["consignments"][0]
        [back] = order.all("consignment.returned")
        light += back["attributes"]["weight_grams"] < 0.6 * sent["weight_grams"]
        astray += back["attributes"]["location"]["postcode"] != sent["shipper"]["postcode"]
        assert {claim["attributes"]["claim"] for claim in order.all("claim.opened")} <= {"refund", "return"}
    assert light > 20
    assert astray > 5
    assert light + astray < 2 * len(orders)


def test_a_courier_who_keeps_parcels_scans_them_himself(run_crew: Run) -> None:
    orders = run_crew("courier_diversion", 30)
    couriers = Counter(order.all("consignment.delivered")[0]["attributes"]["courier"] for order in orders)
    assert len(couriers) < 10
    assert sum("signature" in order.all("consignment.delivered")[0]["attributes"] for order in orders) < 9
    assert sum(bool(order.all("claim.opened")) for order in orders) > 20
