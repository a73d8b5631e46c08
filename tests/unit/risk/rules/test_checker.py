import pytest

from sealane.risk.rules.checker import MAX_COST, check
from sealane.risk.rules.parser import parse
from sealane.risk.rules.tree import ExpressionError
from sealane.risk.signals import ALL


@pytest.mark.parametrize(
    "text",
    [
        "cards_per_address_30d >= 3",
        "amount > 1.5",
        "card_orders_24h + 1 > card_orders_1h",
        "double(amount) > 3.0 * account_mean_amount",
        "stage == 'checkout' || avs in ['N', 'U']",
        "since_label < duration('48h') && since_order - since_label > duration('1h')",
        "has(signals.avs) ? avs == 'Y' : true",
        "avs.startsWith('Y') || size(avs) > 1 || email_kind.contains('x')",
        "device_new_to_account == true",
        "-amount < -5 && !(amount % 7 == 0)",
    ],
)
def test_sound_conditions_pass(text: str) -> None:
    assert check(parse(text), ALL.by_name).cost <= MAX_COST


@pytest.mark.parametrize(
    ("text", "at", "code", "advice"),
    [
        ("cards_per_adress_30d >= 3", 0, "unknown-signal", "did you mean `cards_per_address_30d`?"),
        ("amount > 1 && nonsense", 14, "unknown-signal", "Unknown signal `nonsense`"),
        ("amount", 0, "not-a-condition", "this is of type int"),
        ("amount == 'x'", 7, "wrong-type", "int with string"),
        ("device_new_to_account < true", 22, "wrong-type", "bool with bool"),
        ("amount && true", 0, "wrong-type", "joins conditions"),
        ("!amount", 0, "wrong-type", "`!` does not apply to int"),
        ("-avs == 'x'", 0, "wrong-type", "`-` does not apply to string"),
        ("amount + 1.5 > 1.0", 7, "wrong-type", "double() on the integer"),
        ("1.5 % 2.0 > 1.0", 4, "wrong-type", "applies to integers"),
        ("amount > card_orders_1h", 7, "mixed-units", "EUR cents and orders"),
        ("amount + card_orders_1h > 1", 7, "mixed-units", "different units"),
        ("amount in 5", 10, "wrong-type", "a list such as"),
        ("amount in ['x']", 11, "wrong-type", "values of type int"),
        ("amount in [amount]", 11, "wrong-type", "plain values"),
        ("[1] == 1", 0, "unexpected", "right of `in`"),
        ("amount ? true : false", 0, "wrong-type", "must be a condition"),
        ("true ? amount > 1 : 5", 5, "wrong-type", "branches differ"),
        ("has(avs)", 0, "wrong-type", "has(signals.avs)"),
        ("has(1)", 0, "wrong-type", "has(signals.avs)"),
        ("size(amount) > 1", 0, "wrong-type", "does not take int"),
        ("sise(avs) > 1", 0, "unknown-function", "did you mean `size`?"),
        ("matches(avs)", 0, "unknown-function", "there are"),
        ("stage == 'chekout'", 9, "unknown-stage", "checkout, dispatch, reroute, payout, claim"),
        ("since_label > 48", 12, "wrong-type", "duration with int"),
    ],
)
def test_a_mistake_is_pointed_at_with_advice(text: str, at: int, code: str, advice: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse(text), ALL.by_name)
    assert (caught.value.at, caught.value.code) == (at, code)
    assert advice in caught.value.message


def test_what_costs_too_much_is_refused_before_it_runs() -> None:
    nested = "device_new_to_account"
    for _ in range(9):
        nested = f"({nested} ? true : false)"
    for text in (nested, " || ".join(["amount > 1"] * 60), f"amount in [{', '.join(['1'] * 200)}]"):
        with pytest.raises(ExpressionError) as caught:
            check(parse(text), ALL.by_name)
        assert caught.value.code == "too-costly"


def test_the_signals_read_are_told() -> None:
    checked = check(parse("amount > 1 && (avs == 'N' || stage == 'claim')"), ALL.by_name)
    assert checked.signals == {"amount", "avs"}
