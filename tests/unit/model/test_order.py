import pytest

from sealane.model.consignment import Consignment
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Payment
from sealane.model.sealed import OrderLinks, OrderSeal, OrderTraits

SEAL = OrderSeal("sub_1", "rec_1", OrderLinks(), OrderTraits(), (), ())
ORDER = Order(
    order_id="ord_1",
    merchant_id="pty_1",
    reference="SO-1",
    placed_us=1,
    observed_us=2,
    payment=Payment(method="card", amount=Money(1, "EUR")),
    consignments=(Consignment("cns_1", "PT"), Consignment("cns_2", "DE")),
    seal=SEAL,
)


def test_a_consignment_has_its_position() -> None:
    assert ORDER.position("cns_2") == 1
    with pytest.raises(ValueError, match="not a consignment"):
        ORDER.position("cns_3")


def test_the_subject_is_the_seals() -> None:
    assert ORDER.subject_id == "sub_1"
