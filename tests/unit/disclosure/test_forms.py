"""Forms tell less than the value, the same to one party each time, and nothing two parties could compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.disclosure import Cell, StandIns, area_of, give
from sealane.keys.blinding import Blinder

BLINDER = Blinder(b"k" * 32)
MINE, THEIRS = StandIns(BLINDER, "pty_1"), StandIns(BLINDER, "pty_2")


def masked(form: str, value: object) -> object:
    return give("phone", Cell("masked", "law", form), value, MINE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "value", "told"),
    [
        ("initials", "Ana Silva", "A. S."),
        ("initials", "  ana   maria silva", "A. M. S."),
        ("initials", "李小龙", "李."),
        ("last4", "+351912345678", "********5678"),
        ("last4", "1234567", "*******"),
        ("last4", {"bin": "424242", "last4": "4242"}, "4242"),
        ("area", {"postcode": "1100-053", "country": "PT"}, "11"),
        ("area", {"postcode": "sw1a 1aa", "country": "GB"}, "SW"),
        ("area", {"postcode": "94043", "country": "US"}, "940"),
        ("avs", {"lines": ["Rua 10", "3 Dto"], "postcode": "1100"}, {"numbers": "10", "postcode": "1100"}),
        ("avs", {}, {"numbers": "", "postcode": ""}),
        ("category", [{"category": "home"}, {"category": None}, {"category": "home"}], ["home", "other"]),
        ("country", {"country": "CN", "name": "Bright"}, "CN"),
        ("network", "203.0.113.9", "203.0.113.0/24"),
        ("network", "2001:db8:1:2::3", "2001:db8:1::/48"),
        ("network", "not an address", ""),
        ("outcome", {"delivered_at": "now", "has_photo": True}, {"is_delivered": True, "delivered_at": "now"}),
        ("size", 800, "up to 1 kg"),
        ("size", 50_000, "over 30 kg"),
    ],
)  # fmt: skip
def test_each_form(form: str, value: object, told: object) -> None:
    assert masked(form, value) == told


@given(st.text(min_size=1, max_size=40))
def test_handles_are_stable_for_one_party_and_never_shared(value: str) -> None:
    assert MINE.make("fp", "email", value) == MINE.make("fp", "email", value)
    assert MINE.make("fp", "email", value) != THEIRS.make("fp", "email", value)
    assert MINE.make("fp", "email", value) != MINE.make("fp", "phone", value)


def test_spelling_does_not_change_a_fingerprint() -> None:
    assert MINE.make("fp", "email", " Ana@Example.COM") == MINE.make("fp", "email", "ana@example.com")


@given(st.text(max_size=30), st.sampled_from(["relay", "alias", "fingerprint"]))
def test_a_handle_does_not_hold_the_value(value: str, form: str) -> None:
    told = str(masked(form, f"{value} 0123456789"))
    assert "0123456789" not in told
    assert len(told) >= 29


def test_clear_is_the_value_and_a_token_is_not() -> None:
    assert give("name", Cell("clear", "law"), "Ana", MINE) == "Ana"
    assert give("name", Cell("token", "law"), "Ana", MINE).startswith("tok_")
    assert give("card", Cell("proxy", "law"), "ct_1", MINE) == "ct_1"
    address = {"lines": ["Rua 1"], "city": "Lisboa"}
    assert give("billing_address", Cell("token", "law"), address, MINE).startswith("tok_")


@given(st.text(max_size=20), st.sampled_from(["PT", "US", "CN", "XK"]))
def test_an_area_is_short(postcode: str, country: str) -> None:
    assert len(area_of(postcode, country)) <= 3
