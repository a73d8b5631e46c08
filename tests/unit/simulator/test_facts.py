"""The world is held to these numbers; the rates are looked for in what it tells, within a tenth."""

import csv
from collections import Counter
from datetime import datetime
from math import log
from pathlib import Path
from statistics import median, pstdev, quantiles
from typing import Any

import pytest

from sealane.simulator import facts

DAY_SECONDS = 86_400.0


def known_after_days(rated: Any) -> list[float]:
    """Return for each fraud that became known how many days after its order it did."""
    delays = []
    for key, truth in rated.truths.items():
        if not truth.is_fraud:
            continue
        labels = [
            event["observed_at"]
            for event in rated.events[key]
            if event["kind"] == "payment.chargeback" or event["attributes"].get("verdict") == "fraud"
        ]
        if labels:
            placed = datetime.fromisoformat(rated.bodies[key]["placed_at"])
            delays.append((datetime.fromisoformat(min(labels)) - placed).total_seconds() / DAY_SECONDS)
    return delays


def test_shares_sum_to_three_percent() -> None:
    assert sum(typology.share for typology in facts.TYPOLOGIES.values()) == pytest.approx(0.03)
    assert len(facts.TYPOLOGIES) == 15
    assert sum(facts.PAYMENT_MIX.values()) == pytest.approx(1.0)


def test_three_percent_of_orders_are_fraud_and_five_percent_are_rejected(rated_world: Any) -> None:
    truths = rated_world.truths.values()
    assert sum(truth.is_fraud for truth in truths) / len(truths) == pytest.approx(0.030, rel=0.1)
    assert sum(truth.outcome == "rejected" for truth in truths) / len(truths) == pytest.approx(0.050, rel=0.1)


def test_each_typology_has_its_share_and_stage(rated_world: Any) -> None:
    dealt = Counter(truth.typology for truth in rated_world.truths.values())
    for name, typology in facts.TYPOLOGIES.items():
        assert dealt[name] / len(rated_world.truths) == pytest.approx(typology.share, rel=0.1)
    stages = {truth.typology: truth.stage for truth in rated_world.truths.values()}
    assert stages == {"": ""} | {name: typology.stage for name, typology in facts.TYPOLOGIES.items()}


@pytest.mark.parametrize(("route", "basis_points"), [("domestic", 4.0), ("cross-border", 26.0), ("outside", 60.0)])
def test_settled_remote_card_fraud_by_value(rated_world: Any, route: str, basis_points: float) -> None:
    settled = [truth for truth in rated_world.truths.values() if truth.route == route and truth.outcome == "settled"]
    stolen = sum(truth.euro for truth in settled if truth.typology in facts.STOLEN_CARD)
    assert 10_000 * stolen / sum(truth.euro for truth in settled) == pytest.approx(basis_points, rel=0.1)


def test_outside_is_seventeen_times_domestic() -> None:
    assert facts.CAPTURE_BP["outside"] / facts.CAPTURE_BP["domestic"] == pytest.approx(17, rel=0.1)


def test_not_received_claims_and_how_many_are_false(rated_world: Any) -> None:
    claims = Counter(
        rated_world.truths[key].typology
        for key, events in rated_world.events.items()
        if any(event["attributes"].get("claim") == "not_received" for event in events)
    )
    assert 0.007 <= sum(claims.values()) / len(rated_world.truths) <= 0.010
    assert 0.15 <= claims["not_received_abuse"] / sum(claims.values()) <= 0.40


def test_refund_abuse_lost_and_stalled(rated_world: Any) -> None:
    truths, orders = rated_world.truths.values(), len(rated_world.truths)
    assert 0.005 <= sum(truth.typology in facts.FIRST_PARTY for truth in truths) / orders <= 0.010
    assert 0.0006 <= sum("lost" in truth.story.split("+") for truth in truths) / orders <= 0.002
    assert 0.004 <= sum("stalled" in truth.story.split("+") for truth in truths) / orders <= 0.007


def test_honest_reroutes_and_forwarders(rated_world: Any) -> None:
    orders = len(rated_world.truths)
    rerouted = sum(
        any(event["kind"] == "consignment.reroute_requested" for event in events)
        for key, events in rated_world.events.items()
        if not rated_world.truths[key].is_fraud
    )
    assert rerouted / orders == pytest.approx(0.030, rel=0.1)
    forwarded = sum("forwarder" in truth.story.split("+") for truth in rated_world.truths.values())
    assert forwarded / orders == pytest.approx(0.020, rel=0.1)


def test_delay_until_known_is_lognormal(rated_world: Any) -> None:
    delays = known_after_days(rated_world)
    assert median(delays) == pytest.approx(30, rel=0.1)
    assert quantiles(delays, n=20)[18] == pytest.approx(120, rel=0.1)


def test_first_party_share_of_chargebacks(rated_world: Any) -> None:
    charged = [
        rated_world.truths[key].typology in facts.FIRST_PARTY
        for key, events in rated_world.events.items()
        for event in events
        if event["kind"] == "payment.chargeback"
    ]
    assert sum(charged) / len(charged) == pytest.approx(0.45, rel=0.1)


def test_payment_mix_is_that_of_olist(rated_world: Any) -> None:
    methods = Counter(body["method"] for body in rated_world.bodies.values())
    for method, share in facts.PAYMENT_MIX.items():
        assert methods[method] / len(rated_world.bodies) == pytest.approx(share, rel=0.1)


def test_delivery_times_have_the_shape_of_olist(rated_world: Any) -> None:
    days = []
    for key, events in rated_world.events.items():
        delivered = [event["occurred_at"] for event in events if event["kind"] == "consignment.delivered"]
        if delivered and not rated_world.truths[key].is_fraud:
            placed = datetime.fromisoformat(rated_world.bodies[key]["placed_at"])
            days.append((datetime.fromisoformat(delivered[0]) - placed).total_seconds() / DAY_SECONDS)
    assert median(days) == pytest.approx(facts.TRANSIT_DAYS, rel=0.1)
    assert pstdev(map(log, days)) == pytest.approx(facts.TRANSIT_SIGMA, rel=0.1)


def test_the_olist_numbers_are_those_of_the_files(shared_data: Path) -> None:
    folder = shared_data / "olist"
    with (folder / "olist_order_payments_dataset.csv").open(encoding="utf-8") as lines:
        paid = Counter(row["payment_type"] for row in csv.DictReader(lines))
    total = sum(paid.values())
    assert (paid["credit_card"] + paid["debit_card"]) / total == pytest.approx(facts.PAYMENT_MIX["card"], abs=0.001)
    assert paid["voucher"] / total == pytest.approx(facts.PAYMENT_MIX["wallet"], abs=0.001)
    later = sum(facts.PAYMENT_MIX[method] for method in ("bank_transfer", "cash_on_delivery", "pay_later"))
    assert paid["boleto"] / total == pytest.approx(later, abs=0.001)
    with (folder / "olist_orders_first19999.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["order_delivered_customer_date"]]
    took = [
        days
        for row in rows
        if row["order_approved_at"]
        and (days := _days(row["order_approved_at"], row["order_delivered_customer_date"])) > 0
    ]
    assert median(took) == pytest.approx(facts.TRANSIT_DAYS, rel=0.01)
    assert pstdev(map(log, took)) == pytest.approx(facts.TRANSIT_SIGMA, rel=0.02)


def _days(start: str, end: str) -> float:
    first, last = (datetime.strptime(text, "%d-%m-%Y %H:%M") for text in (start, end))  # noqa: DTZ007  (both local)
    return (last - first).total_seconds() / DAY_SECONDS


def test_the_scms_numbers_are_those_of_the_file(shared_data: Path) -> None:
    late: Counter[str] = Counter()
    modes: Counter[str] = Counter()
    path = shared_data / "scms" / "SCMS_Delivery_History_Dataset.csv"
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for row in csv.DictReader(lines):
            due, done = (_date(row[name]) for name in ("Scheduled Delivery Date", "Delivered to Client Date"))
            modes[row["Shipment Mode"]] += 1
            late[row["Shipment Mode"]] += done > due
    assert late["Air"] / modes["Air"] == pytest.approx(facts.LATE_AIR, abs=0.001)
    assert late["Truck"] / modes["Truck"] == pytest.approx(facts.LATE_ROAD, abs=0.001)


def _date(text: str) -> datetime:
    return datetime.strptime(text, "%d-%b-%y")  # noqa: DTZ007  (days alone)
