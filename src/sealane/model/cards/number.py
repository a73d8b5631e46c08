"""Card numbers: the request that brings one in, the token that stands for it, and what its digits alone tell.

Digits tell the brand (issuer identification numbers, ISO/IEC 7812-1) and whether they were mistyped (the Luhn check
digit, ISO/IEC 7812-1 annex B). Neither says that the card exists.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from sealane.model.personal import Text, decode_hook

__all__ = ["CardNumberRequest", "CardToken", "brand_of", "card_decoder", "is_card_number", "passes_luhn"]

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# Brand, issuer ranges and lengths in use; narrower ranges stand before the wider ones that contain them.
_BRANDS = (
    ("elo", "506699-506778 509000-509999 627780 636297 636368 650031-650033 650485-650538", (16,)),
    ("verve", "506099-506198 650002-650027", (16, 18, 19)),
    ("rupay", "508500-508999 606985-607984 608001-608500", (16,)),
    ("hipercard", "606282", (16,)),
    ("visa", "4", (13, 16, 19)),
    ("mastercard", "51-55 2221-2720", (16,)),
    ("amex", "34 37", (15,)),
    ("discover", "6011 644-649 65", (16, 19)),
    ("diners", "300-305 309 36 38-39", (14,)),
    ("jcb", "3528-3589", (16, 17, 18, 19)),
    ("unionpay", "62", (16, 17, 18, 19)),
    ("mir", "2200-2204", (16, 17, 18, 19)),
    ("maestro", "50 56-58 6304 639 67", (16, 18, 19)),
    ("troy", "9792", (16,)),
)


class CardNumberRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/cards`.

    `cvc` is never stored (PCI DSS 3.3.1): it stays in memory for 10 minutes and one call of the card proxy. With
    `card16` the answer has 16 digits as well, for forms that take nothing else.
    """

    number: Text
    expiry_month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    expiry_year: Annotated[int, msgspec.Meta(ge=2000, le=2199)]
    holder: Text | None = None
    cvc: Text | None = None
    card16: bool = False


card_decoder = msgspec.json.Decoder(CardNumberRequest, dec_hook=decode_hook)


class CardToken(msgspec.Struct, frozen=True):
    """What stands for a card outside the vault; `fingerprint` (32 hexadecimal digits) is equal for equal numbers.

    `card16` keeps the first six and the last four digits of the number and never passes the Luhn check, so nothing
    takes it for a card; null when it was not asked for, or when more than half of such numbers are in use.
    """

    token: str
    bin: str
    last4: str
    brand: str
    fingerprint: str
    card16: str | None = None


def passes_luhn(digits: str) -> bool:
    """Tell whether the last ASCII digit is the Luhn check digit of those before it."""
    plain = sum(map(int, digits[-1::-2]))
    return (plain + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])) % 10 == 0


def brand_of(digits: str) -> str | None:
    """Return the brand that issues numbers beginning like this, such as `visa`, or None."""
    for width in (6, 4, 3, 2, 1):
        found = _ISSUERS.get(digits[:width])
        if found:
            return found
    return None


def is_card_number(digits: str) -> bool:
    """Tell whether ASCII digits read as a card number: a known issuer, a length it uses, and a right check digit."""
    brand = brand_of(digits)
    return brand is not None and len(digits) in _LENGTHS[brand] and passes_luhn(digits)


def _spread(ranges: str) -> Iterator[str]:
    for part in ranges.split():
        low, _, high = part.partition("-")
        yield from map(str, range(int(low), int(high or low) + 1))


_LENGTHS = {brand: lengths for brand, _, lengths in _BRANDS}
_ISSUERS = {prefix: brand for brand, ranges, _ in reversed(_BRANDS) for prefix in _spread(ranges)}
