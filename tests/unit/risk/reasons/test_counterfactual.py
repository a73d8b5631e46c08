"""Counterfactuals are true by trial: with the change the same question is approved."""

from typing import Any

from msgspec.structs import replace

from sealane.model.clock import from_micros
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.policy import RiskPolicy
from sealane.risk.reasons.counterfactual import find_counterfactuals
from sealane.risk.record import DecisionRecord, write

START_US = 1_790_000_000_000_000


def decide(policy: RiskPolicy, **values: Any) -> DecisionRecord:
    signals = policy.catalogue.by_stage["checkout"]
    read = Signals("checkout", tuple(values.get(signal.name) for signal in signals), 1)
    question = Question("checkout", "ord_1", "dec_1", None, from_micros(START_US))
    return write(question, read, assess(question, read, policy), policy, b"")


def test_a_change_that_is_named_would_be_approved(policy: RiskPolicy) -> None:
    made = decide(policy, card_frauds_365d=1, amount=90_000)
    assert made.outcome == "review"
    found = find_counterfactuals(made, policy)
    assert found
    for each in found:
        changed = {change.signal: change.now for change in each.changes}
        again = decide(policy, **{"card_frauds_365d": 1, "amount": 90_000} | changed)
        assert again.outcome == "approve"
        assert each.sentence.startswith("This would be approved if")


def test_an_approval_and_a_degraded_decision_have_none(policy: RiskPolicy) -> None:
    assert find_counterfactuals(decide(policy, amount=1_000), policy) == ()
    made = decide(policy, card_frauds_365d=1)
    assert find_counterfactuals(replace(made, is_degraded=True), policy) == ()
