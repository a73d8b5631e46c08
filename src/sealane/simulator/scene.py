"""The scene: one running world, with everything the stories of the honest and the dishonest play on."""

from sealane.simulator.aftermath import charge_back, judge
from sealane.simulator.chance import DAY_US, HOUR_US, Ladder, Stream, Weighted
from sealane.simulator.desk import FIRST_NUMBER, Desk, Placed, Timeline, Truth
from sealane.simulator.facts import DELAY_DAYS, DELAY_SIGMA, TYPOLOGIES
from sealane.simulator.purchase import Parcel, Purchase, body_of, route_of
from sealane.simulator.realm.atlas import BUYERS, LANDS
from sealane.simulator.realm.cards import check_honest
from sealane.simulator.realm.carriers import Carriers
from sealane.simulator.realm.internet import Internet
from sealane.simulator.realm.people import Contact, People, Shopper
from sealane.simulator.realm.places import Places, Spot, distance_km
from sealane.simulator.realm.trade import Line, Seller, Trade
from sealane.simulator.reckoning import Reckoning

__all__ = ["Scene"]

_FORWARDER_LANDS = ("US", "US", "GB", "DE", "US", "ES", "DE")
_SHIPPING_CENTS = (299, 390, 499, 690, 990, 1490)
_DISCOUNTS = (0.05, 0.1, 0.1, 0.15, 0.2, 0.25)
_LANDS = Weighted({land.code: land.share for land in BUYERS})
_DECLARED = Weighted({"paid": 0.62, "list": 0.18, "untaxed": 0.20})
_CONNECTED = Weighted({"home": 0.60, "mobile": 0.26, "office": 0.06, "elsewhere": 0.04, "anonymous": 0.04})


class Scene:
    """One running world; `stream` serves the stories, the rooms of the world have streams of their own."""

    def __init__(self, seed: int, timeline: Timeline, first_number: int = FIRST_NUMBER) -> None:
        self.stream = Stream(f"{seed}/stories")
        self.road = Stream(f"{seed}/road")
        self.law = Stream(f"{seed}/law")
        self.places = Places(Stream(f"{seed}/places"))
        self.internet = Internet(Stream(f"{seed}/internet"))
        self.people = People(Stream(f"{seed}/people"), self.places, self.internet)
        self.trade = Trade(Stream(f"{seed}/trade"), self.places, Stream(f"{seed}/diligence"))
        self.carriers = Carriers(Stream(f"{seed}/carriers"))
        self.reckoning = Reckoning(self.law)
        self._delays = Ladder(self.law, DELAY_DAYS, DELAY_SIGMA)
        self.desk = Desk(Stream(f"{seed}/desk"), timeline, first_number)
        self.forwarders = [self.places.new(country) for country in _FORWARDER_LANDS]
        """The warehouses of firms that take parcels in for others and send them on."""

    def prepare(self, buyer: Shopper, seller: Seller, lines: list[Line] | None = None) -> Purchase:
        """Return an ordinary purchase: own device, own card, home address; the story changes what it needs to."""
        stream, land = self.stream, LANDS[buyer.country]
        lines = lines or self.trade.basket(seller)
        goods_minor = sum(good.price_minor(land) * quantity for good, quantity in lines)
        paid_minor = goods_minor
        if stream.happens(0.09):
            paid_minor -= int(goods_minor * stream.one_of(_DISCOUNTS))
        shipping_minor = 0 if stream.happens(0.5) else int(land.per_euro * stream.one_of(_SHIPPING_CENTS))
        card = stream.one_of(buyer.cards) if buyer.method == "card" else None
        parcel = self.parcel(buyer.contact, seller, lines, buyer.home)
        parcel.goods_minor = goods_minor
        parcel.declared_minor = self._declare(paid_minor, goods_minor)
        return Purchase(
            buyer=buyer,
            seller=seller,
            device=stream.one_of(buyer.devices),
            ip=self._own_ip(buyer),
            currency=land.currency,
            amount_minor=paid_minor + shipping_minor,
            method=buyer.method,
            card=card,
            checks=check_honest(card, stream) if card else None,
            billing=buyer.home if card or stream.happens(0.6) else None,
            billing_name=buyer.contact.name,
            parcels=[parcel],
            contact=buyer.contact,
            failed_attempts=stream.between(1, 2) if card and stream.happens(0.055) else 0,
            channel="app" if stream.happens(0.34) else "web",
            psp_reference=_psp_reference(seller.merchant.psp, stream),
        )

    def parcel(self, consignee: Contact, seller: Seller, lines: list[Line], spot: Spot) -> Parcel:
        """Return a parcel with these goods; its declared value is still to be set."""
        km = distance_km(seller.spot, spot)
        carriage = self.carriers.choose(seller.spot, spot.country, km)
        grams = sum(good.grams * quantity for good, quantity in lines) + self.stream.between(40, 260)
        return Parcel(
            seller=seller,
            lines=lines,
            spot=spot,
            consignee=consignee,
            carriage=carriage,
            km=km,
            number=self.carriers.number(carriage.carrier, seller.spot.country),
            grams=grams,
            declared_minor=0,
            goods_minor=0,
            is_numbered=self.stream.happens(0.12),
        )

    def send_to(self, purchase: Purchase, spot: Spot) -> None:
        """Let the parcel go to another place; carrier and distance follow."""
        parcel = purchase.parcels[0]
        parcel.spot = spot
        parcel.km = distance_km(parcel.seller.spot, spot)
        parcel.carriage = self.carriers.choose(parcel.seller.spot, spot.country, parcel.km)
        parcel.number = self.carriers.number(parcel.carriage.carrier, parcel.seller.spot.country)

    def make_label(self, purchase: Purchase, country: str) -> None:
        """Turn a purchase into a label that a private person buys, to send something of their own to this land."""
        purchase.amount_minor = int(purchase.amount_minor / purchase.euro * self.stream.spread(9, 32))
        _, _, purchase.parcels[0].consignee = self.people.names.new(country)
        self.send_to(purchase, self.places.new(country))

    def make_fee(self, purchase: Purchase, euro: float) -> None:
        """Turn a purchase into the payment of a customs fee for a parcel that is said to be under way."""
        purchase.amount_minor = int(purchase.amount_minor / purchase.euro * euro)
        parcel = purchase.parcels[0]
        fee = parcel.lines[0].good._replace(
            description="Customs clearance fee", hs_code="490700", category="service", euro=euro
        )
        parcel.lines = [parcel.lines[0]._replace(good=fee, quantity=1)]
        parcel.declared_minor, parcel.grams, parcel.is_numbered = 0, 0, True

    def place(self, purchase: Purchase, at_us: int, truth: Truth) -> Placed:
        """Place the order and let its outcome count."""
        self.reckoning.count(outcome=truth.outcome, route=truth.route, euro=truth.euro)
        return self.desk.write_order(purchase.merchant, at_us, body_of(purchase), truth)

    def truth(self, purchase: Purchase, *, typology: str = "", story: str = "", outcome: str = "settled") -> Truth:
        """Return the truth about a purchase; the stage is the typology's own."""
        stage = TYPOLOGIES[typology].stage if typology else ""
        return Truth(
            is_fraud=bool(typology),
            typology=typology,
            stage=stage,
            story=story,
            outcome=outcome,
            route=route_of(purchase),
            euro=round(purchase.euro, 2),
        )

    def find_out(self, placed: Placed, purchase: Purchase, *, after_us: int, share: float, dispute: str = "") -> None:
        """Let a fraud become known with this probability: by chargeback for the reason `dispute`, or by verdict."""
        if not self.law.happens(share):
            return
        at_us = placed.observed_us + int(self._delays.draw() * DAY_US)
        at_us = max(at_us, after_us + self.law.pause_us(14 * HOUR_US))
        if dispute and purchase.method in {"card", "wallet"}:
            self.charge_back(placed, purchase, at_us, dispute)
            if self.law.happens(0.35):
                judge(placed, at_us + self.law.pause_us(3 * DAY_US), "fraud")
        else:
            judge(placed, at_us, "fraud")

    def charge_back(self, placed: Placed, purchase: Purchase, at_us: int, reason: str) -> None:
        """Report a chargeback and let it count, so that first-party ones keep their share."""
        self.reckoning.dispute()
        charge_back(placed, purchase, at_us, reason)

    def some_land(self) -> str:
        """Return a land of buyers by its share."""
        return _LANDS.pick(self.stream)

    def _declare(self, paid_minor: int, goods_minor: int) -> int:
        """Return an honest customs value: the price paid, the list price, or the price without tax."""
        way = _DECLARED.pick(self.stream)
        return paid_minor if way == "paid" else goods_minor if way == "list" else int(paid_minor / 1.2)

    def _own_ip(self, buyer: Shopper) -> str:
        way = _CONNECTED.pick(self.stream)
        if way == "home" or (way == "office" and buyer.office is None):
            return buyer.home_ip
        if way == "office" and buyer.office:
            return buyer.office[1]
        if way == "mobile":
            return self.internet.mobile(buyer.country)
        return self.internet.anonymous() if way == "anonymous" else self.internet.home(buyer.country)


def _psp_reference(psp: str, stream: Stream) -> str:
    """Return a payment's name at its PSP: `pi_3n...` at Stripe, capitals elsewhere."""
    return f"pi_3{stream.code(23)}" if psp == "stripe" else stream.code(16).upper()
