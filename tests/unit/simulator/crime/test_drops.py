from collections.abc import Callable
from typing import Any

Run = Callable[[str, int], list[Any]]


def consignee(order: Any) -> dict[str, Any]:
    found: dict[str, Any] = order.body["consignments"][0]["consignee"]
    return found


def test_many_cards_and_names_meet_at_few_addresses(run_crew: Run) -> None:
    orders = [order for order in run_crew("drop_address", 60) if order.truth.story != "sent_on"]
    places = {(consignee(order)["postcode"], consignee(order)["lines"][0]) for order in orders}
    cards = {order.body["payment"]["card"]["fingerprint"] for order in orders}
    assert len(cards) > 2 * len(places)


def test_a_forwarded_parcel_goes_to_a_suite(run_crew: Run) -> None:
    orders = run_crew("forwarder_abuse", 30)
    assert all(consignee(order)["lines"][1].startswith("Suite ") for order in orders)
    foreign = [order for order in orders if order.body["payment"]["card"]["country"] != consignee(order)["country"]]
    assert len(foreign) > 10


def test_triangulation_has_ever_new_consignees_and_fewer_payers(run_crew: Run) -> None:
    orders = run_crew("triangulation", 40)
    addresses = {(*consignee(order)["lines"], consignee(order)["postcode"]) for order in orders}
    payers = {order.body["shopper"]["email"] for order in orders}
    assert len(addresses) == 40
    assert len(payers) < 40
    assert sum(consignee(order)["phone"] != order.body["shopper"]["phone"] for order in orders) > 20


def test_what_gets_through_is_delivered(run_crew: Run) -> None:
    for typology in ("drop_address", "forwarder_abuse", "triangulation"):
        for order in run_crew(typology, 10):
            assert bool(order.all("consignment.delivered")) == (order.truth.outcome == "settled")
