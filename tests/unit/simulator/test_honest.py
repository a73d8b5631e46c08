from collections import Counter, defaultdict
from typing import Any

from sealane.simulator.chance import HOUR_US
from sealane.simulator.honest import Honest
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


def of_story(orders: list[Any], story: str) -> list[Any]:
    return [order for order in orders if not order.truth.is_fraud and story in order.truth.story.split("+")]


def consignee(order: Any) -> dict[str, Any]:
    consignee: dict[str, Any] = order.body["consignments"][0]["consignee"]
    return consignee


def test_all_harmless_oddities_happen(orders: list[Any]) -> None:
    stories = Counter(story for order in orders for story in order.truth.story.split("+"))
    expected = {
        "office",
        "pickup",
        "gift",
        "forwarder",
        "traveller",
        "reseller",
        "split",
        "digital",
        "moved",
        "private",
    }
    expected |= {"reroute", "lost", "stalled", "porch_theft", "impatient", "returned", "not_as_described", "unclaimed"}
    assert expected <= set(stories)


def test_gifts_go_to_somebody_else_and_orders_home_to_the_one_who_pays(orders: list[Any]) -> None:
    for order in of_story(orders, "gift"):
        assert consignee(order)["email"] != order.body["shopper"]["email"]
    for order in of_story(orders, "returned"):
        if order.truth.story == "returned":
            assert consignee(order)["email"] == order.body["shopper"]["email"]


def test_a_forwarder_user_keeps_one_suite(orders: list[Any]) -> None:
    suites = defaultdict(set)
    for order in of_story(orders, "forwarder"):
        suites[order.body["shopper"]["email"]].add(tuple(consignee(order)["lines"]))
    assert all(len(lines) == 1 and "Suite" in next(iter(lines))[1] for lines in suites.values())


def test_offices_are_shared(orders: list[Any]) -> None:
    names = defaultdict(set)
    for order in of_story(orders, "office"):
        names[consignee(order)["postcode"], consignee(order)["lines"][0]].add(consignee(order)["name"])
    assert max(map(len, names.values())) >= 3


def test_digital_goods_have_no_parcel_and_split_orders_several(orders: list[Any]) -> None:
    assert all(order.body["consignments"] == [] for order in of_story(orders, "digital"))
    split = of_story(orders, "split")
    assert all(len(order.body["consignments"]) >= 2 for order in split)
    assert all(part["tracking_number"] for order in split for part in order.body["consignments"])


def test_what_is_turned_down_is_not_sent(orders: list[Any]) -> None:
    rejected = [order for order in orders if order.truth.outcome == "rejected"]
    assert rejected
    assert not any(event["kind"].startswith("consignment") for order in rejected for event in order.events)


def test_honest_people_fail_attempts_and_change_accounts_too(orders: list[Any]) -> None:
    honest = [order for order in orders if not order.truth.is_fraud]
    assert sum(order.body["payment"]["failed_attempts"] > 0 for order in honest) > 0.02 * len(honest)
    fields = {event["attributes"]["field"] for order in honest for event in order.all("account.changed")}
    assert {"password", "device"} <= fields


def test_people_come_back(scene: Scene) -> None:
    honest = Honest(scene)
    for number in range(400):
        honest.order(START_US + number * HOUR_US)
    names = Counter(happening.order_key for happening in scene.desk.due() if happening.truth is not None)
    assert len(names) == 400
