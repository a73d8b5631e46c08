import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.vault.normalise import (
    normalise_city,
    normalise_email,
    normalise_ip,
    normalise_name,
    normalise_phone,
    normalise_postcode,
    phone_country,
    split_words,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rua d'Açúcar, 10", ["rua", "dacucar", "10"]),
        ("RUA D\u2019AÇÚCAR 10", ["rua", "dacucar", "10"]),
        ("Straße", ["strasse"]),
        ("Łódź Øresund", ["lodz", "oresund"]),
        ("\uff21\uff22\uff23 \uff11", ["abc", "1"]),
        ("上海市 世纪大道100号", ["上海市", "世纪大道100号"]),
        ("मुंबई", ["मुंबई"]),
        ("3.º", ["3"]),
        (" -- ", []),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@given(st.text())
def test_words_of_words_are_the_same_words(text: str) -> None:
    words = split_words(text)
    assert split_words(" ".join(words)) == words


@pytest.mark.parametrize("name", ["Ana Silva", "SILVA, Ana", "  ána  sílva ", "silva-ana"])
def test_names_are_one_in_any_order_case_and_accent(name: str) -> None:
    assert normalise_name(name) == "ana silva"


@pytest.mark.parametrize("email", [" Ana@Example.COM ", "ana@example.com", "\uff41na@example.com"])
def test_e_mail_addresses_have_one_case_and_form(email: str) -> None:
    assert normalise_email(email) == "ana@example.com"


def test_postcodes_keep_their_country_and_lose_their_spaces() -> None:
    assert normalise_postcode("1100-053", "PT") == normalise_postcode(" 1100 053", "PT") == "PT 1100053"
    assert normalise_postcode("sw1a 1aa", "GB") == "GB sw1a1aa"


def test_cities_lose_their_accents() -> None:
    assert normalise_city("São  Paulo") == normalise_city("SAO PAULO") == "sao paulo"


@pytest.mark.parametrize(
    "phone",
    ["+351912345678", "+351 912 345 678", "+351-912-345-678", "912 345 678", "00351 912345678", "+351 (912) 345.678"],
)
def test_phone_numbers_are_one_however_they_are_written(phone: str) -> None:
    assert normalise_phone(phone, "PT") == "+351912345678"


@pytest.mark.parametrize(("phone", "country"), [("not a phone", "PT"), ("912345678", None), ("", None)])
def test_what_is_no_phone_number_stays_text(phone: str, country: str | None) -> None:
    assert normalise_phone(phone, country) == "".join(phone.split())


@given(st.text(max_size=40), st.sampled_from(["PT", "US", "CN", None]))
def test_any_text_may_stand_for_a_phone_number(text: str, country: str | None) -> None:
    phone_country(normalise_phone(text, country))


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+351912345678", "PT"),
        ("+12025550123", "US"),
        ("+14165550123", "CA"),
        ("+18765550123", "JM"),
        ("+447400123456", "GB"),
        ("+441534123456", "JE"),
        ("+77011234567", "KZ"),
        ("+79161234567", "RU"),
        ("+390612345678", "IT"),
        ("+10000000000", "US"),
        ("+8613800138000", "CN"),
        ("+80012345678", None),
        ("+9991234567", None),
        ("912345678", None),
        (None, None),
    ],
)
def test_the_country_of_a_phone_number(phone: str | None, country: str | None) -> None:
    assert phone_country(phone) == country


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        (" 255.255.255.255 ", "255.255.255.255", "255.255.255.0/24"),
        ("2001:db8:1:2::1", "2001:db8:1:2::1", "2001:db8:1::/48"),
        ("2001:DB8:1:2:0:0:0:1", "2001:db8:1:2::1", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0/24"),
        ("256.1.1.1", "256.1.1.1", None),
        ("1.2.3", "1.2.3", None),
        ("01.2.3.4", "01.2.3.4", None),
        ("nowhere", "nowhere", None),
    ],
)
def test_ip_addresses_and_their_networks(text: str, address: str, network: str | None) -> None:
    assert normalise_ip(text) == (address, network)


@pytest.mark.parametrize(
    ("one", "other", "country"),
    [
        ("D-10115", "10115", "DE"),
        ("12345-6789", "12345", "US"),
        ("sw1a1aa", "SW1A 1AA", "GB"),
        ("NL-1012 AB", "1012ab", "NL"),
        ("1100053", "1100-053", "PT"),
        ("x 1", "X1", "ZZ"),
    ],
)
def test_a_postcode_is_known_however_it_is_written(one: str, other: str, country: str) -> None:
    assert normalise_postcode(one, country) == normalise_postcode(other, country)


def test_longer_numbers_hold_no_postcode() -> None:
    assert normalise_postcode("101150", "DE") != normalise_postcode("10115", "DE")
