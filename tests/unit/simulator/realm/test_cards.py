from collections import Counter

import pytest

from sealane.simulator.chance import Stream
from sealane.simulator.realm.atlas import BUYERS
from sealane.simulator.realm.cards import Card, check_honest, check_stolen, issue

VISA = Card("card_1", "424242", "4242", "visa", "US", "credit")


def test_a_land_has_few_issuers() -> None:
    stream = Stream("1")
    for land in BUYERS:
        cards = [issue(land.code, stream) for _ in range(200)]
        assert {card.country for card in cards} == {land.code}
        assert len({card.bin for card in cards if card.brand == "visa"}) <= 3
        assert len({card.fingerprint for card in cards}) == 200


@pytest.mark.parametrize("brand", ["visa", "mastercard", "amex"])
def test_eci_follows_the_scheme(brand: str) -> None:
    stream = Stream("1")
    card = Card("card_1", "555555", "4444", brand, "DE", "debit")
    seen = {(checks.three_ds, checks.eci) for checks in (check_honest(card, stream) for _ in range(500))}
    authenticated = "02" if brand == "mastercard" else "05"
    assert ("authenticated", authenticated) in seen
    assert len(seen) == 4


def test_thieves_fail_checks_more_often_but_not_always() -> None:
    stream = Stream("1")
    honest = Counter(check_honest(VISA, stream).avs for _ in range(1_000))
    stolen = Counter(check_stolen(VISA, stream).avs for _ in range(1_000))
    informed = Counter(check_stolen(VISA, stream, knows_address=True).avs for _ in range(1_000))
    assert 0 < honest["N"] < stolen["N"]
    assert stolen["Y"] > 300
    assert informed["Y"] == pytest.approx(honest["Y"], abs=60)
