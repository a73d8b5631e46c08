"""Dishonest sellers: false tracking numbers (6), brushing (8), false customs values (11) and collusion (13)."""

from sealane.simulator import aftermath
from sealane.simulator.chance import DAY_US, HOUR_US
from sealane.simulator.crime.crew import Crew
from sealane.simulator.desk import Placed
from sealane.simulator.fulfilment import contact_of
from sealane.simulator.journey import Trip, locate, plan, tell_doorstep, tell_road
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.cards import check_honest, issue
from sealane.simulator.realm.people import Shopper
from sealane.simulator.realm.places import Spot
from sealane.simulator.realm.trade import Line
from sealane.simulator.scene import Scene

__all__ = ["Brushing", "Collusion", "FakeTracking", "Undervaluation"]


class FakeTracking(Crew):
    """6: honest buyers, a seller who ships nothing, and a tracking number that shall prove otherwise."""

    typology = "fake_tracking"
    sizes = (6, 20)
    days = 25.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        origin = self.stream.one_of(("CN", "CN", "DE", "GB", "US", "PL"))
        if self.stream.happens(0.35):
            self._seller = scene.trade.small_seller(origin)
        else:
            category = self.stream.one_of(("electronics", "fashion", "jewellery", "home"))
            self._seller = scene.trade.open_seller(origin, category)
        self._numbers: list[str] = []

    def strike(self, at_us: int) -> None:
        """Sell to somebody honest, and report a shipment that is none."""
        scene, stream = self.scene, self.stream
        buyer = scene.people.come(scene.some_land(), at_us)
        purchase = scene.prepare(buyer, self._seller)
        self.prepay(purchase)
        parcel = purchase.parcels[0]
        parcel.is_numbered = False
        if self._numbers and stream.happens(0.35 * (1 - self.care)):
            parcel.number = stream.one_of(self._numbers)
        self._numbers.append(parcel.number)
        placed = self.cheat(purchase, at_us, outcome="unsent")
        buyer.last_order = placed
        ready_us = aftermath.authorize(placed, purchase, at_us, stream)
        trip = plan(parcel, ready_us, scene.carriers, scene.road)
        aftermath.capture(placed, purchase, ready_us, trip, stream)
        way = stream.between(0, 2)
        if way == 0:
            self._label_only(placed, purchase, trip)
        elif way == 1:
            self._light_parcel(placed, purchase, trip)
        else:
            self._borrowed_delivery(placed, purchase, trip)
        self._complaint(placed, purchase, trip)

    def _label_only(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Make a label, ask for the money, hand nothing over."""
        tell_road(placed, purchase.parcels[0], trip, self.scene.road, until_us=trip.handed_us)
        self._ask(placed, purchase, trip.label_us, trip.delivered_us)

    def _light_parcel(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Send an envelope to another street of the same town, so that the carrier confirms a delivery."""
        stream, scene, parcel = self.stream, self.scene, purchase.parcels[0]
        true_grams, parcel.grams = parcel.grams, stream.between(25, 110)
        if stream.happens(0.5 * self.care):
            parcel.grams = int(true_grams * stream.spread(0.4, 0.9))
        tell_road(placed, parcel, trip, scene.road)
        other = scene.places.near(parcel.spot) if stream.happens(0.5) else scene.places.new(
            parcel.spot.country, parcel.spot.town
        )  # fmt: skip
        proof = aftermath.proof_of_delivery(scene.road, signature=0.2, photo=0.25)
        tell_doorstep(placed, parcel, trip, locate(other, scene.road), proof)
        self._ask(placed, purchase, trip.handed_us, trip.delivered_us + DAY_US)

    def _borrowed_delivery(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Name a parcel that was under way before the order, so that it arrives impossibly soon."""
        stream, scene, parcel = self.stream, self.scene, purchase.parcels[0]
        tell_road(placed, parcel, trip, scene.road, until_us=trip.handed_us)
        who = {"courier": trip.round.courier, "depot": trip.round.depot}
        other = scene.places.new(parcel.spot.country, parcel.spot.town)
        seen_us = placed.observed_us + int(stream.spread(-60, 10) * HOUR_US)
        placed.tell("consignment.arrived", seen_us, {"location": {"country": parcel.spot.country}})
        done_us = trip.label_us + int(stream.spread(3, 50) * HOUR_US)
        where = locate(other, scene.road)
        placed.tell("consignment.delivered", done_us, {**who, "location": where})
        self._ask(placed, purchase, done_us, done_us + 2 * DAY_US)

    def _ask(self, placed: Placed, purchase: Purchase, from_us: int, to_us: int) -> None:
        """Ask for the money, early mostly."""
        stream = self.stream
        at_us = from_us + stream.pause_us(14 * HOUR_US, 0.9)
        if stream.happens(0.25):
            at_us = max(from_us, to_us) + stream.pause_us(DAY_US)
        aftermath.ask_payout(placed, purchase, at_us, stream)

    def _complaint(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Let the buyer miss the parcel, and the fraud come out through claim and chargeback."""
        scene, stream = self.scene, self.stream
        late_us = trip.delivered_us + int(stream.spread(1, 6) * DAY_US)
        if stream.happens(0.7):
            late_us += stream.pause_us(2 * DAY_US)
            aftermath.claim(placed, purchase, late_us, "not_received", contact_of(purchase, "web"))
        dispute = "not_received" if stream.happens(0.45) else ""
        scene.find_out(placed, purchase, after_us=late_us, share=0.75, dispute=dispute)


class Brushing(Crew):
    """8: a seller buys from itself in strangers' names, sends them trifles, and praises itself."""

    typology = "brushing"
    sizes = (8, 26)
    days = 20.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        origin = self.stream.one_of(("CN", "CN", "CN", "PL", "GB"))
        trade = scene.trade
        self._seller = trade.small_seller(origin) if self.stream.happens(0.4) else trade.open_seller(origin)
        self._funds = [issue(self.land, self.stream) for _ in range(self.stream.between(1, 4))]

    def strike(self, at_us: int) -> None:
        """Buy a trifle for a stranger who never asked for it."""
        scene, stream = self.scene, self.stream
        country = scene.some_land()
        fake = self.persona(country, at_us)
        goods = min(stream.one_of(self._seller.goods), stream.one_of(self._seller.goods), key=lambda good: good.euro)
        purchase = scene.prepare(fake, self._seller, [Line(goods, 1)])
        card = stream.one_of(self._funds)
        purchase.method, purchase.card, purchase.checks = "card", card, check_honest(card, stream)
        purchase.device, purchase.ip = self.device(), self.ip(country)
        parcel = purchase.parcels[0]
        if stream.happens(0.75):
            parcel.grams = stream.between(15, 90)
        placed = self.cheat(purchase, at_us, outcome="settled")
        trip = self.fulfilment.run(placed, purchase, at_us)
        if stream.happens(0.2):
            aftermath.refund(placed, purchase, trip.delivered_us + stream.pause_us(3 * DAY_US))
        scene.find_out(placed, purchase, after_us=trip.label_us, share=0.4)


class Undervaluation(Crew):
    """11: a seller who declares a part of the price, or splits what belongs together, to save duty."""

    typology = "undervalued_customs"
    sizes = (8, 30)
    days = 60.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        origin = self.stream.one_of(("CN", "CN", "US", "JP", "KR", "GB"))
        trade = scene.trade
        self._seller = trade.small_seller(origin) if self.stream.happens(0.6) else trade.open_seller(origin)
        self._splits = self.stream.happens(0.3)

    def strike(self, at_us: int) -> None:
        """Sell something real to somebody honest, with false papers."""
        scene = self.scene
        country = scene.some_land()
        while country == self._seller.spot.country:
            country = scene.some_land()
        buyer = scene.people.come(country, at_us)
        purchase = scene.prepare(buyer, self._seller, scene.trade.dear_basket(self._seller))
        self._falsify(purchase)
        placed = self.cheat(purchase, at_us)
        buyer.last_order = placed
        trip = self.fulfilment.run(placed, purchase, at_us)
        scene.find_out(placed, purchase, after_us=trip.label_us, share=0.35)

    def _falsify(self, purchase: Purchase) -> None:
        stream, first = self.stream, purchase.parcels[0]
        if self._splits and stream.happens(0.7):
            number = stream.between(2, 4)
            purchase.parcels = []
            for _ in range(number):
                parcel = self.scene.parcel(first.consignee, first.seller, first.lines[:1], first.spot)
                parcel.grams = max(30, first.grams // number)
                parcel.declared_minor = int(purchase.amount_minor / number * stream.spread(0.75, 1.0))
                parcel.is_numbered = True
                purchase.parcels.append(parcel)
            return
        first.declared_minor = max(100, int(purchase.amount_minor * stream.spread(0.08, 0.30 + 0.35 * self.care)))


class Collusion(Crew):
    """13: a shop and its friends turn cards into cash, with parcels that weigh nothing or never move."""

    CIRCLE = 2

    typology = "collusive_merchant"
    sizes = (8, 22)
    days = 18.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        stream = self.stream
        if stream.happens(0.3):
            self._seller = scene.trade.small_seller(self.land)
        else:
            self._seller = scene.trade.open_seller(self.land, stream.one_of(("electronics", "jewellery", "fashion")))
        self._friends: list[Shopper] = []
        self._places: list[Spot] = [scene.places.new(self.land) for _ in range(stream.between(1, 3))]

    def strike(self, at_us: int) -> None:
        """Buy from the friend's shop again, for more than before."""
        scene, stream = self.scene, self.stream
        friend = self._friend(at_us)
        basket = scene.trade.dear_basket(self._seller)
        lines = [Line(line.good, line.quantity + stream.between(0, 1)) for line in basket]
        purchase = scene.prepare(friend, self._seller, lines)
        scene.send_to(purchase, stream.one_of(self._places))
        if stream.happens(0.5):
            purchase.device = self.device()
        parcel = purchase.parcels[0]
        if stream.happens(0.7):
            parcel.grams = max(30, int(parcel.grams * stream.spread(0.05, 0.4)))
        placed = self.cheat(purchase, at_us, outcome="settled")
        trip = self.fulfilment.begin(placed, purchase, at_us)
        asked_us = self._move(placed, purchase, trip)
        aftermath.ask_payout(placed, purchase, asked_us, stream)
        if stream.happens(0.25):
            part = int(purchase.amount_minor * stream.spread(0.4, 1.0))
            aftermath.refund(placed, purchase, asked_us + stream.pause_us(4 * DAY_US), part)
        dispute = "not_received" if stream.happens(0.5) else ""
        scene.find_out(placed, purchase, after_us=asked_us, share=0.7, dispute=dispute)

    def _friend(self, at_us: int) -> Shopper:
        """Return one of a few friends who lend their cards."""
        if len(self._friends) < self.CIRCLE or self.stream.happens(0.1):
            self._friends.append(self.persona(self.land, at_us, throwaway=0.0))
        return self.stream.one_of(self._friends)

    def _move(self, placed: Placed, purchase: Purchase, trip: Trip) -> int:
        """Move the parcel, or only its label; return when the money is asked for."""
        stream, parcel = self.stream, purchase.parcels[0]
        if stream.happens(0.45):
            tell_road(placed, parcel, trip, self.scene.road, until_us=trip.handed_us)
            return trip.label_us + stream.pause_us(1.5 * DAY_US, 0.8)
        self.fulfilment.deliver(placed, parcel, trip)
        if stream.happens(0.4):
            return trip.handed_us + stream.pause_us(DAY_US, 0.8)
        return trip.delivered_us + stream.pause_us(1.2 * DAY_US, 0.8)
