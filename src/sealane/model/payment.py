"""The payment side of an order: what the merchant and the PSP tell about it."""

from typing import Annotated, Literal

import msgspec

from sealane.model.codes import Country
from sealane.model.money import Money
from sealane.model.personal import Address, Text

__all__ = ["Card", "CardRequest", "Method", "Payment", "PaymentRequest", "ThreeDs"]

Method = Literal["card", "wallet", "bank_transfer", "cash_on_delivery", "pay_later"]
ThreeDs = Literal["authenticated", "attempted", "failed", "not_used"]
Short = Annotated[str, msgspec.Meta(max_length=64)]
Reference = Annotated[str, msgspec.Meta(max_length=200)]
Bin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6,8}$")]
Last4 = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}$")]


class CardRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card as a token of ours, or as much of it as a PSP tells."""

    token: Reference | None = None
    fingerprint: Text | None = None
    bin: Bin | None = None
    last4: Last4 | None = None
    brand: Short | None = None
    country: Country | None = None
    funding: Short | None = None


class PaymentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the order is paid; AVS, CVC, 3-D Secure and ECI as the PSP reports them."""

    method: Method
    amount: Money
    psp: Short | None = None
    psp_reference: Reference | None = None
    card: CardRequest | None = None
    avs: Short | None = None
    cvc: Short | None = None
    three_ds: ThreeDs | None = None
    eci: Short | None = None
    failed_attempts: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    billing_address: Address | None = None


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may be known about a card outside the vault (PCI DSS 3.4.1: BIN and last four)."""

    token: str | None = None
    bin: str | None = None
    last4: str | None = None
    brand: str | None = None
    country: str | None = None
    funding: str | None = None


class Payment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The payment with its personal parts sealed away; only the billing country stays."""

    method: Method
    amount: Money
    psp: str | None = None
    psp_reference: str | None = None
    card: Card | None = None
    avs: str | None = None
    cvc: str | None = None
    three_ds: ThreeDs | None = None
    eci: str | None = None
    failed_attempts: int = 0
    billing_country: str | None = None
