"""What parcels say of a merchant: prompt ones that weigh far less than ordered, or end elsewhere, prove no delivery."""

from typing import Any

import pytest

from sealane.flows.trust.merchantfacts import count_ledger
from sealane.model.consignment import Consignment
from sealane.model.event import Event
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Payment
from shopworld import EVENT_SEAL, SEAL

DAY_US = 86_400_000_000
PARCEL = Consignment("cns_1", "PT", weight_grams=800, pickup_country="ES")


def event(kind: Any, day: float, **told: Any) -> Event:
    at_us = int(day * DAY_US)
    named = {"order_id": "ord_1", "consignment_id": "cns_1", **told}
    return Event(
        f"evt_{kind}_{day}", "carrier", str(day), kind, at_us, at_us, accepted_as="confirmed", seal=EVENT_SEAL, **named
    )


LABEL = event("consignment.label_created", 0)
HANDED = event("consignment.handed_over", 1, weight_grams=790)


@pytest.mark.parametrize(
    ("events", "prompt", "implausible"),
    [
        ([LABEL], 0, 0),
        ([LABEL, event("consignment.handed_over", 4)], 0, 0),
        ([LABEL, HANDED, event("consignment.delivered", 3, country="PT")], 1, 0),
        ([LABEL, HANDED, event("consignment.delivered", 3, country="ES")], 1, 0),
        ([LABEL, HANDED, event("consignment.delivered", 3, country="US")], 1, 1),
        ([LABEL, HANDED, event("consignment.arrived", 3, country="US")], 1, 0),
        ([LABEL, event("consignment.handed_over", 1, weight_grams=20)], 1, 1),
        ([LABEL, event("consignment.handed_over", 1, weight_grams=20, consignment_id=None)], 0, 0),
        ([event("consignment.label_created", 0, consignment_id=None),
          event("consignment.handed_over", 1, weight_grams=20, consignment_id=None)], 1, 1),
        ([LABEL, HANDED, event("consignment.reroute_requested", 2), event("consignment.delivered", 3, country="US")],
         1, 0),
    ],
)  # fmt: skip
def test_a_parcel_is_taken_at_its_word_until_it_contradicts_itself(
    events: list[Event], prompt: int, implausible: int
) -> None:
    payment = Payment("card", Money(12990, "EUR"))
    order = Order("ord_1", "mer_1", "SO-1", 0, 0, payment, (PARCEL,), SEAL)
    counted = count_ledger([order], events, 10 * DAY_US)
    assert (counted["tracked"], counted["prompt"], counted["implausible"]) == (1, prompt, implausible)


def test_a_label_without_its_order_contradicts_nothing() -> None:
    assert count_ledger([], [LABEL, HANDED], 10 * DAY_US)["tracked"] == 0
