from typing import Any

import pytest

from sealane.simulator.fulfilment import Fulfilment, contact_of
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


def kinds_of(scene: Scene, **how: Any) -> list[str]:
    buyer = scene.people.come("FR", START_US)
    buyer.method = "card"
    purchase = scene.prepare(buyer, scene.trade.open_seller("DE"))
    placed = scene.place(purchase, START_US, scene.truth(purchase))
    Fulfilment(scene).run(placed, purchase, START_US, **how)
    return [happening.kind for happening in scene.desk.due()]


def test_an_ordinary_order_is_paid_delivered_and_paid_out(scene: Scene) -> None:
    kinds = kinds_of(scene)
    for kind in ("payment.authorized", "payment.captured", "consignment.handed_over", "consignment.delivered"):
        assert kinds.count(kind) == 1
    assert "payout.requested" in kinds
    assert "claim.opened" not in kinds


@pytest.mark.parametrize(
    ("fortune", "happens", "never"),
    [
        ("returned", {"claim.opened", "consignment.returned", "payment.refunded"}, set()),
        ("not_as_described", {"claim.opened", "payment.refunded"}, {"consignment.returned"}),
        ("porch_theft", {"consignment.delivered", "claim.opened"}, {"consignment.lost"}),
        ("courier_theft", {"consignment.delivered", "claim.opened"}, {"consignment.lost"}),
        ("impatient", {"consignment.delivered", "claim.opened"}, {"payment.refunded"}),
        ("lost", {"consignment.handed_over"}, {"consignment.delivered"}),
        ("unclaimed", {"consignment.delivery_attempted", "consignment.returned"}, {"consignment.delivered"}),
        ("recalled", {"payment.refunded"}, {"consignment.delivered"}),
        ("stalled", {"consignment.delivered"}, {"claim.opened"}),
    ],
)
def test_each_fortune_has_its_course(scene: Scene, fortune: str, happens: set[str], never: set[str]) -> None:
    kinds = set(kinds_of(scene, fortune=fortune))
    assert happens <= kinds
    assert not never & kinds


def test_a_rerouted_parcel_is_asked_for_once_and_arrives(scene: Scene) -> None:
    for _ in range(20):
        kinds = kinds_of(scene, is_rerouted=True)
        assert kinds.count("consignment.reroute_requested") == 1
        assert kinds.count("consignment.delivered") == 1


def test_who_calls_by_telephone_tells_no_device(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("GB", START_US), scene.trade.seller_for("GB"))
    assert set(contact_of(purchase, "phone")) == {"channel", "phone"}
    assert set(contact_of(purchase, "web")) == {"channel", "ip", "device"}
