from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.codes import CURRENCIES, exponent
from sealane.model.errors import InvalidInput
from sealane.model.money import MAX_MINOR, Money, parse_decimal

amounts = st.integers(0, MAX_MINOR)
currencies = st.sampled_from(sorted(CURRENCIES))


@given(amounts, currencies)
def test_a_decimal_text_and_minor_units_are_the_same_money(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_decimal(f"{money.to_decimal():f}", currency) == money


@given(amounts, amounts)
def test_a_sum_is_exact(first: int, second: int) -> None:
    assert Money(first, "EUR").plus(Money(second, "EUR")).amount_minor == first + second


def test_currencies_do_not_mix() -> None:
    with pytest.raises(InvalidInput, match="Cannot add USD to EUR"):
        Money(1, "EUR").plus(Money(1, "USD"))


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "-1", "1.005", "1e30", "12,50"])
def test_a_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_decimal(text, "EUR")


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1,234 JPY"), ("EUR", "12.34 EUR"), ("KWD", "1.234 KWD")])
def test_the_minor_unit_follows_the_currency(currency: str, text: str) -> None:
    assert str(Money(1234, currency)) == text
    assert Money(1234, currency).to_decimal() == Decimal(1234).scaleb(-exponent(currency))


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount_minor":-1,"currency":"EUR"}',
        b'{"amount_minor":1000000000000001,"currency":"EUR"}',
        b'{"amount_minor":1.5,"currency":"EUR"}',
        b'{"amount_minor":1,"currency":"EUX"}',
    ],
)
def test_the_wire_refuses_impossible_money(body: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Money)
