import pytest

from sealane.simulator.chance import Stream
from sealane.simulator.reckoning import Reckoning


def test_stolen_cards_get_through_as_often_as_statistics_say() -> None:
    reckoning, stream = Reckoning(Stream("1")), Stream("2")
    settled = stolen = 0.0
    for _ in range(60_000):
        euro = stream.lognormal(90, 0.8)
        is_stolen = stream.happens(0.02)
        passes = not is_stolen or reckoning.lets_through("outside", euro)
        reckoning.count(outcome="settled" if passes else "rejected", route="outside", euro=euro)
        settled += euro * passes
        stolen += euro * (passes and is_stolen)
    assert 10_000 * stolen / settled == pytest.approx(62, rel=0.03)


def test_other_ways_to_pay_are_no_concern_of_card_statistics() -> None:
    assert Reckoning(Stream("1")).lets_through("", 5_000.0)


def test_five_percent_are_turned_down_and_the_unusual_more_often() -> None:
    reckoning, stream = Reckoning(Stream("1")), Stream("2")
    down = {True: 0, False: 0}
    for _ in range(10_000):
        is_unusual = stream.happens(0.15)
        turned_down = reckoning.turns_down(is_unusual=is_unusual)
        reckoning.count(outcome="rejected" if turned_down else "settled", route="", euro=0.0)
        down[is_unusual] += turned_down
    assert sum(down.values()) == pytest.approx(500, rel=0.02)
    assert down[True] / 0.15 > 2.5 * down[False] / 0.85


def test_first_party_abusers_make_up_their_share_of_chargebacks() -> None:
    reckoning, false = Reckoning(Stream("1")), 0
    for _ in range(550):
        reckoning.dispute()
        while reckoning.disputes_falsely():
            reckoning.dispute()
            false += 1
    assert false == pytest.approx(450, abs=3)
