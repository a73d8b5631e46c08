import msgspec

from sealane.model.order import order_decoder
from sealane.simulator.purchase import body_of, route_of
from sealane.simulator.realm.cards import issue
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


def test_the_body_is_an_order_once_reference_and_times_are_set(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("BR", START_US), scene.trade.seller_for("BR"))
    body = body_of(purchase)
    body["shopper"]["account_created_at"] = None
    order = order_decoder.decode(
        msgspec.json.encode({"reference": "GM-1", "placed_at": "2025-03-03T00:00:00Z", **body})
    )
    assert order.payment.amount.currency == "BRL"
    assert order.consignments[0].items
    assert order.payment.amount.amount_minor == purchase.amount_minor


def test_the_route_is_seen_from_card_and_seller(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("DE", START_US), scene.trade.open_seller("DE"))
    for issued, sold, route in [
        ("DE", "DE", "domestic"),
        ("PT", "DE", "cross-border"),
        ("US", "DE", "outside"),
        ("DE", "CN", "outside"),
    ]:
        purchase.card = issue(issued, scene.stream)
        purchase.seller = scene.trade.open_seller(sold)
        assert route_of(purchase) == route
    purchase.card = None
    assert route_of(purchase) == ""


def test_amounts_are_told_in_the_currency_of_the_order(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("PL", START_US), scene.trade.seller_for("PL"))
    assert purchase.money(5) == {"amount_minor": 5, "currency": "PLN"}
    assert purchase.euro < purchase.amount_minor / 100
