"""Trade: shops and marketplaces, their sellers and catalogues, and who buys where from."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from sealane.simulator.chance import Stream, Weighted
from sealane.simulator.realm.atlas import LANDS, Land
from sealane.simulator.realm.diligence import Diligence, deal_diligence
from sealane.simulator.realm.places import Places, Spot

__all__ = ["Good", "Line", "Merchant", "Seller", "Trade"]


class Category(NamedTuple):
    """A kind of goods: price median in euro and weight median in grams, and how well thieves can sell it on."""

    price: float
    grams: float
    resale: float
    goods: tuple[str, ...]


class Good(NamedTuple):
    """One article of a catalogue; `euro` is its price before it is rounded into a currency."""

    sku: str
    description: str
    hs_code: str
    category: str
    euro: float
    grams: int
    ending: int

    def price_minor(self, land: Land) -> int:
        """Return the shelf price in the land's minor units, rounded the way shops do: 12990."""
        return max(1, int(self.euro * land.per_euro)) * 100 + self.ending


class Line(NamedTuple):
    """So many of one good."""

    good: Good
    quantity: int


class Merchant(msgspec.Struct, frozen=True):
    """A shop or marketplace that reports its orders to Sealane."""

    key: str
    name: str
    country: str
    domain: str
    prefix: str
    psp: str
    is_marketplace: bool = False


class Seller(msgspec.Struct):
    """Whoever sends the goods: the shop itself, or one of a marketplace's many sellers."""

    name: str
    merchant: Merchant
    spot: Spot
    goods: list[Good]
    prompt: float
    """How quickly parcels leave: 1 is usual, 2 takes twice as long."""
    diligence: Diligence

    def told(self) -> dict[str, Any]:
        """Return the shipper as the wire wants it."""
        spot = self.spot
        return {"name": self.name, "city": spot.town.name, "postcode": spot.postcode, "country": spot.country}


CATEGORIES = {
    "electronics": Category(130, 350, 0.9, (
        "Wireless earbuds 851830", "Smart watch 851762", "Tablet computer 847130", "Action camera 852589",
        "Smartphone 851713", "Power bank 850760", "Bluetooth speaker 851822", "Game console 950450")),
    "jewellery": Category(120, 300, 0.8, (
        "Wrist watch 910211", "Silver ring 711311", "Gold chain 711319", "Pearl necklace 711610")),
    "fashion": Category(48, 420, 0.5, (
        "Leather handbag 420221", "Running shoes 640411", "Denim jeans 620342", "Cotton shirt 610510",
        "Wool coat 620211", "Silk scarf 621410", "Leather boots 640391")),
    "beauty": Category(42, 520, 0.5, (
        "Face serum 330499", "Eau de parfum 330300", "Hair treatment 330590", "Make-up set 330420")),
    "home": Category(55, 1150, 0.15, (
        "LED desk lamp 940521", "Bed linen set 630231", "Porcelain dinner set 691110", "Wall shelf 940360",
        "Cast iron pan 732392", "Coffee grinder 850940")),
    "toys": Category(38, 700, 0.3, (
        "Model figure 950300", "Building kit 950300", "Board game 950490", "Collectible cards 950440")),
    "sports": Category(65, 780, 0.3, (
        "Yoga mat 950691", "Bicycle light 851210", "Hiking backpack 420292", "Swim goggles 900490")),
    "books": Category(22, 640, 0.05, ("Illustrated book 490199", "Language course 490199", "Sketch pad 482010")),
    "parts": Category(45, 900, 0.2, ("Brake pads 870830", "Dash camera 852589", "Seat cover 940499")),
}  # fmt: skip
_ADJECTIVES = (
    "classic", "compact", "premium", "vintage", "slim", "deluxe", "outdoor", "everyday", "travel", "mini",
)  # fmt: skip
_ENDINGS = (99, 99, 99, 90, 95, 0, 49)
_GENERIC = (
    "electronics", "fashion", "beauty", "home", "toys", "sports", "parts", "jewellery",
)  # fmt: skip
_FIRST = (
    "Bright", "Golden", "North", "Silver", "Lucky", "Blue", "Royal", "Green", "Rapid", "Pacific", "Urban",
    "Lotus", "Prime", "Stella", "Nova", "Delta",
)  # fmt: skip
_LAST = (
    "Trading", "Store", "Supply", "Direct", "Goods", "Outlet", "Commerce", "House", "Works", "Market",
    "Depot Shop", "Collective",
)  # fmt: skip
MARKETPLACES = (
    Merchant("globalmart", "Globalmart", "NL", "globalmart.example", "GM", "adyen", is_marketplace=True),
    Merchant("atlantico", "Atlantico", "PT", "atlantico.example", "AT", "stripe", is_marketplace=True),
)
_SHOPS = (
    (Merchant("lumenhaus", "Lumenhaus", "DE", "lumenhaus.example", "LH", "adyen"), "home"),
    (Merchant("radwerk", "Radwerk", "DE", "radwerk.example", "RW", "stripe"), "sports"),
    (Merchant("seoul-skin", "Seoul Skin", "KR", "seoulskin.example", "SK", "stripe"), "beauty"),
    (Merchant("tokyo-hobby", "Tokyo Hobby", "JP", "tokyohobby.example", "TH", "stripe"), "toys"),
    (Merchant("northgate", "Northgate Clothing", "GB", "northgate.example", "NG", "worldpay"), "fashion"),
    (Merchant("volt-direct", "Volt Direct", "US", "voltdirect.example", "VD", "stripe"), "electronics"),
    (Merchant("casa-viva", "Casa Viva", "IT", "casaviva.example", "CV", "nexi"), "jewellery"),
    (Merchant("maison-lys", "Maison Lys", "FR", "maisonlys.example", "ML", "adyen"), "beauty"),
    (Merchant("livraria-sol", "Livraria Sol", "BR", "livrariasol.example", "LS", "pagseguro"), "books"),
    (Merchant("iberia-sport", "Iberia Sport", "ES", "iberiasport.example", "IS", "redsys"), "sports"),
)
_MARKET_SELLERS = {
    "CN": 40, "DE": 10, "FR": 7, "ES": 6, "PT": 4, "IT": 7, "NL": 6, "PL": 7, "GB": 9, "US": 12,
    "BR": 6, "JP": 5, "KR": 5,
}  # fmt: skip
_LANES = {
    "DE": "DE 40 CN 22 NL 8 PL 8 IT 5 FR 4 US 5 GB 4 JP 2 KR 2", "FR": "FR 38 CN 21 DE 9 ES 6 IT 7 NL 4 JP 6 GB 4 US 5",
    "ES": "ES 34 CN 22 DE 10 FR 7 IT 5 PT 3 GB 11 US 5 KR 3", "PT": "PT 20 CN 28 ES 24 DE 7 FR 6 GB 5 US 6 BR 4",
    "IT": "IT 38 CN 22 DE 11 FR 7 ES 4 GB 5 US 6 KR 4 JP 3", "NL": "NL 36 DE 16 CN 24 FR 4 PL 4 GB 7 US 6 KR 3",
    "PL": "PL 38 DE 18 CN 26 NL 5 IT 4 GB 4 US 5", "GB": "GB 42 CN 22 DE 7 FR 6 IT 5 US 12 JP 3 KR 3",
    "US": "US 42 CN 24 GB 8 KR 8 JP 6 DE 5 IT 4 FR 3", "BR": "BR 40 US 24 CN 26 PT 4 DE 3 IT 3",
}  # fmt: skip


class Trade:
    """All sellers, and the habits of each land in buying from them."""

    def __init__(self, stream: Stream, places: Places, care: Stream) -> None:
        self._stream, self._places = stream, places
        self.diligence = deal_diligence(
            care, [merchant.key for merchant, _ in _SHOPS], [merchant.key for merchant in MARKETPLACES]
        )
        """How carefully each shop and marketplace is run, by its key."""
        self._sellers: dict[str, list[Seller]] = {code: [] for code in LANDS}
        self._fee_desks: dict[str, Seller] = {}
        self._lanes = {land: _read_lanes(text) for land, text in _LANES.items()}
        for merchant, category in _SHOPS:
            self._sellers[merchant.country].append(self._open(merchant.name, merchant, merchant.country, [category]))
        for country, number in _MARKET_SELLERS.items():
            for _ in range(number):
                self._sellers[country].append(self.open_seller(country))

    @staticmethod
    def merchants() -> tuple[Merchant, ...]:
        """Return everybody who reports orders: the marketplaces and the shops."""
        return MARKETPLACES + tuple(merchant for merchant, _ in _SHOPS)

    def seller_for(self, buyer_country: str) -> Seller:
        """Return whom somebody in this land buys from next; big sellers come first in each list."""
        sellers = self._sellers[self._lanes[buyer_country].pick(self._stream)]
        return sellers[int(len(sellers) * self._stream.random() ** 1.8)]

    def resale_seller(self, buyer_country: str) -> Seller:
        """Return a seller of goods that thieves can sell on."""
        return self._wanted(buyer_country, lambda seller: CATEGORIES[seller.goods[0].category].resale)

    def easy_seller(self, buyer_country: str) -> Seller:
        """Return a seller whose shop looks away."""
        return self._wanted(buyer_country, lambda seller: seller.diligence.lure)

    def prey(self, buyer_country: str) -> Seller:
        """Return a seller of goods that thieves can sell on, whose shop looks away."""
        return self._wanted(
            buyer_country, lambda seller: CATEGORIES[seller.goods[0].category].resale ** 0.5 * seller.diligence.lure
        )

    def open_seller(self, country: str, category: str | None = None) -> Seller:
        """Return a new seller on one of the marketplaces, not yet among those that people find by themselves."""
        stream = self._stream
        name = f"{self._places.town(country).name} {stream.one_of(_FIRST)} {stream.one_of(_LAST)}"
        kinds = [category] if category else [stream.one_of(_GENERIC) for _ in range(stream.between(1, 2))]
        return self._open(name, stream.one_of(MARKETPLACES), country, kinds)

    def small_seller(self, country: str) -> Seller:
        """Return one of the land's smaller sellers on a marketplace, with customers of its own."""
        sellers = [seller for seller in self._sellers[country] if seller.merchant.is_marketplace]
        return self._stream.one_of(sellers[len(sellers) // 2 :])

    def private_seller(self, name: str, spot: Spot) -> Seller:
        """Return a private person who sends something of their own."""
        merchant, good = self._stream.one_of(MARKETPLACES), self._good(self._stream.one_of(_GENERIC))
        return Seller(name, merchant, spot, [good], 0.6, self.diligence[merchant.key])

    def fee_desk(self, country: str) -> Seller:
        """Return where a land's carriers collect the customs fees they have truly paid."""
        if country not in self._fee_desks:
            self._fee_desks[country] = self.open_seller(country)
        return self._fee_desks[country]

    def renew(self) -> None:
        """Let an honest newcomer take the place of a small seller."""
        country = self._lanes[self._stream.one_of(tuple(self._lanes))].pick(self._stream)
        sellers = self._sellers[country]
        place = len(sellers) - 1 - int(len(sellers) / 2 * self._stream.random())
        if sellers[place].merchant.is_marketplace:
            sellers[place] = self.open_seller(country)

    def basket(self, seller: Seller) -> list[Line]:
        """Return what somebody buys: one article most often, now and then several."""
        stream = self._stream
        goods = seller.goods
        picked = {int(len(goods) * stream.random() ** 1.5): 1 for _ in range(1 + int(2.6 * stream.random() ** 2.5))}
        if stream.happens(0.12):
            picked[next(iter(picked))] = stream.between(2, 4)
        return [Line(goods[index], quantity) for index, quantity in picked.items()]

    def dear_basket(self, seller: Seller) -> list[Line]:
        """Return what a thief buys: among a few baskets the dearer one, though not always."""
        baskets = [self.basket(seller) for _ in range(self._stream.between(1, 4))]
        return max(baskets, key=worth_euro)

    def _wanted(self, buyer_country: str, appeal: Callable[[Seller], float]) -> Seller:
        """Return the first of some sellers that appeals, else the last of them."""
        seller = self.seller_for(buyer_country)
        for _ in range(8):
            if self._stream.happens(appeal(seller)):
                break
            seller = self.seller_for(buyer_country)
        return seller

    def _open(self, name: str, merchant: Merchant, country: str, kinds: list[str]) -> Seller:
        stream = self._stream
        goods = [self._good(stream.one_of(kinds)) for _ in range(stream.between(8, 26))]
        prompt = round(stream.lognormal(1.0, 0.35), 2)
        return Seller(name, merchant, self._places.new(country), goods, prompt, self.diligence[merchant.key])

    def _good(self, category: str) -> Good:
        stream, kind = self._stream, CATEGORIES[category]
        noun, _, hs_code = stream.one_of(kind.goods).rpartition(" ")
        return Good(
            sku=f"{noun[:3].upper()}-{stream.digits(5)}",
            description=f"{noun}, {stream.one_of(_ADJECTIVES)}",
            hs_code=hs_code,
            category=category,
            euro=stream.lognormal(kind.price, 0.55),
            grams=max(40, int(stream.lognormal(kind.grams, 0.7))),
            ending=stream.one_of(_ENDINGS),
        )


def worth_euro(lines: list[Line]) -> float:
    """Return what the lines are worth in euro."""
    return sum(line.good.euro * line.quantity for line in lines)


def _read_lanes(text: str) -> Weighted[str]:
    words = text.split()
    return Weighted({words[i]: float(words[i + 1]) for i in range(0, len(words), 2)})
