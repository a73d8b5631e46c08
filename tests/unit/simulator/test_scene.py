import pytest

from sealane.simulator.purchase import route_of
from sealane.simulator.scene import Scene
from sealane.simulator.world import START_US


def test_an_ordinary_purchase_goes_home_and_is_paid_by_its_owner(scene: Scene) -> None:
    buyer = scene.people.come("DE", START_US)
    buyer.method = "card"
    purchase = scene.prepare(buyer, scene.trade.seller_for("DE"))
    assert purchase.parcels[0].spot is buyer.home
    assert purchase.card in buyer.cards
    assert purchase.device in buyer.devices
    assert purchase.currency == "EUR"
    assert purchase.amount_minor > 0
    assert 0 < purchase.parcels[0].declared_minor <= purchase.parcels[0].goods_minor


def test_sending_elsewhere_changes_distance_and_number(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("PT", START_US), scene.trade.seller_for("PT"))
    before = purchase.parcels[0].number
    scene.send_to(purchase, scene.places.new("US"))
    assert purchase.parcels[0].number != before
    assert purchase.parcels[0].spot.country == "US"


def test_a_fraud_may_become_known_but_not_before_it_can(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("FR", START_US), scene.trade.seller_for("FR"))
    placed = scene.place(purchase, START_US, scene.truth(purchase, typology="brushing"))
    scene.find_out(placed, purchase, after_us=START_US + 10**15, share=1.0)
    _, verdict = scene.desk.due()
    assert verdict.kind == "verdict.recorded"
    assert verdict.observed_us > START_US + 10**15


def test_a_fee_has_no_weight_and_a_label_costs_little(scene: Scene) -> None:
    buyer = scene.people.come("ES", START_US)
    fee = scene.prepare(buyer, scene.trade.fee_desk("ES"))
    scene.make_fee(fee, 3.5)
    assert fee.euro == pytest.approx(3.5, abs=0.01)
    assert fee.parcels[0].grams == 0
    label = scene.prepare(buyer, scene.trade.private_seller("Ana", buyer.home))
    scene.make_label(label, "FR")
    assert label.euro < 33
    assert label.parcels[0].spot.country == "FR"


def test_the_truth_knows_the_stage(scene: Scene) -> None:
    purchase = scene.prepare(scene.people.come("IT", START_US), scene.trade.seller_for("IT"))
    assert scene.truth(purchase, typology="fake_tracking").stage == "payout"
    honest = scene.truth(purchase, story="gift")
    assert (honest.is_fraud, honest.stage, honest.route) == (False, "", route_of(purchase))
