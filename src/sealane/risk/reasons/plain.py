"""Plain words: a decision told to the shopper it concerns and to a judge who has to rule on it.

The shopper hears what happens now, which facts weighed, that a person can look again (GDPR Article 22(3)), and nothing
that would teach a thief. The judge hears every reason with its weight, the window it was read over, and the rules.
"""

import msgspec

from sealane.model.decision import Outcome, Stage
from sealane.risk.explain import Explanation

__all__ = ["Plain", "question_of", "tell"]

_QUESTIONS: dict[str, str] = {
    "checkout": "Accept this order?",
    "dispatch": "Release this consignment?",
    "reroute": "Hold this reroute?",
    "payout": "Pay this seller?",
    "claim": "Pay this claim?",
    "chargeback": "Contest this chargeback?",
}
_WHAT: dict[Stage, str] = {
    "checkout": "your order",
    "dispatch": "sending your parcel",
    "reroute": "your wish to send the parcel elsewhere",
    "payout": "your payout",
    "claim": "your claim",
}
_NOW: dict[Outcome, str] = {
    "approve": "We said yes to {what}.",
    "challenge": "Before we say yes to {what}, we ask you to confirm that it is really you.",
    "review": "A person looks at {what} before we decide.",
    "decline": "We said no to {what}.",
}
_SHOPPER: dict[str, str] = {
    "payment": "Something about the payment is unusual.",
    "consignment": "Something about the parcel or where it goes is unusual.",
    "joint": "The payment and the parcel do not fit together as they usually do.",
}
OF_A_MODEL = "model_"
"""How the codes of a model's reasons begin: each names what was looked at, a rule's says what was found."""
RIGHTS = "You may ask that a person looks at this again, say how you see it, and contest it."
TOLD = 3


class Plain(msgspec.Struct, frozen=True):
    """One decision in two voices."""

    shopper: tuple[str, ...]
    judge: tuple[str, ...]


def question_of(stage: str, explanation: Explanation | None) -> str:
    """Return the question that a case asks, with the strongest reason for asking."""
    question = _QUESTIONS[stage]
    if explanation is None:
        return question
    if stage == "chargeback":
        return f"{question} The payer\N{RIGHT SINGLE QUOTATION MARK}s bank took the money back."
    against = next((each for each in explanation.contributions if each.weight > 0), None)
    if against is None:
        return question
    if against.code.startswith(OF_A_MODEL):
        return f"{question} What weighs most: {against.text[:1].lower()}{against.text[1:]}"
    return f"{question} {against.text}"


def tell(explanation: Explanation) -> Plain:
    """Return the decision in plain words."""
    return Plain(_to_shopper(explanation), _to_judge(explanation))


def _to_shopper(explanation: Explanation) -> tuple[str, ...]:
    decision = explanation.decision
    sentences = [_NOW[decision.outcome].format(what=_WHAT[decision.stage])]
    if decision.outcome != "approve":
        sides = dict.fromkeys(each.side for each in explanation.contributions if each.weight > 0)
        sentences += [_SHOPPER[side] for side in list(sides)[:TOLD]]
        sentences.append(RIGHTS)
    return tuple(sentences)


def _to_judge(explanation: Explanation) -> tuple[str, ...]:
    decision = explanation.decision
    asked = (
        f"At {decision.decided_at:%Y-%m-%d %H:%M:%S} UTC the question of the stage {decision.stage} was answered with "
        f"{decision.outcome}: fraud was held {decision.score:.1%} likely by {decision.model} and the rules "
        f"{decision.ruleset}."
    )
    sentences = [asked]
    for each in explanation.contributions:
        words = "speaks for fraud" if each.weight > 0 else "speaks against fraud" if each.weight < 0 else "was noted"
        sentences.append(f"{each.text} This {words}, with {abs(each.weight):.3f} in log-odds.")
    floors = [rule for rule in explanation.rules if rule.verdict == "hit" and rule.floor != "none"]
    sentences += [f"The rule {rule.code} asks for at least {rule.floor} here." for rule in floors]
    sentences += [each.sentence for each in explanation.counterfactuals]
    return tuple(sentences)
