from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sealane.model.event import event_decoder
from sealane.simulator import aftermath
from sealane.simulator.desk import Placed
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.cards import Card
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US

Teller = Callable[[Placed, Purchase], object]


def told(scene: Scene, tell: Teller) -> list[dict[str, Any]]:
    """Place an order, let the test tell something of it, and return the events as they stand on the wire."""
    buyer = scene.people.come("ES", START_US)
    buyer.method = "card"
    purchase = scene.prepare(buyer, scene.trade.seller_for("ES"))
    purchase.card = Card("card_1", "424242", "4242", "visa", "ES", "debit")
    placed = scene.place(purchase, START_US, scene.truth(purchase))
    tell(placed, purchase)
    _, *events = scene.desk.due()
    for event in events:
        event_decoder.decode(event.body)
    return [msgspec.json.decode(event.body) for event in events]


def test_failed_attempts_occur_before_the_order_and_are_learned_of_after_it(scene: Scene) -> None:
    def tell(placed: Placed, purchase: Purchase) -> None:
        purchase.failed_attempts = 2
        aftermath.authorize(placed, purchase, START_US, scene.stream)

    *failed, authorized = sorted(told(scene, tell), key=lambda event: str(event["occurred_at"]))
    assert [event["kind"] for event in failed] == ["payment.failed_attempt"] * 2
    assert all(event["occurred_at"] < "2025-03-03" <= event["observed_at"] for event in failed)
    assert authorized["kind"] == "payment.authorized"


def test_cash_is_authorized_by_nobody(scene: Scene) -> None:
    def tell(placed: Placed, purchase: Purchase) -> None:
        purchase.method, purchase.failed_attempts = "cash_on_delivery", 0
        assert aftermath.authorize(placed, purchase, START_US, scene.stream) == START_US

    assert told(scene, tell) == []


@pytest.mark.parametrize(
    ("reason", "code"), [("fraud", "10.4"), ("not_received", "13.1"), ("not_as_described", "13.3")]
)
def test_chargebacks_speak_the_language_of_the_scheme(scene: Scene, reason: str, code: str) -> None:
    [event] = told(scene, lambda placed, purchase: aftermath.charge_back(placed, purchase, START_US, reason))
    assert event["attributes"]["reason_code"] == code


def test_a_reroute_names_an_address_or_a_point(scene: Scene) -> None:
    spot, point = scene.places.new("ES"), scene.places.pickup("ES", scene.places.town("ES"))

    def tell(placed: Placed, _purchase: Purchase) -> None:
        aftermath.reroute(placed, START_US, spot, "Ana", {"channel": "web"})
        aftermath.reroute(placed, START_US, point, "Ana", {"channel": "phone"})

    moved = [event["attributes"] for event in told(scene, tell)]
    assert {"new_address", "pickup_point"} == {next(iter(attributes)) for attributes in moved}


def test_a_payout_leaves_the_marketplace_its_part(scene: Scene) -> None:
    amounts: list[int] = []

    def tell(placed: Placed, purchase: Purchase) -> None:
        amounts.append(purchase.amount_minor)
        aftermath.ask_payout(placed, purchase, START_US, scene.stream)

    [event] = told(scene, tell)
    assert 0.8 < event["attributes"]["amount"]["amount_minor"] / amounts[0] < 0.96


def test_claims_refunds_and_verdicts(scene: Scene) -> None:
    def tell(placed: Placed, purchase: Purchase) -> None:
        aftermath.claim(placed, purchase, START_US, "refund", {"channel": "app"})
        aftermath.refund(placed, purchase, START_US, 5)
        aftermath.judge(placed, START_US, "genuine")
        aftermath.return_goods(placed, START_US, {"country": "ES"}, 3, "size")

    by_kind = {event["kind"]: event["attributes"] for event in told(scene, tell)}
    assert by_kind["claim.opened"]["claim"] == "refund"
    assert by_kind["payment.refunded"]["amount"]["amount_minor"] == 5
    assert by_kind["verdict.recorded"] == {"verdict": "genuine"}
    assert by_kind["consignment.returned"]["weight_grams"] == 15


def test_proof_of_delivery_is_a_signature_a_photo_both_or_nothing(scene: Scene) -> None:
    seen = {tuple(aftermath.proof_of_delivery(scene.road)) for _ in range(200)}
    assert seen == {(), ("signature",), ("photo",), ("signature", "photo")}
