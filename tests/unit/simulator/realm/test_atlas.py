import pytest

from sealane.model.codes import COUNTRIES, CURRENCIES, exponent
from sealane.simulator.realm.atlas import BUYERS, LANDS


def test_shares_of_the_buying_lands_sum_to_one() -> None:
    assert sum(land.share for land in BUYERS) == pytest.approx(1.0)


@pytest.mark.parametrize("code", LANDS)
def test_each_land_is_whole(code: str) -> None:
    found = LANDS[code]
    assert found.code == code
    assert code in COUNTRIES
    assert found.currency in CURRENCIES
    assert found.given
    assert found.family
    assert all(phone.startswith("+") and phone.endswith("##") for phone in found.phones)
    assert all(-90 <= town.lat <= 90 and -180 <= town.lon <= 180 and town.postcodes for town in found.towns)
    assert "{street}" in found.street
    assert "{n}" in found.street
    assert "{u}" in found.unit


def test_buyers_pay_in_currencies_of_two_decimals() -> None:
    assert {exponent(land.currency) for land in BUYERS} == {2}
