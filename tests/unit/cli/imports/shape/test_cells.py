from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.cli.imports.shape.cells import CellRefused, Numerals, Times, read_code, read_integer, read_money, read_zone
from sealane.model.errors import Misconfigured
from sealane.model.money import Money

POINT, COMMA = Numerals("."), Numerals(",")


@pytest.mark.parametrize(
    ("text", "currency", "numerals", "minor"),
    [
        ("99.33", "BRL", POINT, 9933),
        ("1,234.50", "usd", POINT, 123450),
        ("1.234,50", "EUR", COMMA, 123450),
        ("1 234,50", "EUR", COMMA, 123450),
        ("12,5", "EUR", COMMA, 1250),
        ("500", "JPY", POINT, 500),
        ("1.250", "KWD", POINT, 1250),
        ("0", "EUR", POINT, 0),
    ],
)
def test_amounts_as_exports_write_them(text: str, currency: str, numerals: Numerals, minor: int) -> None:
    assert read_money(text, currency, numerals) == Money(minor, currency.upper())  # type: ignore[arg-type]  # a valid code


@pytest.mark.parametrize(
    ("text", "currency", "numerals", "code"),
    [
        ("12,50", "EUR", POINT, "not-a-number"),
        ("12.50", "EUR", COMMA, "not-a-number"),
        ("1e3", "EUR", POINT, "not-a-number"),
        ("1_000", "EUR", POINT, "not-a-number"),
        ("NaN", "EUR", POINT, "not-a-number"),
        ("١٢", "EUR", POINT, "not-a-number"),
        ("$5", "EUR", POINT, "not-a-number"),
        ("-5", "EUR", POINT, "not-an-amount"),
        ("5.005", "EUR", POINT, "not-an-amount"),
        ("5", "EURO", POINT, "unknown-currency"),
    ],
)
def test_doubtful_amounts_are_refused_and_never_guessed(
    text: str, currency: str, numerals: Numerals, code: str
) -> None:
    with pytest.raises(CellRefused) as refusal:
        read_money(text, currency, numerals)
    assert refusal.value.code == code
    assert text not in refusal.value.detail


@given(st.integers(0, 10**12))
def test_every_amount_comes_back_in_either_notation(minor: int) -> None:
    major = Decimal(minor) / 100
    grouped = f"{major:,.2f}"
    assert read_money(grouped, "EUR", POINT).amount_minor == minor
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    assert read_money(swapped, "EUR", COMMA).amount_minor == minor


def test_kilograms_become_grams_and_whole_numbers_stay_whole() -> None:
    assert read_integer("0.4536", POINT, Decimal(1000)) == 454
    assert read_integer("2.0", POINT) == 2
    with pytest.raises(CellRefused, match="whole"):
        read_integer("2.5", POINT)


def test_a_time_without_a_zone_is_in_the_mappings_zone() -> None:
    times = Times(("%d-%m-%Y %H:%M", "iso"), read_zone("America/Sao_Paulo"))
    assert times.read("02-10-2017 11:07") == datetime(2017, 10, 2, 14, 7, tzinfo=UTC)
    assert times.read("2017-12-02 11:07") == datetime(2017, 12, 2, 13, 7, tzinfo=UTC)  # summer time
    assert times.read("2017-12-02T11:07:00+01:00") == datetime(2017, 12, 2, 10, 7, tzinfo=UTC)
    for text in ("31-02-2017 10:00", "Date Not Captured", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(CellRefused) as refusal:
            times.read(text)
        assert refusal.value.code == "not-a-time"


def test_zones_are_names_offsets_or_refused() -> None:
    assert read_zone("-03:30").utcoffset(None) == -timedelta(hours=3, minutes=30)
    assert read_zone("UTC") is UTC
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(Misconfigured, match="no time zone"):
            read_zone(name)


def test_codes_are_put_into_the_case_of_the_wire() -> None:
    allowed = frozenset({"PT", "card"})
    assert (read_code("pt", allowed), read_code("CARD", allowed)) == ("PT", "card")
    with pytest.raises(CellRefused) as refusal:
        read_code("Portugal", allowed)
    assert "Portugal" not in refusal.value.detail
