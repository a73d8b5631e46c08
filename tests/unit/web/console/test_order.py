import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sealane.model.decision import Decision, Reason
from sealane.model.order import Order
from sealane.web.console.order import DecisionView, OrderView, build, view_of

FOR = Reason("new_device", "First order from this device.", "joint", 0.4)
AGAINST = Reason("history", "Eleven orders before without a complaint.", "payment", -1.1)
THRESHOLDS = (("challenge", 0.02), ("review", 0.12), ("decline", 0.55))


def describe(decision: Decision) -> DecisionView:
    return view_of(decision, THRESHOLDS, f"ent_{decision.stage}")  # type: ignore[arg-type]  # pairs of literals


@pytest.fixture
def page(order: Order) -> Callable[..., OrderView]:
    def make(events: list[Any], decisions: list[Any]) -> OrderView:
        return build(order, events, decisions, merchant="Casa Lume", describe=describe)

    return make


def test_payment_parcel_and_decisions_share_one_axis(
    page: Callable[..., OrderView], happen: Callable[..., Any], decide: Callable[..., Any]
) -> None:
    events = [
        happen("consignment.arrived", timedelta(days=2), late=timedelta(hours=2), country="DE"),
        happen("payment.captured", timedelta(hours=3)),
        happen("account.changed", timedelta(days=1), field="phone", accepted_as="claimed"),
    ]
    view = page(events, [decide("checkout", "approve", 0.01, timedelta(seconds=1))])
    assert [(point.number, point.track, point.label) for point in view.points] == [
        (1, "payment", "Order placed"),
        (2, "decision", "Checkout: approved"),
        (3, "payment", "Captured"),
        (4, "people", "Account changed"),
        (5, "consignment", "Arrived"),
    ]
    arrived = view.points[-1]
    assert arrived.learned_at - arrived.at == timedelta(hours=2)
    assert (arrived.detail, arrived.taken_as, view.points[3].taken_as) == ("DE", "confirmed", "claimed")


def test_the_headline_gives_the_strongest_reason_for_the_outcome(
    page: Callable[..., OrderView], decide: Callable[..., Any]
) -> None:
    held = page([], [decide("reroute", "review", 0.2, timedelta(0), FOR, AGAINST)])
    assert held.headline == "Held for review at reroute. First order from this device."
    passed = page([], [decide("checkout", "approve", 0.01, timedelta(0), FOR, AGAINST)])
    assert passed.headline == "Approved at checkout. Eleven orders before without a complaint."
    assert page([], []).headline == "Not decided yet"


def test_decisions_stand_latest_first_with_their_largest_reasons_first(
    page: Callable[..., OrderView], decide: Callable[..., Any]
) -> None:
    view = page(
        [],
        [
            decide("checkout", "approve", 0.01, timedelta(0), FOR, AGAINST),
            decide("reroute", "review", 0.2, timedelta(days=1)),
        ],
    )
    assert [decision.stage for decision in view.decisions] == ["reroute", "checkout"]
    assert view.decisions[1].weights == [-1.1, 0.4]
    assert view.latest == view.decisions[0]
    assert view.latest.log_entry == "ent_reroute"


def test_base_and_weights_add_up_to_the_score(decide: Callable[..., Any]) -> None:
    view = describe(decide("checkout", "approve", 0.27, timedelta(0), FOR, AGAINST))
    assert 1 / (1 + math.exp(-view.base - sum(view.weights))) == pytest.approx(0.27)
    assert math.isfinite(describe(decide("checkout", "decline", 1.0, timedelta(0))).base)


@pytest.mark.parametrize(
    ("score", "outcome", "by_rule"), [(0.01, "approve", False), (0.2, "review", False), (0.01, "review", True)]
)
def test_a_rule_is_named_when_the_score_alone_would_decide_otherwise(
    decide: Callable[..., Any], score: float, outcome: str, by_rule: bool
) -> None:
    assert describe(decide("checkout", outcome, score, timedelta(0))).is_by_rule is by_rule


def test_mismatches_are_counted(page: Callable[..., OrderView]) -> None:
    parcel = page([], []).parcels[0]
    assert parcel.mismatches == sum(row.relation == "differs" for row in parcel.rows) > 0


@pytest.mark.parametrize(
    ("kind", "known", "tone"),
    [
        ("payment.chargeback", {}, "bad"),
        ("verdict.recorded", {"verdict": "fraud"}, "bad"),
        ("verdict.recorded", {"verdict": "genuine"}, "good"),
        ("consignment.delivered", {}, "good"),
        ("consignment.reroute_requested", {}, "caution"),
        ("consignment.arrived", {}, ""),
    ],
)
def test_tones(
    page: Callable[..., OrderView], happen: Callable[..., Any], kind: str, known: dict[str, str], tone: str
) -> None:
    assert page([happen(kind, timedelta(1), **known)], []).points[-1].tone == tone
