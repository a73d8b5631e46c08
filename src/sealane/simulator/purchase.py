"""A purchase: what is about to be ordered, and the body of `POST /v1/orders` it becomes."""

from typing import Any

import msgspec

from sealane.simulator.realm.atlas import LANDS
from sealane.simulator.realm.cards import Card, Checks
from sealane.simulator.realm.carriers import Carriage
from sealane.simulator.realm.people import Contact, Shopper
from sealane.simulator.realm.places import Pickup, Spot
from sealane.simulator.realm.trade import Line, Merchant, Seller

__all__ = ["Parcel", "Purchase", "body_of", "route_of"]


class Parcel(msgspec.Struct):
    """One consignment: goods from a seller to a consignee."""

    seller: Seller
    lines: list[Line]
    spot: Spot
    consignee: Contact
    carriage: Carriage
    km: float
    number: str
    grams: int
    declared_minor: int
    goods_minor: int
    pickup: Pickup | None = None
    is_numbered: bool = False
    """Whether the tracking number is known at checkout already."""


class Purchase(msgspec.Struct):
    """Who orders, on which device, how it is paid, and the parcels; changed freely until it is placed."""

    buyer: Shopper
    seller: Seller
    device: str
    ip: str
    currency: str
    amount_minor: int
    method: str
    card: Card | None
    checks: Checks | None
    billing: Spot | None
    billing_name: str
    parcels: list[Parcel]
    contact: Contact
    failed_attempts: int = 0
    channel: str = "web"
    psp_reference: str = ""

    @property
    def merchant(self) -> Merchant:
        """The shop or marketplace that reports the order."""
        return self.seller.merchant

    @property
    def euro(self) -> float:
        """What is charged, in euro."""
        return self.amount_minor / 100 / _EURO_RATE[self.currency]

    @property
    def is_prepaid(self) -> bool:
        """Whether the money is there before the parcel is."""
        return self.method != "cash_on_delivery"

    def money(self, minor: int | None = None) -> dict[str, Any]:
        """Return an amount in the order's currency, the whole amount unless told."""
        return {"amount_minor": self.amount_minor if minor is None else minor, "currency": self.currency}


_EURO_RATE = {land.currency: land.per_euro for land in LANDS.values()}


def route_of(purchase: Purchase) -> str:
    """Return how card statistics see the payment: domestic, cross-border (in the EEA), outside; empty without card."""
    if purchase.card is None:
        return ""
    issued, sold = LANDS[purchase.card.country], LANDS[purchase.seller.spot.country]
    if issued is sold:
        return "domestic"
    return "cross-border" if issued.is_eea and sold.is_eea else "outside"


def body_of(purchase: Purchase) -> dict[str, Any]:
    """Return the order's body but for its reference and times; the account's birthday is still in microseconds."""
    buyer, contact = purchase.buyer, purchase.contact
    return {
        "channel": purchase.channel,
        "shopper": {
            "account": buyer.account,
            "account_created_at": buyer.account_us,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "ip": purchase.ip,
            "device": purchase.device,
            "locale": LANDS[buyer.country].locale,
        },
        "payment": _payment(purchase),
        "consignments": [_consignment(parcel, purchase) for parcel in purchase.parcels],
    }


def _payment(purchase: Purchase) -> dict[str, Any]:
    told: dict[str, Any] = {
        "method": purchase.method,
        "amount": purchase.money(),
        "psp": purchase.merchant.psp,
        "psp_reference": purchase.psp_reference,
        "failed_attempts": purchase.failed_attempts,
    }
    if purchase.card is not None:
        told["card"] = purchase.card.told()
    if purchase.checks is not None:
        checks = purchase.checks
        told |= {"avs": checks.avs, "cvc": checks.cvc, "three_ds": checks.three_ds, "eci": checks.eci}
    if purchase.billing is not None:
        told["billing_address"] = purchase.billing.address(purchase.billing_name)
    return told


def _consignment(parcel: Parcel, purchase: Purchase) -> dict[str, Any]:
    land = LANDS[purchase.buyer.country]
    consignee, origin = parcel.consignee, parcel.seller.spot.country
    return {
        "carrier": parcel.carriage.carrier,
        "service": parcel.carriage.service,
        "tracking_number": parcel.number if parcel.is_numbered else None,
        "incoterm": "DDP" if LANDS[origin].is_eea or parcel.carriage.service == "express" else "DAP",
        "shipper": parcel.seller.told(),
        "consignee": parcel.spot.address(consignee.name, consignee.phone, consignee.email),
        "pickup_point": parcel.pickup.told() if parcel.pickup else None,
        "weight_grams": parcel.grams,
        "declared_value": purchase.money(parcel.declared_minor),
        "items": [
            {
                "sku": good.sku,
                "description": good.description,
                "hs_code": good.hs_code,
                "quantity": quantity,
                "unit_price": purchase.money(good.price_minor(land)),
                "category": good.category,
            }
            for good, quantity in parcel.lines
        ],
    }
