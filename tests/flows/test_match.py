"""The three-way match through the real server: a signal of later decisions, a finding, the life line and the report."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from orders import event, order
from running import Server

PATIENCE_SECONDS = 20.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("match") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return str(server.party("merchant")["api_key"])


def place(server: Server, key: str, **changes: Any) -> str:
    answer = server.post("/v1/orders", order(**changes), key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["order_id"])


def tell(server: Server, key: str, order_id: str, kind: str, **attributes: Any) -> dict[str, Any]:
    answer = server.post("/v1/events", event(kind, order=order_id, attributes=attributes), key)
    assert answer.status_code == 201, answer.text
    decision: dict[str, Any] = answer.json()["decision"]
    return decision


def money(minor: int, currency: str = "EUR") -> dict[str, Any]:
    return {"amount": {"amount_minor": minor, "currency": currency}}


def moments(server: Server, key: str, order_id: str) -> list[tuple[str, str, str]]:
    items = server.get(f"/v1/orders/{order_id}/timeline", key).json()["items"]
    return [(each["track"], each["kind"], each["mismatch"]) for each in items if each["kind"].startswith("match.")]


def signals(server: Server, key: str, decision: dict[str, Any]) -> dict[str, Any]:
    told = server.get(f"/v1/decisions/{decision['decision_id']}", key).json()["signals"]
    return {each["name"]: each["value"] for each in told if each["name"].startswith("mismatch")}


def test_what_contradicts_is_a_signal_of_the_next_decision_and_a_rule_reads_it(server: Server, key: str) -> None:
    order_id = place(server, key)
    label = tell(server, key, order_id, "consignment.label_created", tracking_number="TRK1")
    assert signals(server, key, label) == {"mismatches": 0, "mismatch_codes": ","}
    assert "money_contradicts_order" not in tell(server, key, order_id, "payout.requested", **money(12_990))["rules"]
    tell(server, key, order_id, "payment.captured", **money(20_000))
    payout = tell(server, key, order_id, "payout.requested", **money(20_000))
    assert signals(server, key, payout) == {"mismatches": 1, "mismatch_codes": ",captured-more,"}
    assert "money_contradicts_order" in payout["rules"]
    assert payout["outcome"] in {"review", "decline"}


def test_a_finding_opens_and_clears_in_the_report_and_on_the_life_line(server: Server, key: str) -> None:
    order_id = place(server, key)
    tell(server, key, order_id, "consignment.label_created", tracking_number="TRK2", weight_grams=800)
    assert moments(server, key, order_id) == []
    tell(server, key, order_id, "payment.captured", **money(12_990))
    tell(server, key, order_id, "payment.refunded", **money(20_000))
    assert moments(server, key, order_id) == [("payment", "match.found", "refunded-more")]
    (item,) = server.get(f"/v1/matches?order={order_id}", key).json()["items"]
    assert (item["state"], item["expected"], item["found"]) == ("open", "129.90 EUR", "200.00 EUR")
    wait(server, key, lambda report: report.get("refunded-more") == 1)
    tell(server, key, order_id, "payment.captured", **money(7_010))
    wait(server, key, lambda report: "refunded-more" not in report)
    assert moments(server, key, order_id)[:2] == [
        ("payment", "match.found", "refunded-more"),
        ("payment", "match.cleared", "refunded-more"),
    ]
    assert moments(server, key, order_id)[2:] == [("payment", "match.found", "captured-more")]


def wait(server: Server, key: str, is_so: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        items = server.get("/v1/matches/report", key).json()["items"]
        if is_so({each["code"]: each["findings"] for each in items}):
            return
        time.sleep(0.1)
    raise AssertionError(items)


def test_split_parcels_partial_refunds_and_rounding_are_no_contradiction(server: Server, key: str) -> None:
    whole = order()["consignments"][0]
    half = {**whole, "declared_value": {"amount_minor": 6_495, "currency": "EUR"}, "weight_grams": 400}
    half["items"] = [{**whole["items"][0], "unit_price": {"amount_minor": 6_495, "currency": "EUR"}}]
    order_id = place(server, key, consignments=[half, half])
    for minor in (6_494, 6_498):
        tell(server, key, order_id, "payment.captured", **money(minor))
    for minor in (4_000, 2_500):
        tell(server, key, order_id, "payment.refunded", **money(minor))
    assert server.get(f"/v1/matches?order={order_id}", key).json()["items"] == []


def test_another_merchants_match_looks_like_none(server: Server, key: str) -> None:
    order_id = place(server, key)
    other = server.party("merchant")["api_key"]
    assert server.get(f"/v1/matches?order={order_id}", other).status_code == 404
    assert server.get("/v1/matches/report", other).json()["items"] == []
