"""Inputs: one spelling for each thing, with its type, so that every member gets the same tag for it.

    phone|1|+351912345678
    e-mail addresses: email|1|ana@example.com
    addresses: address|1|PT|1100053|10|silva

A thing that could be guessed by trying them all is refused: its tag would say who asked about whom.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final, Literal, get_args

import msgspec
import phonenumbers

from sealane.model.errors import FieldError, InvalidInput

__all__ = ["KINDS", "Input", "Kind", "canonical"]

Kind = Literal["phone", "email", "address", "iban", "device", "domain", "pickup_point"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_VERSION = 1
"""Version of these normalisers; a change of any makes other tags, so it changes the version."""

_MAILBOX = re.compile(r"[^\s@|]{1,64}@[^\s@|]+\.[^\s@|.]{2,}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_NUMBER = re.compile(r"\d+[A-Za-z]?")
_ADDRESS_PARTS = 4
_LEAST_DEVICE = 12
_LEAST_POINT = 4
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
_IBAN_MODULUS = 97


class Input(msgspec.Struct, frozen=True):
    """A canonical input: its kind and the bytes that are blinded. Prints without the value."""

    kind: Kind
    text: bytes

    def __repr__(self) -> str:
        return f"Input({self.kind}, ***)"


def canonical(kind: Kind, value: str) -> Input:
    """Return the one spelling of a thing.

    An address is written `country; postcode; street and number; name`, a pick-up point `carrier:id`.

    Raises:
        InvalidInput: when the value is not of its kind, or so short that all of them could be tried.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    found = _SPELLINGS[kind](text)
    if found is None:
        raise _refusal(kind)
    return Input(kind, f"{kind}|{_VERSION}|{found}".encode())


def _phone(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str) -> str | None:
    folded = text.casefold()
    if not _MAILBOX.fullmatch(folded):
        return None
    local, _, domain = folded.rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}" if local else None


def _address(text: str) -> str | None:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != _ADDRESS_PARTS or not all(parts):
        return None
    country, postcode, street, name = parts
    number = _NUMBER.search(street)
    code = "".join(filter(str.isalnum, postcode)).upper()
    surname = "".join(filter(str.isalnum, _plain(name.split()[-1])))
    if len(country) != len("PT") or not code or number is None or not surname:
        return None
    return f"{country.upper()}|{code}|{number[0].upper()}|{surname}"


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def _iban(text: str) -> str | None:
    """Return an account number that passes the check of ISO 7064 MOD 97-10, as ISO 13616 has it."""
    compact = "".join(text.split()).upper()
    if not _IBAN.fullmatch(compact):
        return None
    digits = "".join(str(int(c, 36)) for c in compact[4:] + compact[:4])
    return compact if int(digits) % _IBAN_MODULUS == 1 else None


def _device(text: str) -> str | None:
    return text if len(text) >= _LEAST_DEVICE and "|" not in text and not any(map(str.isspace, text)) else None


def _domain(text: str) -> str | None:
    folded = text.casefold().rstrip(".")
    try:
        name = folded.encode("idna").decode()
    except UnicodeError:
        return None
    return name if _DOMAIN.fullmatch(name) else None


def _pickup_point(text: str) -> str | None:
    carrier, separator, point = text.casefold().partition(":")
    if not separator or not carrier or len(point) < _LEAST_POINT or "|" in text:
        return None
    return f"{carrier.strip()}:{point.strip()}"


_SPELLINGS: dict[Kind, Callable[[str], str | None]] = {
    "phone": _phone,
    "email": _email,
    "address": _address,
    "iban": _iban,
    "device": _device,
    "domain": _domain,
    "pickup_point": _pickup_point,
}
_FORMS: dict[Kind, str] = {
    "phone": "a whole number with its country code, like +351912345678",
    "email": "a whole address, like ana@example.com",
    "address": "country; postcode; street and number; name",
    "iban": "an account number with its check digits (ISO 13616)",
    "device": f"a fingerprint of at least {_LEAST_DEVICE} characters without spaces",
    "domain": "a registered domain, like parcel-fee.example",
    "pickup_point": f"carrier:id, with an id of at least {_LEAST_POINT} characters",
}


def _refusal(kind: Kind) -> InvalidInput:
    detail = f"This is no {kind} that can be asked about; give {_FORMS[kind]}."
    return InvalidInput(detail, errors=(FieldError("/value", "not-askable", detail),))
