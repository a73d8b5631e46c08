"""What a number tells: who may have given it out, how sure that is, and never that a parcel exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.shield.numbers.reading import compact, read_number


def carriers(number: str) -> list[str]:
    return [fit.carrier for fit in read_number(number) if fit.checksum_ok]


@pytest.mark.parametrize(
    "number",
    ["1Z5R89390357567127", " 1z5r 8939 0357 567127 ", "1Z-5R8939-03-5756712-7", "\uff11\uff3a5R89390357567127"],
)
def test_spaces_dashes_case_and_wide_digits_do_not_matter(number: str) -> None:
    (fit,) = read_number(number)
    assert (fit.carrier, fit.checksum_ok, fit.has_checksum) == ("ups", True, True)
    assert fit.confidence > 0.9


def test_all_carriers_that_fit_are_told_and_share_the_confidence() -> None:
    fits = read_number("444413758703")
    assert {"yamato", "sagawa", "japan_post"} <= {fit.carrier for fit in fits if fit.checksum_ok}
    assert sum(fit.confidence for fit in fits if fit.checksum_ok) < 0.9


def test_a_wrong_check_digit_is_told_but_hardly_believed() -> None:
    (fit,) = [fit for fit in read_number("1Z5R89390357567128") if fit.carrier == "ups"]
    assert (fit.checksum_ok, fit.confidence) == (False, 0.01)


def test_digits_alone_without_a_check_digit_tell_little() -> None:
    assert all(fit.confidence < 0.2 for fit in read_number("12345678901") if not fit.has_checksum)


def test_a_post_is_named_by_its_country() -> None:
    assert set(carriers("RB123456785GB")) == {"royal_mail", "s10"}
    issuers = {fit.issuer for fit in read_number("RB123456785GB")}
    assert "Royal Mail Group plc" in issuers


@pytest.mark.parametrize(
    "text", ["", "hello", "DELIVERY", "x" * 10_000, "9" * 1_000_000, "\u202e1Z", "\x00", "\uff11" * 60]
)
def test_what_is_no_number_fits_nothing(text: str) -> None:
    assert read_number(text) == ()


@given(st.text(max_size=80))
def test_whatever_comes_the_answer_is_in_bounds(text: str) -> None:
    fits = read_number(text)
    assert all(0 <= fit.confidence < 1 for fit in fits)
    assert len(compact(text)) <= 64
