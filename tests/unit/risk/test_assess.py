import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.clock import from_micros
from sealane.model.decision import STAGES, Stage
from sealane.model.errors import Conflict
from sealane.risk.assess import DEGRADED, Question, Signals, assess, probability
from sealane.risk.policy import RiskPolicy, default_policy
from sealane.risk.serving.choice import default_model
from sealane.risk.signals.declaration import kind_of

WHEN = from_micros(1_790_000_000_000_000)


def question(stage: Stage = "checkout") -> Question:
    return Question(stage, "ord_1", "dec_1", "case_1", WHEN)


def signals(policy: RiskPolicy, stage: Stage = "checkout", *, is_degraded: bool = False, **values: Any) -> Signals:
    row = tuple(values.get(signal.name) for signal in policy.catalogue.by_stage[stage])
    return Signals(stage, row, 1, is_degraded)


def test_an_order_of_which_nothing_is_known_scores_the_base(policy: RiskPolicy) -> None:
    decision = assess(question(), signals(policy), policy)
    assert decision.outcome == "approve"
    assert decision.score == probability(policy.stages["checkout"].base / 1000)
    assert decision.reasons == ()


DROP = {
    "cards_per_address_30d": 4,
    "names_per_address_30d": 4,
    "account_orders_365d": 0,
    "address_seen_for": 10**12,
    "has_suite_code": False,
}


def test_a_drop_address_is_reviewed_with_its_reason(policy: RiskPolicy) -> None:
    decision = assess(question(), signals(policy, **DROP), policy)
    assert decision.outcome == "review"
    assert decision.case_id == "case_1"
    assert decision.rules == ("drop_address",)
    assert decision.reasons[0].weight == max(reason.weight for reason in decision.reasons)
    assert {reason.code for reason in decision.reasons} == {
        "drop_address",
        "address_three_cards",
        "address_three_names",
        "first_order",
    }


def test_under_a_model_the_rule_that_asks_for_the_outcome_stands_first() -> None:
    policy = default_policy(default_model())
    decision = assess(question(), signals(policy, **DROP), policy)
    assert decision.outcome == "review"
    rule, heaviest, *others = decision.reasons
    assert (rule.code, rule.weight) == ("drop_address", 0)
    assert abs(heaviest.weight) >= max(abs(reason.weight) for reason in others)


def test_a_case_is_for_reviews_only(policy: RiskPolicy) -> None:
    assert assess(question(), signals(policy), policy).case_id is None


def test_signals_of_another_stage_do_not_answer(policy: RiskPolicy) -> None:
    with pytest.raises(Conflict):
        assess(question("claim"), signals(policy), policy)
    with pytest.raises(Conflict):
        assess(question(), Signals(None, (), 1), policy)


@pytest.mark.parametrize(
    ("stage", "values", "outcome"),
    [
        ("checkout", {"amount": 15_000}, "approve"),
        ("checkout", {"amount": 15_001}, "review"),
        ("checkout", {}, "review"),
        ("reroute", {"amount": 100}, "review"),
    ],
)
def test_without_history_the_policy_says_how_careful_to_be(
    policy: RiskPolicy, stage: Stage, values: dict[str, Any], outcome: str
) -> None:
    decision = assess(question(stage), signals(policy, stage, is_degraded=True, **values), policy)
    assert decision.outcome == outcome
    assert decision.reasons[-1] == DEGRADED


@pytest.mark.parametrize("points", [-800_000, -3_600, 0, 3_600, 800_000])
def test_a_probability_never_overflows(points: int) -> None:
    assert 0.0 <= probability(points) <= 1.0


VALUES = {
    "bool": st.booleans(),
    "int": st.integers(0, 10**6),
    "double": st.floats(0, 100),
    "string": st.sampled_from(
        ["Y", "N", "M", "card", "cash_on_delivery", "not_received", "authenticated", "disposable"]
    ),
    "duration": st.integers(-(10**12), 10**14),
}


@given(stage=st.sampled_from(STAGES), data=st.data())
def test_the_reasons_add_up_to_the_score_and_repeat_to_the_byte(
    policy: RiskPolicy, stage: Stage, data: st.DataObject
) -> None:
    row = tuple(data.draw(st.none() | VALUES[kind_of(signal.unit)]) for signal in policy.catalogue.by_stage[stage])
    given_signals = Signals(stage, row, 1)
    decision = assess(question(stage), given_signals, policy)
    total = policy.scorecard.base[stage] / 1000 + math.fsum(reason.weight for reason in decision.reasons)
    assert math.isclose(decision.score, 1 / (1 + math.exp(-total)), abs_tol=1e-9)
    again = assess(question(stage), given_signals, policy)
    assert msgspec.msgpack.encode(again) == msgspec.msgpack.encode(decision)
