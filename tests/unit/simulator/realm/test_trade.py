from collections import Counter

import pytest

from sealane.simulator.chance import Stream
from sealane.simulator.realm.atlas import BUYERS, LANDS
from sealane.simulator.realm.places import Places
from sealane.simulator.realm.trade import CATEGORIES, Trade, worth_euro


@pytest.fixture
def trade() -> Trade:
    return Trade(Stream("1"), Places(Stream("2")), Stream("3"))


def test_every_land_buys_at_home_and_abroad(trade: Trade) -> None:
    for land in BUYERS:
        origins = Counter(trade.seller_for(land.code).spot.country for _ in range(400))
        assert 0.1 < origins[land.code] / 400 < 0.55
        assert origins["CN"] > 40


def test_prices_look_like_prices(trade: Trade) -> None:
    good = trade.seller_for("DE").goods[0]
    for code in ("DE", "BR", "PL"):
        assert good.price_minor(LANDS[code]) % 100 in {99, 90, 95, 0, 49}


def test_hs_codes_are_six_digits(trade: Trade) -> None:
    goods = [good for country in ("CN", "DE", "US") for good in trade.open_seller(country).goods]
    assert all(len(good.hs_code) == 6 and good.hs_code.isdigit() for good in goods)
    assert {good.category for good in goods} <= set(CATEGORIES)


def test_baskets_are_small_and_thieves_fill_theirs(trade: Trade) -> None:
    seller = trade.open_seller("DE", "electronics")
    honest = sum(worth_euro(trade.basket(seller)) for _ in range(400))
    dishonest = sum(worth_euro(trade.dear_basket(seller)) for _ in range(400))
    assert dishonest > 1.15 * honest
    assert {len(trade.basket(seller)) for _ in range(200)} <= {1, 2, 3}


def test_thieves_prefer_what_sells_on(trade: Trade) -> None:
    def resale(sellers: list[str]) -> float:
        return sum(CATEGORIES[category].resale for category in sellers) / len(sellers)

    usual = [trade.seller_for("US").goods[0].category for _ in range(400)]
    wanted = [trade.resale_seller("US").goods[0].category for _ in range(400)]
    assert resale(wanted) > 1.15 * resale(usual)


def test_small_sellers_and_newcomers_are_on_marketplaces(trade: Trade) -> None:
    assert trade.small_seller("CN").merchant.is_marketplace
    assert trade.private_seller("Ana", trade.open_seller("PT").spot).name == "Ana"
    assert trade.fee_desk("PT") is trade.fee_desk("PT")
    before = {seller.name for seller in trade._sellers["CN"]}
    for _ in range(200):
        trade.renew()
    assert {seller.name for seller in trade._sellers["CN"]} != before


def test_merchants_have_names_of_their_own() -> None:
    merchants = Trade.merchants()
    assert len({merchant.key for merchant in merchants}) == len({merchant.prefix for merchant in merchants}) == 12
    assert all(merchant.domain.endswith(".example") for merchant in merchants)
