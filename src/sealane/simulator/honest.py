"""The honest: who orders what where, and all the harmless things that look odd from outside."""

from collections.abc import Callable

from sealane.simulator import aftermath
from sealane.simulator.chance import DAY_US, HOUR_US, SECOND_US, Deck, Weighted
from sealane.simulator.desk import Placed
from sealane.simulator.facts import FORWARDERS, LOST, ORDER_HOURS, REROUTED, STALLED
from sealane.simulator.fulfilment import REFUNDED, Fulfilment
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.atlas import BUYERS
from sealane.simulator.realm.cards import issue
from sealane.simulator.realm.people import Contact, Shopper
from sealane.simulator.realm.trade import Seller
from sealane.simulator.scene import Scene

__all__ = ["Honest"]

_OF_HONEST = 1 / 0.97
_OF_SENT = 1 / 0.905
"""Shares are given of all orders; these turn them into shares of honest orders, and of honest parcels sent."""

_WHERE = {
    "office": 0.14,
    "pickup": 0.08,
    "gift": 0.05,
    "forwarder": FORWARDERS * _OF_HONEST,
    "traveller": 0.015,
    "reseller": 0.004,
    "split": 0.02,
    "digital": 0.015,
    "moved": 0.006,
    "private": 0.004,
    "fee": 0.0008,
}
_FORTUNES = {
    "lost": LOST * _OF_SENT,
    "stalled": STALLED * _OF_SENT,
    "porch_theft": 0.0010 * _OF_SENT,
    "courier_theft": 0.0004 * _OF_SENT,
    "impatient": 0.0015 * _OF_SENT,
    "returned": 0.052,
    "not_as_described": 0.007,
    "unclaimed": 0.008,
    "recalled": 0.004,
}
_CODES_EURO = (0.99, 1.99, 2.99, 5, 5, 9.99, 10, 15, 20, 25, 50, 100)
_PARCEL_FREE = frozenset({"digital", "fee"})
_UNUSUAL = frozenset({"gift", "forwarder", "traveller", "reseller", "moved"})


class Honest:
    """Tells the stories of people who mean no harm."""

    RESELLERS = 8

    def __init__(self, scene: Scene) -> None:
        self._scene, self._stream = scene, scene.stream
        self._fulfilment = Fulfilment(scene)
        self._where = Deck(scene.stream, _WHERE, "home")
        self._fortune = Deck(scene.stream, _FORTUNES, "")
        self._detour = Deck(scene.stream, {"reroute": REROUTED * _OF_SENT}, "")
        self._lands_by_hour = [_lands_at(hour) for hour in range(24)]
        self._resellers: list[Shopper] = []
        self._destinations: dict[str, Callable[[Purchase], None]] = {
            "office": self._to_office,
            "pickup": self._to_pickup,
            "gift": self._to_somebody,
            "reseller": self._to_somebody,
            "traveller": self._while_travelling,
            "forwarder": self._to_forwarder,
            "split": self._split,
            "digital": self._make_digital,
            "private": self._privately,
            "fee": self._as_fee,
        }

    def order(self, at_us: int) -> None:
        """Let somebody honest order now; after a change to the account it takes them a little longer."""
        scene, stream = self._scene, self._stream
        country = self._lands_by_hour[at_us // HOUR_US % 24].pick(stream)
        where = self._where.deal()
        shopper = self._reseller(country, at_us) if where == "reseller" else scene.people.come(country, at_us)
        if stream.happens(0.002):
            scene.trade.renew()
        if self._drift(shopper, at_us, moves=where == "moved"):
            later_us = at_us + stream.pause_us(0.5 * HOUR_US, 1.5)
            scene.desk.plan(later_us, lambda now_us: self._order(shopper, where, now_us))
        else:
            self._order(shopper, where, at_us)

    def _order(self, shopper: Shopper, where: str, at_us: int) -> None:
        """Place the order and plan what follows."""
        scene, stream = self._scene, self._stream
        purchase = scene.prepare(shopper, self._seller(shopper, where))
        where = self._send(purchase, where)
        turned_down = scene.reckoning.turns_down(is_unusual=where in _UNUSUAL)
        if turned_down or where in _PARCEL_FREE:
            outcome = "rejected" if turned_down else "settled"
            placed = scene.place(purchase, at_us, scene.truth(purchase, story=where, outcome=outcome))
            self._end_at_checkout(placed, purchase, at_us, turned_down=turned_down)
        elif purchase.method == "bank_transfer" and stream.happens(0.07):
            placed = scene.place(purchase, at_us, scene.truth(purchase, story=where, outcome="unpaid"))
        else:
            placed = self._sell(purchase, at_us, where)
        shopper.last_order = placed

    def _reseller(self, country: str, at_us: int) -> Shopper:
        """Return a small shop that orders for its own customers: one payer, ever new consignees."""
        if len(self._resellers) < self.RESELLERS:
            self._resellers.append(self._scene.people.new(country, at_us))
        return self._stream.one_of(self._resellers)

    def _drift(self, shopper: Shopper, at_us: int, *, moves: bool) -> bool:
        """Let time pass for the shopper: a new phone, card, password or home; tell whether the account shows it."""
        stream, scene = self._stream, self._scene
        changed = []
        if stream.happens(0.035):
            shopper.devices = [scene.internet.device(), *shopper.devices[:1]]
            changed += ["device"] * stream.happens(0.4)
        if stream.happens(0.025):
            shopper.cards = [issue(shopper.country, stream), *shopper.cards[:1]]
        if stream.happens(0.014):
            changed.append("password")
        if stream.happens(0.005):
            names = scene.people.names
            email = names.email(shopper.given, shopper.family, shopper.country)
            shopper.contact = Contact(shopper.contact.name, names.phone(shopper.country), email)
            changed.append(stream.one_of(("email", "phone")))
        if moves:
            shopper.home = scene.places.new(shopper.country)
            shopper.home_ip = scene.internet.home(shopper.country)
            changed += ["address"] * stream.happens(0.8)
        told = [self._account_change(shopper, at_us, field) for field in changed]
        return any(told)

    def _account_change(self, shopper: Shopper, at_us: int, field: str) -> bool:
        placed = shopper.last_order
        if not isinstance(placed, Placed) or not shopper.account:
            return False
        asked = {"ip": shopper.home_ip, "device": shopper.devices[0], "channel": "web"}
        placed.tell("account.changed", at_us, {"field": field, "requested_by": asked})
        return True

    def _seller(self, shopper: Shopper, where: str) -> Seller:
        trade = self._scene.trade
        if where == "private":
            return trade.private_seller(shopper.contact.name, shopper.home)
        return trade.fee_desk(shopper.country) if where == "fee" else trade.seller_for(shopper.country)

    def _send(self, purchase: Purchase, where: str) -> str:
        """Set where the parcel goes; return the story, which may turn out plainer than planned."""
        if where == "office" and not purchase.buyer.office:
            return ""
        tell = self._destinations.get(where)
        if tell:
            tell(purchase)
        return "" if where == "home" else where

    def _to_office(self, purchase: Purchase) -> None:
        if purchase.buyer.office:
            self._scene.send_to(purchase, purchase.buyer.office[0])

    def _to_pickup(self, purchase: Purchase) -> None:
        buyer = purchase.buyer
        purchase.parcels[0].pickup = self._scene.places.pickup(buyer.country, buyer.home.town)

    def _to_somebody(self, purchase: Purchase) -> None:
        """Send it to a relative, a friend or a customer, mostly in the same land."""
        scene, stream, buyer = self._scene, self._stream, purchase.buyer
        country = scene.some_land() if stream.happens(0.2) else buyer.country
        family = buyer.family if stream.happens(0.25) else None
        _, _, purchase.parcels[0].consignee = scene.people.names.new(country, family)
        scene.send_to(purchase, scene.places.new(country))

    def _while_travelling(self, purchase: Purchase) -> None:
        """Order from a hotel abroad, half of the time to the hotel's town."""
        country = self._scene.some_land()
        purchase.ip = self._scene.internet.hotel(country)
        if self._stream.happens(0.5):
            self._scene.send_to(purchase, self._scene.places.new(country))

    def _to_forwarder(self, purchase: Purchase) -> None:
        """Send the parcel to the suite that this shopper always has at a forwarder."""
        buyer = purchase.buyer
        abroad = [spot for spot in self._scene.forwarders if spot.country != buyer.country]
        suite = 10_000 + sum(ord(mark) * 31**place for place, mark in enumerate(buyer.contact.email)) % 90_000
        self._scene.send_to(purchase, abroad[suite % len(abroad)].with_unit(f"Suite {suite}"))

    def _privately(self, purchase: Purchase) -> None:
        """Buy a label to send something of one's own."""
        country = self._scene.some_land() if self._stream.happens(0.5) else purchase.buyer.country
        self._scene.make_label(purchase, country)

    def _as_fee(self, purchase: Purchase) -> None:
        """Pay the customs fee that a carrier has truly laid out."""
        self._scene.make_fee(purchase, self._stream.lognormal(9.0, 0.8))

    def _split(self, purchase: Purchase) -> None:
        """Send what does not fit into one box as two or three parcels, each with its tracking number."""
        first = purchase.parcels[0]
        lines = first.lines if len(first.lines) > 1 else self._scene.trade.basket(first.seller) + first.lines
        share = purchase.amount_minor // len(lines)
        purchase.parcels = []
        for line in lines[:3]:
            parcel = self._scene.parcel(first.consignee, first.seller, [line], first.spot)
            parcel.declared_minor = parcel.goods_minor = share
            parcel.is_numbered = True
            purchase.parcels.append(parcel)

    def _make_digital(self, purchase: Purchase) -> None:
        """Turn the purchase into a gift code or a licence, which has no parcel."""
        purchase.parcels = []
        euro = self._stream.one_of(_CODES_EURO)
        purchase.amount_minor = int(euro * 100 * purchase.amount_minor / purchase.euro / 100)
        if purchase.method == "cash_on_delivery":
            purchase.method = "wallet"

    def _end_at_checkout(self, placed: Placed, purchase: Purchase, at_us: int, *, turned_down: bool) -> None:
        stream = self._stream
        if turned_down:
            aftermath.attempt(placed, purchase, at_us, stream)
            if stream.happens(0.12):
                aftermath.judge(placed, at_us + stream.pause_us(4 * DAY_US), "genuine")
            return
        ready_us = aftermath.authorize(placed, purchase, at_us, stream)
        paid_us = ready_us + int(stream.spread(0.4, 9.0) * SECOND_US)
        placed.tell("payment.captured", paid_us, {"amount": purchase.money()})

    def _sell(self, purchase: Purchase, at_us: int, where: str) -> Placed:
        """Let payment and parcel take their course, with the fortune and the detour that the decks deal."""
        scene = self._scene
        fortune, detour = self._fortune.deal(), self._detour.deal()
        if not fortune and not purchase.merchant.is_marketplace:
            fortune = "recalled" * self._stream.happens(purchase.seller.diligence.unused_labels)
        story = "+".join(filter(None, (where, fortune, detour)))
        outcome = "refunded" if fortune in REFUNDED else "settled"
        placed = scene.place(purchase, at_us, scene.truth(purchase, story=story, outcome=outcome))
        self._fulfilment.run(placed, purchase, at_us, fortune=fortune, is_rerouted=bool(detour))
        return placed


def _lands_at(utc_hour: int) -> Weighted[str]:
    """Return how likely each land orders in this hour of UTC: its share times its local rhythm."""
    return Weighted({land.code: land.share * ORDER_HOURS[(utc_hour + land.utc_hours) % 24] for land in BUYERS})
