"""Parcels caught on the road: account takeover (1) and stolen cards sent to their holder's address (2)."""

from typing import Any

from sealane.simulator import aftermath
from sealane.simulator.chance import DAY_US, HOUR_US, MINUTE_US
from sealane.simulator.crime.crew import Crew
from sealane.simulator.desk import Placed
from sealane.simulator.journey import Trip, locate, tell_doorstep, tell_road
from sealane.simulator.purchase import Purchase, route_of
from sealane.simulator.realm.people import Shopper
from sealane.simulator.realm.places import Pickup, Spot
from sealane.simulator.scene import Scene

__all__ = ["Interception", "Takeover"]


class _Catcher(Crew):
    """Orders to an address that passes every check, then asks the carrier to bring the parcel elsewhere."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        town = scene.places.town(self.land)
        self._drops: list[Spot | Pickup] = [scene.places.new(self.land, town), scene.places.pickup(self.land, town)]

    def catch(self, purchase: Purchase, at_us: int, *, from_label: bool) -> None:
        """Place the order, reroute the parcel, and see whether it arrives or is called back."""
        scene, stream = self.scene, self.stream
        passes = scene.reckoning.lets_through(route_of(purchase), purchase.euro)
        placed = self.cheat(purchase, at_us, outcome="settled" if passes else "stopped")
        trip = self.fulfilment.begin(placed, purchase, at_us)
        ask_us = trip.label_us + stream.pause_us(40 * MINUTE_US, 1.1)
        if not from_label or stream.happens(0.3):
            ask_us = trip.handed_us + stream.pause_us(9 * HOUR_US, 0.8)
        ask_us = min(ask_us, trip.out_us - 30 * MINUTE_US)
        drop = self._drop(purchase.parcels[0].spot)
        name = purchase.parcels[0].consignee.name
        if stream.happens(0.3):
            name = scene.people.names.new(self.land)[2].name
        aftermath.reroute(placed, ask_us, drop, name, self._asked(purchase))
        self._end(placed, purchase, trip, (ask_us, drop, passes))
        self.fulfilment.pay_out(placed, purchase, trip)

    def _end(self, placed: Placed, purchase: Purchase, trip: Trip, how: tuple[int, Spot | Pickup, bool]) -> None:
        ask_us, drop, passes = how
        if not passes:
            back_us = self.fulfilment.call_back(placed, purchase, trip, from_us=ask_us)
            self.scene.find_out(placed, purchase, after_us=back_us, share=0.8)
            if self.stream.happens(0.4):
                self.retool()
            return
        parcel = purchase.parcels[0]
        self.fulfilment.redirect(parcel, trip, drop)
        tell_road(placed, parcel, trip, self.scene.road)
        spot = drop.spot if isinstance(drop, Pickup) else drop
        proof = aftermath.proof_of_delivery(self.scene.road)
        tell_doorstep(placed, parcel, trip, locate(spot, self.scene.road), proof)
        self.find_out(placed, purchase, trip.delivered_us, share=0.85)

    def _drop(self, spot: Spot) -> Spot | Pickup:
        """Return where the parcel shall go: a place of the crew, or a pick-up point near the first address."""
        places, stream = self.scene.places, self.stream
        if spot.country != self.land or stream.happens(0.25 + 0.3 * self.care):
            if stream.happens(0.6):
                return places.pickup(spot.country, spot.town)
            return places.new(spot.country)
        return stream.one_of(self._drops)

    def _asked(self, purchase: Purchase) -> dict[str, Any]:
        stream = self.stream
        if stream.happens(0.18 + 0.2 * self.care):
            return {"channel": "phone", "phone": purchase.contact.phone}
        channel = "web" if stream.happens(0.75) else "app"
        asked = {"channel": channel, "ip": self.ip(purchase.buyer.country), "device": self.device()}
        if stream.happens(0.25):
            asked["phone"] = self.scene.people.names.phone(self.land)
        return asked


class Takeover(_Catcher):
    """1: somebody else's old account, card on file and verified address, and then a reroute."""

    typology = "takeover_reroute"
    sizes = (2, 6)
    days = 40.0

    def strike(self, at_us: int) -> None:
        """Take an account over now, and order from it within three days."""
        scene, stream = self.scene, self.stream
        country = self.land if stream.happens(0.6) else scene.some_land()
        victim = self._victim(country) or self._unseen(country, at_us)
        earlier = victim.last_order
        if isinstance(earlier, Placed) and stream.happens(0.7):
            field = stream.one_of(("password", "password", "email", "phone", "device"))
            asked = {"channel": "web", "ip": self.ip(country), "device": self.device()}
            earlier_us = at_us + stream.between(1, 20 * 60) * 1_000_000
            earlier.tell("account.changed", earlier_us, {"field": field, "requested_by": asked})
        begin_us = at_us + 20 * MINUTE_US + int(stream.random() ** 2 * 2.5 * DAY_US)
        scene.desk.plan(begin_us, lambda now_us: self._order(victim, now_us))

    def _victim(self, country: str) -> Shopper | None:
        """Return a shopper with an account, a card on file and an order behind them, if one is found."""
        for _ in range(8):
            shopper = self.scene.people.known(country)
            if shopper and shopper.account and shopper.last_order is not None and shopper.method == "card":
                return shopper
        return None

    def _unseen(self, country: str, at_us: int) -> Shopper:
        """Return an account that has never ordered within this world's time, but is old."""
        shopper = self.persona(country, at_us, throwaway=0.0)
        shopper.account = shopper.account or f"a-{self.stream.code(8)}"
        shopper.account_us = at_us - int(self.stream.spread(60, 2000) * DAY_US)
        return shopper

    def _order(self, victim: Shopper, at_us: int) -> None:
        seller = self.resale(victim.country)
        purchase = self.scene.prepare(victim, seller, self.scene.trade.dear_basket(seller))
        card = self.stream.one_of(victim.cards)
        honest_checks = purchase.checks
        self.dress(purchase, card, knows_address=True)
        if honest_checks and self.stream.happens(0.5):
            purchase.checks = honest_checks
        self.catch(purchase, at_us, from_label=False)


class Interception(_Catcher):
    """2: a stolen card, ordered to its holder's own address, and caught between label and door."""

    typology = "intercepted_delivery"
    sizes = (3, 8)
    days = 30.0

    def strike(self, at_us: int) -> None:
        """Order in a stranger's name to the stranger's home."""
        country = self.land if self.stream.happens(0.7) else self.scene.some_land()
        persona = self.persona(country, at_us)
        seller = self.resale(country)
        purchase = self.scene.prepare(persona, seller, self.scene.trade.dear_basket(seller))
        self.dress(purchase, self.stolen_card(country), knows_address=True)
        self.catch(purchase, at_us, from_label=True)
