"""False claims, and true ones that a thief causes: not received (7), empty returns (12), thieving couriers (14)."""

from abc import abstractmethod
from typing import ClassVar

from sealane.simulator import aftermath
from sealane.simulator.chance import DAY_US, HOUR_US
from sealane.simulator.crime.crew import Crew
from sealane.simulator.desk import Placed
from sealane.simulator.fulfilment import contact_of
from sealane.simulator.journey import Trip, locate
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.carriers import Round
from sealane.simulator.realm.people import Shopper
from sealane.simulator.scene import Scene

__all__ = ["CourierDiversion", "EmptyReturn", "NotReceivedAbuse"]


class _Abuser(Crew):
    """A shopper who lives off refunds; now and then another name, e-mail address or card, but the same home."""

    dispute: ClassVar[str]
    """What is alleged when it comes to a chargeback."""
    refund_days: ClassVar[int]
    """Days, in the middle, until a shop pays back."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._shopper: Shopper | None = None

    def shopper(self, at_us: int) -> Shopper:
        """Return who orders: the same person, perhaps under another name, or a household's other member."""
        stream, scene = self.stream, self.scene
        if self._shopper is None:
            self._shopper = scene.people.come(self.land, at_us)
            return self._shopper
        if stream.happens(0.10 + 0.35 * self.care):
            fresh = scene.people.new(self.land, at_us)
            fresh.home, fresh.home_ip = self._shopper.home, self._shopper.home_ip
            if stream.happens(0.6):
                fresh.devices = self._shopper.devices
            if stream.happens(0.5):
                fresh.cards = self._shopper.cards
            self._shopper = fresh
        return self._shopper

    def strike(self, at_us: int) -> None:
        """Order something worth cheating for, receive it, and have it paid back: by a dispute or by the shop."""
        scene, stream = self.scene, self.stream
        shopper = self.shopper(at_us)
        seller = scene.trade.prey(shopper.country)
        purchase = scene.prepare(shopper, seller, scene.trade.dear_basket(seller))
        self.prepay(purchase)
        disputes = purchase.method == "card" and scene.reckoning.disputes_falsely()
        placed = self.cheat(purchase, at_us, outcome="settled" if disputes else "refunded")
        purchase.buyer.last_order = placed
        trip = self.fulfilment.run(placed, purchase, at_us)
        claim_us = self.claim(placed, purchase, trip)
        if disputes:
            scene.find_out(placed, purchase, after_us=claim_us, share=1.0, dispute=self.dispute)
            return
        aftermath.refund(placed, purchase, claim_us + stream.pause_us(self.refund_days * DAY_US))
        scene.find_out(placed, purchase, after_us=claim_us, share=0.45)

    @abstractmethod
    def claim(self, placed: Placed, purchase: Purchase, trip: Trip) -> int:
        """Claim what is not true; return when."""


class NotReceivedAbuse(_Abuser):
    """7: the parcel is there, and the claim says it is not."""

    typology = "not_received_abuse"
    sizes = (1, 7)
    days = 80.0
    dispute = "not_received"
    refund_days = 3

    def claim(self, placed: Placed, purchase: Purchase, trip: Trip) -> int:
        """Deny the delivery some days after it."""
        claim_us = trip.delivered_us + self.stream.pause_us(2.2 * DAY_US, 0.9)
        channel = self.stream.one_of(("web", "app", "phone"))
        aftermath.claim(placed, purchase, claim_us, "not_received", contact_of(purchase, channel))
        return claim_us


class EmptyReturn(_Abuser):
    """12: something comes back, but not the goods: an empty box, a stone, or a parcel for another mailbox."""

    typology = "empty_return"
    sizes = (1, 8)
    days = 90.0
    dispute = "not_as_described"
    refund_days = 1

    def claim(self, placed: Placed, purchase: Purchase, trip: Trip) -> int:
        """Report a return that is none, and ask for the money."""
        stream, parcel = self.stream, purchase.parcels[0]
        back_us = trip.delivered_us + stream.pause_us(9 * DAY_US, 0.6)
        grams, spot = int(parcel.grams * stream.spread(0.04, 0.5)), parcel.seller.spot
        if stream.happens(0.3 + 0.3 * self.care):
            grams = int(parcel.grams * stream.spread(0.85, 1.12))
            if stream.happens(0.7):
                spot = self.scene.places.new(spot.country, spot.town)
        where = locate(spot, self.scene.road, metres=60.0)
        reason = stream.one_of(("changed_mind", "size", "damaged", "wrong_item"))
        aftermath.return_goods(placed, back_us, where, grams, reason)
        kind, claim_us = "refund", back_us + stream.pause_us(5 * HOUR_US, 0.9)
        if stream.happens(0.2):
            kind, claim_us = "return", trip.delivered_us + int(0.5 * (back_us - trip.delivered_us))
        asked = contact_of(purchase, stream.one_of(("web", "app", "phone")))
        aftermath.claim(placed, purchase, claim_us, kind, asked)
        return claim_us


class CourierDiversion(Crew):
    """14: clean orders of honest people, and a courier who scans parcels as delivered and keeps them."""

    typology = "courier_diversion"
    sizes = (5, 14)
    days = 60.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._town = scene.places.town(self.land)
        self._round: Round = scene.carriers.round(scene.places.new(self.land, self._town))

    def strike(self, at_us: int) -> None:
        """Let somebody on this courier's round order something, and never get it."""
        scene, stream = self.scene, self.stream
        shopper = self._neighbour(at_us)
        seller = scene.trade.resale_seller(self.land)
        purchase = scene.prepare(shopper, seller, scene.trade.dear_basket(seller))
        self.prepay(purchase)
        placed = self.cheat(purchase, at_us, outcome="refunded")
        shopper.last_order = placed
        trip = self.fulfilment.begin(placed, purchase, at_us)
        trip.round = self._round
        metres = stream.lognormal(700.0, 0.9)
        proof = aftermath.proof_of_delivery(scene.road, signature=0.08, photo=0.12)
        self.fulfilment.deliver(placed, purchase.parcels[0], trip, metres=metres, proof=proof)
        missed_us = trip.delivered_us
        if stream.happens(0.9):
            self.fulfilment.claim_missing(placed, purchase, missed_us)
        self.fulfilment.pay_out(placed, purchase, trip)
        scene.find_out(placed, purchase, after_us=missed_us + 6 * DAY_US, share=0.4)

    def _neighbour(self, at_us: int) -> Shopper:
        """Return somebody known who lives in the courier's town, or somebody new who does."""
        scene = self.scene
        for _ in range(12):
            shopper = scene.people.known(self.land)
            if shopper and shopper.home.town == self._town:
                return shopper
        shopper = scene.people.new(self.land, at_us)
        shopper.home = scene.places.new(self.land, self._town)
        return shopper
