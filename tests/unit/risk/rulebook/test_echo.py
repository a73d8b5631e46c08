"""The echo: every shipped rule is said back in words, and the forms of the language have theirs."""

import pytest

from sealane.risk.policy import RiskPolicy
from sealane.risk.rulebook.echo import echo, echo_rules
from sealane.risk.rules.parser import parse


def test_every_shipped_rule_is_said_back_with_its_cost(policy: RiskPolicy) -> None:
    echoes = echo_rules(policy)
    assert [each.code for each in echoes] == policy.codes
    assert all(0 < each.cost <= each.max_cost and "when" in each.words for each in echoes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('avs in ["N", "U"]', "is one of 'N', 'U'"),
        ("!has_suite_code", "not: "),
        ("has(signals.avs)", "is known"),
        ('account_age < duration("72h")', "is under 3 days"),
        ('method.startsWith("ca")', "begins with 'ca'"),
        ("(cvc == 'N' || avs == 'N') && amount > 5", "(\"Issuer's card code check"),
    ],
)
def test_forms_have_their_words(policy: RiskPolicy, text: str, words: str) -> None:
    assert words in echo(parse(text), policy.catalogue.by_name)
