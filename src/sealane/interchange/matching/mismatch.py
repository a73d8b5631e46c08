"""What a match finds, and how far apart two sides may honestly be."""

from decimal import Decimal
from typing import Literal

import msgspec

from sealane.model.codes import Currency, exponent

__all__ = ["CODES", "TERMS", "Mismatch", "Side", "Terms", "amount_text"]

Side = Literal["order", "payment", "waybill"]

CODES: dict[str, str] = {
    "payment-currency": "Money moved in another currency than the order's.",
    "captured-more": "More was captured than the order is worth.",
    "captured-less": "Everything was delivered and less was captured than the order is worth.",
    "captured-over-authorized": "More was captured than was authorized.",
    "refunded-more": "More was refunded than was captured.",
    "returned-twice": "Refunds and chargebacks together give back more than was captured.",
    "paid-under-goods": "The payment is far below the price of the goods.",
    "paid-over-goods": "The payment is far above the price of the goods.",
    "declared-under-goods": "The value declared to customs is far below the price of the goods.",
    "declared-over-goods": "The value declared to customs is far above the price of the goods.",
    "weight-for-goods": "The parcel's weight does not fit its goods, by their HS codes.",
    "weight-differs": "The carrier weighed something else than was announced.",
    "number-shared": "Two consignments of the order have one waybill.",
    "country-differs": "The parcel was delivered in another country than its consignee's.",
    "postcode-differs": "The parcel was delivered under another postcode than its consignee's.",
    "waybill-before-order": "The waybill is older than the order.",
    "delivered-before-handover": "The parcel was delivered before the carrier had it.",
    "parties-differ": "Payer, buyer and consignee have nothing in common.",
}
"""Every code of a mismatch with what it says."""


class Terms(msgspec.Struct, frozen=True):
    """Tolerances: what is inside them is rounding, shipping, discount, tax or scale, not a mismatch."""

    rounding_minor: int = 5
    """Minor units that each single movement of money may be off: currency and cash rounding."""

    rounding_share: float = 0.005
    least_paid_share: float = 0.60
    """Of the goods' price that is paid at least: discounts."""

    most_paid_share: float = 4.0
    """Of the goods' price that is paid at most: shipping and tax weigh heavy on a small basket."""

    least_declared_share: float = 0.50
    most_declared_share: float = 1.6
    weight_share: float = 0.30
    weight_grams: int = 250
    skew_us: int = 3_600_000_000


TERMS = Terms()


class Mismatch(msgspec.Struct, frozen=True):
    """Two or three sides that contradict each other; `place` is `payment` or a consignment's id."""

    code: str
    place: str
    sides: tuple[Side, ...]
    expected: str
    found: str

    @property
    def text(self) -> str:
        """What the code says."""
        return CODES[self.code]


def amount_text(minor: int, currency: Currency) -> str:
    """Return an amount as people read it: `129.90 EUR`."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):,f} {currency}"
