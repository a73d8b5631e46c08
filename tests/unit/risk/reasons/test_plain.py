"""Plain words: the shopper hears no secret of detection, the judge hears every reason."""

import msgspec

from sealane.model.clock import from_micros
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.explain import Contribution, Explanation, explain
from sealane.risk.policy import RiskPolicy
from sealane.risk.reasons.plain import RIGHTS, question_of, tell
from sealane.risk.record import write


def explained(policy: RiskPolicy, **values: object) -> Explanation:
    signals = policy.catalogue.by_stage["checkout"]
    read = Signals("checkout", tuple(values.get(signal.name) for signal in signals), 1)
    question = Question("checkout", "ord_1", "dec_1", None, from_micros(0))
    return explain(write(question, read, assess(question, read, policy), policy, b""), policy, lambda _: None)


def test_the_shopper_hears_what_and_the_judge_why(policy: RiskPolicy) -> None:
    explanation = explained(policy, card_frauds_365d=1)
    told = tell(explanation)
    assert told.shopper[-1] == RIGHTS
    assert not any(each.text in sentence for each in explanation.contributions for sentence in told.shopper)
    assert all(any(each.text in sentence for sentence in told.judge) for each in explanation.contributions)
    assert "card_with_fraud" in " ".join(told.judge)


def test_an_approval_needs_no_excuse(policy: RiskPolicy) -> None:
    assert tell(explained(policy, amount=100)).shopper == ("We said yes to your order.",)


def test_every_stage_has_its_question() -> None:
    assert question_of("chargeback", None) == "Contest this chargeback?"


def test_a_topic_of_a_model_is_told_as_what_weighs_and_a_finding_as_itself(policy: RiskPolicy) -> None:
    explanation = explained(policy, amount=100)
    topic = Contribution("model_weight", "The weight against what was ordered.", "joint", 1.0)
    told = msgspec.structs.replace(explanation, contributions=(topic,))
    assert question_of("payout", told) == "Pay this seller? What weighs most: the weight against what was ordered."
    found = msgspec.structs.replace(explanation, contributions=(msgspec.structs.replace(topic, code="found"),))
    assert question_of("payout", found) == "Pay this seller? The weight against what was ordered."
    assert "took the money back" in question_of("chargeback", told)
