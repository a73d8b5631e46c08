"""Fulfilment: an honest order after checkout, from the payment to the doorstep and to whatever goes wrong there.

The stories of the dishonest borrow from here whatever they leave as it is.
"""

from typing import Any

from sealane.simulator import aftermath
from sealane.simulator.chance import DAY_US, HOUR_US, Weighted
from sealane.simulator.desk import Placed
from sealane.simulator.journey import Trip, locate, plan, tell_doorstep, tell_road
from sealane.simulator.purchase import Parcel, Purchase
from sealane.simulator.realm.places import Pickup, Spot
from sealane.simulator.scene import Scene

__all__ = ["REFUNDED", "Fulfilment", "contact_of"]

REFUNDED = frozenset({"lost", "returned", "recalled", "not_as_described", "unclaimed", "porch_theft", "courier_theft"})
"""Fortunes after which the money goes back."""

_TARGETS = Weighted({"pickup": 0.36, "near": 0.32, "office": 0.16, "far": 0.13, "abroad": 0.03})
_ASKED_BY = Weighted({"self": 0.70, "new_device": 0.13, "phone": 0.17})
_EARLY_PAYOUT = 0.09
_UNDELIVERED = frozenset({"lost", "unclaimed", "recalled"})
_RETURN_REASONS = ("changed_mind", "size", "damaged", "wrong_item", "late")


class Fulfilment:
    """Runs orders that nobody cheats on; `run` is the whole course, the other verbs are its parts."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._stream, self._road = scene, scene.stream, scene.road

    def run(
        self, placed: Placed, purchase: Purchase, at_us: int, *, fortune: str = "", is_rerouted: bool = False
    ) -> Trip:
        """Pay, ship and deliver an order, with one fortune for its first parcel; return that parcel's trip."""
        stall_days = self._road.lognormal(7.5, 0.22) if fortune == "stalled" else 0.0
        trip = self.begin(placed, purchase, at_us, stall_days=stall_days, arrives=fortune not in _UNDELIVERED)
        parcel = purchase.parcels[0]
        if is_rerouted:
            self.detour(placed, purchase, trip)
        if fortune == "lost":
            self._lose(placed, purchase, trip)
        elif fortune == "unclaimed":
            self._leave(placed, purchase, trip)
        elif fortune == "recalled":
            self._recall(placed, purchase, trip)
        elif fortune == "courier_theft":
            self.deliver(placed, parcel, trip, metres=900.0, proof={})
            self.claim_missing(placed, purchase, trip.delivered_us)
        else:
            self.deliver(placed, parcel, trip)
            self._after_delivery(placed, purchase, trip, fortune)
        self.pay_out(placed, purchase, trip)
        return trip

    def begin(
        self, placed: Placed, purchase: Purchase, at_us: int, *, stall_days: float = 0.0, arrives: bool = True
    ) -> Trip:
        """Authorize and capture, plan the first parcel and deliver any others; return the first one's trip.

        Cash on delivery is captured only where the first parcel arrives.
        """
        scene, stream = self._scene, self._stream
        ready_us = aftermath.authorize(placed, purchase, at_us, stream)
        trip = plan(purchase.parcels[0], ready_us, scene.carriers, self._road, stall_days=stall_days)
        if arrives or purchase.is_prepaid:
            aftermath.capture(placed, purchase, ready_us, trip, stream)
        for parcel in purchase.parcels[1:]:
            self.deliver(placed, parcel, plan(parcel, ready_us, scene.carriers, self._road))
        return trip

    def deliver(
        self, placed: Placed, parcel: Parcel, trip: Trip, *, metres: float = 25.0, proof: dict[str, Any] | None = None
    ) -> None:
        """Report the road and a delivery this far from the address; proof as couriers usually take it."""
        tell_road(placed, parcel, trip, self._road)
        spot = parcel.pickup.spot if parcel.pickup else parcel.spot
        proof = aftermath.proof_of_delivery(self._road) if proof is None else proof
        tell_doorstep(placed, parcel, trip, locate(spot, self._road, metres=metres), proof)

    def detour(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Let the shopper send the parcel elsewhere while it is on its way, and the parcel follow."""
        stream, parcel, buyer = self._stream, purchase.parcels[0], purchase.buyer
        begin_us = trip.handed_us if stream.happens(0.8) else trip.label_us
        span_us = max(HOUR_US, trip.out_us - begin_us)
        at_us = begin_us + int(span_us * min(stream.random(), stream.spread(0.2, 1.0)))
        way = _ASKED_BY.pick(stream)
        asked = contact_of(purchase, "web" if stream.happens(0.6) else "app")
        if way == "new_device":
            asked |= {"device": self._scene.internet.device(), "ip": self._scene.internet.mobile(buyer.country)}
        elif way == "phone":
            asked = {"channel": "phone", "phone": purchase.contact.phone}
        target = self._target(purchase)
        aftermath.reroute(placed, at_us, target, parcel.consignee.name, asked)
        self.redirect(parcel, trip, target)
        self._later(trip, int(stream.spread(0.0, 2.2)) * DAY_US)

    def redirect(self, parcel: Parcel, trip: Trip, target: Spot | Pickup) -> None:
        """Let the parcel go to another address or point, on that place's round; who it is for stays."""
        if isinstance(target, Pickup):
            parcel.pickup, spot = target, target.spot
        else:
            parcel.spot, parcel.pickup, spot = target, None, target
        trip.round = self._scene.carriers.round(spot)

    def claim_missing(self, placed: Placed, purchase: Purchase, from_us: int, *, was_paid: bool = True) -> None:
        """Let somebody who truly has nothing say so, and get the money back one way or another."""
        stream = self._stream
        at_us = from_us + stream.pause_us(3.2 * DAY_US, 0.8)
        aftermath.claim(placed, purchase, at_us, "not_received", contact_of(purchase, "web"))
        if self._goes_to_bank(placed, purchase, at_us, "not_received"):
            return
        if was_paid or purchase.is_prepaid:
            aftermath.refund(placed, purchase, at_us + stream.pause_us(3 * DAY_US))

    def _goes_to_bank(self, placed: Placed, purchase: Purchase, from_us: int, reason: str) -> bool:
        """Tell whether the shop answers a complaint so badly that the shopper disputes the payment."""
        stream = self._stream
        is_disputed = purchase.method == "card" and stream.happens(purchase.seller.diligence.unanswered)
        if is_disputed:
            self._scene.charge_back(placed, purchase, from_us + stream.pause_us(18 * DAY_US, 0.5), reason)
        return is_disputed

    def pay_out(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Let a marketplace's seller ask for the money: after delivery, a few impatient ones before."""
        stream = self._stream
        if not purchase.merchant.is_marketplace:
            return
        at_us = trip.delivered_us + stream.pause_us(1.6 * DAY_US, 0.8)
        if stream.happens(_EARLY_PAYOUT):
            at_us = trip.label_us + int(stream.random() * (trip.delivered_us - trip.label_us))
        aftermath.ask_payout(placed, purchase, at_us, stream)

    def come_back(self, placed: Placed, parcel: Parcel, at_us: int, *, grams: int, reason: str) -> None:
        """Report the parcel back at its seller's door with this weight."""
        where = locate(parcel.seller.spot, self._road, metres=60.0)
        aftermath.return_goods(placed, at_us, where, grams, reason)

    def _after_delivery(self, placed: Placed, purchase: Purchase, trip: Trip, fortune: str) -> None:
        stream, done_us = self._stream, trip.delivered_us
        if fortune == "porch_theft":
            self.claim_missing(placed, purchase, done_us)
        elif fortune == "impatient":
            at_us = trip.handed_us + int(stream.spread(0.6, 0.97) * (trip.out_us - trip.handed_us))
            aftermath.claim(placed, purchase, at_us, "not_received", contact_of(purchase, "web"))
        elif fortune == "returned":
            self._send_back(placed, purchase, done_us)
        elif fortune == "not_as_described":
            at_us = done_us + stream.pause_us(2.5 * DAY_US, 0.8)
            aftermath.claim(placed, purchase, at_us, "not_as_described", contact_of(purchase, "web"))
            if self._goes_to_bank(placed, purchase, at_us, "not_as_described"):
                return
            part = stream.one_of((0.2, 0.3, 0.5, 1.0, 1.0))
            aftermath.refund(placed, purchase, at_us + stream.pause_us(3 * DAY_US), int(purchase.amount_minor * part))

    def _send_back(self, placed: Placed, purchase: Purchase, done_us: int) -> None:
        """Return what was bought, all of it mostly; the claim comes before the parcel or after it."""
        stream, parcel = self._stream, purchase.parcels[0]
        sent_us = done_us + stream.pause_us(6.5 * DAY_US, 0.7)
        back_us = sent_us + stream.pause_us(6.0 * DAY_US, 0.5)
        whole = 1.0 if stream.happens(0.86) else stream.spread(0.25, 0.9)
        grams = int(parcel.grams * whole * stream.spread(0.92, 1.04))
        self.come_back(placed, parcel, back_us, grams=grams, reason=stream.one_of(_RETURN_REASONS))
        asked = contact_of(purchase, stream.one_of(("web", "app", "phone")))
        if stream.happens(0.6):
            claim_us = back_us + stream.pause_us(0.5 * DAY_US)
            aftermath.claim(placed, purchase, claim_us, "refund", asked)
        else:
            claim_us = sent_us - stream.pause_us(0.6 * DAY_US, 0.4)
            aftermath.claim(placed, purchase, max(claim_us, done_us + HOUR_US), "return", asked)
        refund_us = max(claim_us, back_us) + stream.pause_us(2 * DAY_US)
        aftermath.refund(placed, purchase, refund_us, int(purchase.amount_minor * min(1.0, whole)))

    def _lose(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Let the parcel vanish somewhere on the road."""
        stream, parcel = self._stream, purchase.parcels[0]
        gone_us = trip.handed_us + int(stream.spread(0.1, 1.0) * (trip.out_us - trip.handed_us))
        tell_road(placed, parcel, trip, self._road, until_us=gone_us)
        if stream.happens(0.6):
            lost_us = trip.delivered_us + stream.pause_us(12 * DAY_US, 0.4)
            placed.tell("consignment.lost", lost_us, {"reason_code": "not_found"})
        if stream.happens(0.9):
            late_us = trip.delivered_us + int(stream.spread(1, 9) * DAY_US)
            self.claim_missing(placed, purchase, late_us, was_paid=False)

    def _leave(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Let nobody take the parcel in, so that it goes back."""
        stream, parcel = self._stream, purchase.parcels[0]
        tell_road(placed, parcel, trip, self._road)
        tries = stream.between(1, 3)
        reason = "refused" if purchase.method == "cash_on_delivery" and stream.happens(0.6) else "nobody_home"
        last_us = self.try_in_vain(placed, trip, tries, reason)
        back_us = last_us + stream.pause_us(7 * DAY_US, 0.5)
        self.come_back(placed, parcel, back_us, grams=int(parcel.grams * stream.gauss(1.0, 0.02)), reason="unclaimed")
        if purchase.is_prepaid:
            aftermath.refund(placed, purchase, back_us + stream.pause_us(2 * DAY_US))

    def try_in_vain(self, placed: Placed, trip: Trip, tries: int, reason: str) -> int:
        """Report so many failed attempts on successive days; return when the last one was, in microseconds."""
        who = {"courier": trip.round.courier, "depot": trip.round.depot}
        at_us = trip.delivered_us
        for number in range(tries):
            at_us = trip.delivered_us + number * DAY_US + int(self._road.spread(-1.5, 1.5) * HOUR_US)
            placed.tell("consignment.out_for_delivery", at_us - int(self._road.spread(1.6, 5) * HOUR_US), who)
            placed.tell("consignment.delivery_attempted", at_us, {**who, "reason_code": reason})
        return at_us

    def _recall(self, placed: Placed, purchase: Purchase, trip: Trip) -> None:
        """Let the shopper think better of it: the label is never used, or the parcel is called back."""
        stream = self._stream
        if stream.happens(0.6):
            tell_road(placed, purchase.parcels[0], trip, self._road, until_us=trip.handed_us)
            if purchase.is_prepaid:
                aftermath.refund(placed, purchase, trip.label_us + stream.pause_us(0.5 * DAY_US))
            return
        self.call_back(placed, purchase, trip)

    def call_back(self, placed: Placed, purchase: Purchase, trip: Trip, *, from_us: int = 0) -> int:
        """Stop the parcel on the road, not before `from_us`, and refund it; return when it was back."""
        stream, parcel = self._stream, purchase.parcels[0]
        stop_us = trip.handed_us + int(stream.spread(0.2, 0.9) * (trip.out_us - trip.handed_us))
        stop_us = max(stop_us, from_us + stream.pause_us(3 * HOUR_US))
        tell_road(placed, parcel, trip, self._road, until_us=min(stop_us, trip.out_us))
        back_us = stop_us + stream.pause_us(6 * DAY_US, 0.5)
        grams = int(parcel.grams * stream.gauss(1.0, 0.02))
        self.come_back(placed, parcel, back_us, grams=grams, reason="recalled_by_shipper")
        if purchase.is_prepaid:
            aftermath.refund(placed, purchase, stop_us + stream.pause_us(1.5 * DAY_US))
        return back_us

    def _target(self, purchase: Purchase) -> Spot | Pickup:
        places, buyer = self._scene.places, purchase.buyer
        spot, way = purchase.parcels[0].spot, _TARGETS.pick(self._stream)
        if way == "office" and buyer.office:
            return buyer.office[0]
        if way in {"near", "office"}:
            return places.near(spot)
        if way == "pickup":
            return places.pickup(spot.country, spot.town)
        return places.new(spot.country if way == "far" else self._scene.some_land())

    @staticmethod
    def _later(trip: Trip, by_us: int) -> None:
        """Move the last rounds of a trip by whole days."""
        trip.out_us, trip.delivered_us = trip.out_us + by_us, trip.delivered_us + by_us
        if trip.attempt_us is not None:
            trip.attempt_us += by_us


def contact_of(purchase: Purchase, channel: str) -> dict[str, Any]:
    """Return who asks when the one who ordered asks, by this channel."""
    if channel == "phone":
        return {"channel": channel, "phone": purchase.contact.phone}
    return {"channel": channel, "ip": purchase.ip, "device": purchase.device}
