import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.codes import CURRENCIES
from sealane.model.money import MAX_MINOR, Money
from sealane.risk.rates import CEILING, euro_cents

UNPRICED = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XDR"} | {
    "XAD", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
}  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "cents"),
    [(12_990, "EUR", 12_990), (1_160, "USD", 999), (18_000, "JPY", 9_999), (356, "KWD", 99), (0, "EUR", 0)],
)
def test_amounts_become_euro_cents(amount: int, currency: str, cents: int) -> None:
    assert euro_cents(Money(amount, currency)) in {cents, cents + 1}


def test_every_currency_people_pay_with_has_a_rate() -> None:
    priced = {currency for currency in CURRENCIES if euro_cents(Money(10**9, currency)) is not None}
    assert priced == CURRENCIES - UNPRICED


def test_what_is_not_known_stays_unknown() -> None:
    assert euro_cents(None) is None
    assert euro_cents(Money(5, "XAU")) is None


@given(st.integers(0, MAX_MINOR), st.sampled_from(sorted(CURRENCIES - UNPRICED)))
def test_amounts_are_whole_and_cut_at_the_ceiling(amount: int, currency: str) -> None:
    cents = euro_cents(Money(amount, currency))
    assert cents is not None
    assert 0 <= cents <= CEILING
