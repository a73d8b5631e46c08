"""One order as it is stored, with its events, for tests of the three-way match to vary."""

from typing import Any

from msgspec.structs import replace

from sealane.model.consignment import Consignment, Item
from sealane.model.event import Event
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Payment
from sealane.model.sealed import (
    ConsignmentLinks,
    ConsignmentTraits,
    EventSeal,
    OrderLinks,
    OrderSeal,
    OrderTraits,
)

__all__ = ["HOUR_US", "PLACED_US", "event", "matchable"]

HOUR_US = 3_600_000_000
PLACED_US = 1_795_340_000_000_000


def matchable(**changes: Any) -> Order:
    """Return an order of 129.90 EUR in one parcel of 800 g to Portugal."""
    amount = Money(12_990, "EUR")
    item = Item(sku="LMP-1", hs_code="940521", quantity=1, unit_price=amount)
    parcel = Consignment("cns_1", "PT", weight_grams=800, declared_value=amount, items=(item,))
    seal = OrderSeal(
        "sub_1",
        "rec_1",
        OrderLinks(),
        OrderTraits(billing_name_matches=True),
        (ConsignmentLinks(postcode=b"home"),),
        (ConsignmentTraits(name_matches_payer=True),),
    )
    made = Order("ord_1", "mer_1", "SO-1", PLACED_US, PLACED_US, Payment("card", amount), (parcel,), seal)
    return replace(made, **changes)


def event(kind: str, hours: float = 1.0, *, minor: int | None = None, **more: Any) -> Event:
    """Return an event so many hours after the order; `minor` is its amount in euro cents."""
    amount = None if minor is None else Money(minor, "EUR")
    consignment = "cns_1" if kind.startswith("consignment.") else None
    made = Event(
        f"evt_{kind}{hours}{minor}",
        "mer_1",
        f"e-{kind}{hours}{minor}",
        kind,  # type: ignore[arg-type] # tests name kinds that there are
        PLACED_US + round(hours * HOUR_US),
        PLACED_US,
        "ord_1",
        "confirmed",
        EventSeal("rec_e"),
        consignment_id=consignment,
        amount=amount,
    )
    return replace(made, **more)
