"""The parcel side of an order: goods under one waybill (UN/CEFACT usage)."""

from typing import Annotated

import msgspec

from sealane.model.money import Money
from sealane.model.personal import Address, PickupPoint, Text

__all__ = ["Consignment", "ConsignmentRequest", "Item"]

Short = Annotated[str, msgspec.Meta(max_length=64)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Grams = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of goods; `hs_code` is the Harmonized System code of the WCO, 4 to 12 digits."""

    sku: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    description: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    hs_code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4,12}$")] | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 1
    unit_price: Money | None = None
    category: Short | None = None


class ConsignmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A consignment as it comes in with the order; `instructions` is what the driver needs at the door, like a code."""

    consignee: Address
    carrier: Short | None = None
    service: Short | None = None
    tracking_number: Number | None = None
    incoterm: Short | None = None
    shipper: Address | None = None
    pickup_point: PickupPoint | None = None
    instructions: Text | None = None
    weight_grams: Grams | None = None
    declared_value: Money | None = None
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=1_000)] = ()


class Consignment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The consignment with people and places sealed away; countries stay."""

    consignment_id: str
    consignee_country: str
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    incoterm: str | None = None
    shipper_country: str | None = None
    pickup_country: str | None = None
    pickup_kind: str | None = None
    weight_grams: int | None = None
    declared_value: Money | None = None
    items: tuple[Item, ...] = ()
