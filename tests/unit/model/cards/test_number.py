import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.cards.number import CardNumberRequest, brand_of, card_decoder, is_card_number, passes_luhn

# Test numbers that card schemes and PSPs publish.
PUBLISHED = {
    "4111111111111111": "visa",
    "4242424242424242": "visa",
    "4222222222222": "visa",
    "5555555555554444": "mastercard",
    "2223003122003222": "mastercard",
    "2720990000000007": "mastercard",
    "378282246310005": "amex",
    "371449635398431": "amex",
    "6011111111111117": "discover",
    "30569309025904": "diners",
    "38520000023237": "diners",
    "3530111333300000": "jcb",
    "6200000000000005": "unionpay",
    "6205500000000000004": "unionpay",
    "6304000000000000": "maestro",
    "6759649826438453": "maestro",
    "2200000000000004": "mir",
    "9792030394440796": "troy",
    "5066991111111118": "elo",
    "6062826786276634": "hipercard",
}


@pytest.mark.parametrize(("number", "brand"), PUBLISHED.items())
def test_published_numbers_and_their_brands(number: str, brand: str) -> None:
    assert brand_of(number) == brand
    assert is_card_number(number)
    assert not is_card_number(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert not is_card_number(number + "0")


@pytest.mark.parametrize("number", ["1763803800000000", "2026112209300005", "8012345678901234", "0000000000000000", ""])
def test_other_numbers_have_no_brand(number: str) -> None:
    assert brand_of(number) is None
    assert not is_card_number(number)


@given(st.text("0123456789", min_size=1, max_size=30))
def test_exactly_one_check_digit_is_right(body: str) -> None:
    assert sum(passes_luhn(body + digit) for digit in "0123456789") == 1


@given(st.text("0123456789", min_size=2, max_size=19), st.data())
def test_one_wrong_digit_is_always_noticed(digits: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[at]]))
    assert not (passes_luhn(digits) and passes_luhn(digits[:at] + other + digits[at + 1 :]))


def test_the_request_prints_neither_number_nor_security_code() -> None:
    body = (
        b'{"number": "4111111111111111", "expiry_month": 12, "expiry_year": 2030, "holder": "Ana Silva", "cvc": "917"}'
    )
    request = card_decoder.decode(body)
    assert isinstance(request, CardNumberRequest)
    for value in ("4111", "Ana", "917"):
        assert value not in repr(request)
