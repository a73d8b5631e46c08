import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealane.model.errors import InvalidInput
from sealane.risk.policy import RiskPolicy, default_text
from sealane.risk.rules.checker import check
from sealane.risk.rules.compiler import Clause, compile_rules
from sealane.risk.rules.parser import parse
from sealane.risk.rules.ruleset import TYPOLOGIES, Ruleset, check_rules
from sealane.risk.rules.tree import ExpressionError
from sealane.risk.signals import ALL
from sealane.risk.signals.declaration import kind_of

HEAD = 'version = "1"\n'
RULE = """
[[rule]]
code = "many_cards"
against = "reshipping_mule"
side = "joint"
stages = ["checkout"]
when = '''cards_per_address_30d >= 3'''
on_unknown = "skip"
weight = 0.5
floor = "review"
reason = "Many cards pay for parcels to this address."
"""


def test_the_rules_that_ship_are_sound_and_cover_all_frauds() -> None:
    rules = Ruleset(default_text("rules"), ALL).rules
    assert len(rules) >= 40
    assert {rule.against for rule in rules} == set(TYPOLOGIES)
    assert {stage for rule in rules for stage in rule.stages} == {"checkout", "dispatch", "reroute", "payout", "claim"}
    assert all(rule.reason.endswith(".") for rule in rules)


def test_a_sound_rule_set_has_no_faults_and_a_hash() -> None:
    assert check_rules(HEAD + RULE, ALL) == ()
    assert Ruleset(HEAD + RULE, ALL).hash != Ruleset(HEAD + RULE + "\n", ALL).hash


def test_a_mistake_is_found_at_its_line_and_column() -> None:
    text = (
        HEAD
        + RULE
        + RULE.replace("many_cards", "other").replace("cards_per_address_30d", "amount > 1 && cards_per_adress_30d")
    )
    (fault,) = check_rules(text, ALL)
    lines = text.split("\n")
    assert lines[fault.line - 1][fault.column - 1 :].startswith("cards_per_adress_30d")
    assert (fault.rule, fault.code) == ("other", "unknown-signal")
    assert fault.message == "Unknown signal `cards_per_adress_30d`; did you mean `cards_per_address_30d`?"


def test_a_mistake_in_a_condition_of_several_lines_is_found() -> None:
    (fault,) = check_rules(HEAD + RULE.replace("cards_per_address_30d >= 3", "amount > 1 &&\n  amount == 'x'"), ALL)
    assert (fault.line, fault.column, fault.code) == (9, 10, "wrong-type")


def test_a_condition_with_escapes_is_found_at_its_rule() -> None:
    (fault,) = check_rules(HEAD + RULE.replace("'''cards_per_address_30d >= 3'''", '"avs == \\"N\\" && amount"'), ALL)
    assert (fault.line, fault.column) == (3, 1)


def test_a_signal_of_another_stage_is_named_as_such() -> None:
    (fault,) = check_rules(HEAD + RULE.replace("cards_per_address_30d >= 3", "refunded_share > 0.5"), ALL)
    assert fault.message == "Signal `refunded_share` is not read at the stage checkout."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + RULE + RULE, "repeated-code"),
        (HEAD + RULE.replace('["checkout"]', "[]"), "no-stage"),
        (HEAD + RULE.replace("0.5", "nan"), "wrong-weight"),
        (HEAD + RULE.replace("0.5", "11"), "wrong-weight"),
        (HEAD + RULE.replace("floor =", "flor ="), "wrong-shape"),
        (HEAD + RULE.replace('"review"', '"reveiw"'), "wrong-shape"),
        (RULE, "wrong-shape"),
        ("version = ", "not-toml"),
        ("a = [" * 2000, "not-toml"),
        ("a = 1" + "0" * 5000, "not-toml"),
    ],
)
def test_wrong_documents_are_refused_by_code(text: str, code: str) -> None:
    (fault,) = check_rules(text, ALL)
    assert fault.code == code
    assert fault.line >= 1
    with pytest.raises(InvalidInput) as caught:
        Ruleset(text, ALL)
    assert caught.value.errors[0].code == code


def test_a_misspelt_member_gets_advice() -> None:
    (fault,) = check_rules(HEAD + RULE.replace("floor =", "flor ="), ALL)
    assert "did you mean `floor`?" in fault.message
    assert (fault.rule, fault.line) == ("many_cards", 3)


@settings(max_examples=200)
@given(st.text(max_size=200), st.booleans())
def test_any_text_is_taken_or_refused_as_invalid_input(text: str, as_condition: bool) -> None:
    document = HEAD + RULE.replace("cards_per_address_30d >= 3", text.replace("'''", "")) if as_condition else text
    try:
        Ruleset(document, ALL)
    except InvalidInput as error:
        assert error.errors  # noqa: PT017 - either end is fine


PIECES = (
    *("amount", "avs", "cards_per_address_30d", "since_order", "has_suite_code", "signals.avs", "stage", "nonsense"),
    *("&&", "||", "!", "==", "!=", "<", "<=", ">", ">=", " in ", "+", "-", "*", "/", "%", "?", ":", "(", ")", "[", "]"),
    *("1", "3", "-7", "1.5", "9223372036854775807", "1e400", "'N'", '"Y"', "duration('72h')", "duration('x')", "true"),
    *(
        "has(signals.avs)",
        "size(avs)",
        "double(amount)",
        ".startsWith('a')",
        ".",
        ",",
        "'",
        '"',
        "\\",
        "\x00",
        "é",
        " ",
    ),
    *("amount > 5", "avs == 'N'", "!has_suite_code", "cards_per_address_30d >= 3 &&"),
)


@pytest.mark.parametrize("texts", [4_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_no_text_of_a_rule_brings_the_house_down(texts: int, policy: RiskPolicy) -> None:
    """A text is refused at a place inside it, or it judges any values of its stage; nothing else happens."""
    chance = random.Random(texts)
    known = {signal.name: signal for signal in policy.catalogue.by_stage["checkout"]}
    names = list(known)
    judged = strays = 0
    for _ in range(texts):
        text = "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 14)))
        try:
            tree = parse(text)
            checked = check(tree, known)
        except ExpressionError as refusal:
            strays += not 0 <= refusal.at <= len(text)
            continue
        judge = compile_rules([Clause(0, tree, checked, "skip")], "checkout", names)
        judged += 1
        for values in ((None,) * len(names), tuple(_any_value(kind_of(known[name].unit), chance) for name in names)):
            hits, unknown = judge(values)
            assert len(hits) + len(unknown) <= 1
    assert not strays
    assert judged > texts // 200


def _any_value(kind: str, chance: random.Random) -> object:
    values = {"bool": chance.random() < 0.5, "int": chance.randrange(-5, 2**63), "double": chance.gauss(0, 1e300)}
    return {**values, "string": chance.choice(["", "N", "Y"]), "duration": chance.randrange(0, 2**40)}[kind]
