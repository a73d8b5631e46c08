"""Many small blows: card testing (9), refused cash on delivery (10), and false customs fees by message (15)."""

from sealane.simulator import aftermath
from sealane.simulator.chance import DAY_US, MINUTE_US, SECOND_US
from sealane.simulator.crime.crew import Crew
from sealane.simulator.fulfilment import contact_of
from sealane.simulator.journey import plan, tell_road
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.cards import check_stolen, issue
from sealane.simulator.realm.people import Shopper
from sealane.simulator.realm.trade import Seller
from sealane.simulator.scene import Scene

__all__ = ["CardTesting", "CodRefusal", "FeePhishing"]


class CardTesting(Crew):
    """9: a list of stolen cards, tried one after another with small orders, in a burst of minutes or an hour."""

    typology = "card_testing"
    sizes = (4, 26)
    days = 12.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._seller: Seller = scene.trade.easy_seller(self.land)
        self._saved = 0
        self._burst = self.left

    def strike(self, at_us: int) -> None:
        """Save up until the list is long enough, then try all of it."""
        self._saved += 1
        if self._saved >= self._burst:
            self.finish(at_us)

    def finish(self, at_us: int) -> None:
        """Try the cards saved up so far, seconds or minutes apart."""
        stream = self.stream
        gap_us = stream.lognormal(40.0, 1.0) * SECOND_US
        for _ in range(self._saved):
            at_us += int(stream.expovariate(1.0) * gap_us) + SECOND_US
            self.scene.desk.plan(at_us, self._try)
        self._saved = 0

    def _try(self, at_us: int) -> None:
        scene, stream = self.scene, self.stream
        country = self.land if stream.happens(0.6) else scene.some_land()
        persona = self.persona(country, at_us, throwaway=0.3)
        purchase = scene.prepare(persona, self._seller)
        card = issue(country, stream)
        self.dress(purchase, card)
        purchase.checks = check_stolen(card, stream)
        purchase.failed_attempts = stream.between(1, 6) if stream.happens(0.55) else 0
        purchase.amount_minor = max(50, int(purchase.amount_minor / purchase.euro * stream.lognormal(4.0, 1.0)))
        if stream.happens(0.4):
            purchase.parcels = []
        else:
            parcel = purchase.parcels[0]
            parcel.lines = [line._replace(quantity=1) for line in parcel.lines[:1]]
            parcel.declared_minor = purchase.amount_minor
            parcel.grams = stream.between(20, 400)
        placed = self.try_checkout(purchase, at_us, odds=0.4)
        if placed is None:
            return
        ready_us = aftermath.authorize(placed, purchase, at_us, stream)
        placed.tell("payment.captured", ready_us + stream.pause_us(20 * MINUTE_US), {"amount": purchase.money()})
        if purchase.parcels and stream.happens(0.5):
            trip = plan(purchase.parcels[0], ready_us, scene.carriers, scene.road)
            tell_road(placed, purchase.parcels[0], trip, scene.road, until_us=trip.handed_us)


class CodRefusal(Crew):
    """10: parcels ordered to be paid at the door by somebody who will not pay, out of spite or carelessness."""

    typology = "cod_refusal"
    sizes = (3, 9)
    days = 35.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.land = self.stream.one_of(("ES", "PT", "IT", "PL", "BR"))
        self._person: Shopper | None = None

    def strike(self, at_us: int) -> None:
        """Order cash on delivery, and refuse it."""
        scene, stream = self.scene, self.stream
        person = self._next_person(at_us)
        purchase = scene.prepare(person, scene.trade.seller_for(self.land))
        purchase.method, purchase.card, purchase.checks = "cash_on_delivery", None, None
        if stream.happens(0.5):
            purchase.device, purchase.ip = self.device(), self.ip(self.land)
        placed = self.cheat(purchase, at_us, outcome="refused")
        trip = plan(purchase.parcels[0], at_us, scene.carriers, scene.road)
        tell_road(placed, purchase.parcels[0], trip, scene.road)
        reason = stream.one_of(("refused", "refused", "no_cash", "nobody_home"))
        last_us = self.fulfilment.try_in_vain(placed, trip, stream.between(1, 3), reason)
        back_us = last_us + stream.pause_us(6 * DAY_US, 0.5)
        grams = int(purchase.parcels[0].grams * stream.gauss(1.0, 0.02))
        self.fulfilment.come_back(placed, purchase.parcels[0], back_us, grams=grams, reason="refused")
        scene.find_out(placed, purchase, after_us=back_us, share=0.45)

    def _next_person(self, at_us: int) -> Shopper:
        """Return who orders: the same person mostly, with a new telephone number now and then."""
        stream = self.stream
        if self._person is None:
            self._person = self.persona(self.land, at_us, throwaway=0.05)
        elif stream.happens(0.35):
            fresh = self.persona(self.land, at_us, throwaway=0.1)
            fresh.home = self._person.home
            self._person = fresh
        return self._person


class FeePhishing(Crew):
    """15: a message asks for a customs fee that nobody raised; the victim pays, or the thief claims the fee back."""

    typology = "fee_phishing"
    sizes = (4, 12)
    days = 15.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._page = scene.trade.open_seller(self.land)

    def strike(self, at_us: int) -> None:
        """Catch one who waits for a parcel."""
        scene = self.scene
        victim = scene.people.come(scene.some_land() if self.stream.happens(0.4) else self.land, at_us)
        purchase = scene.prepare(victim, self._page)
        self.prepay(purchase)
        if self.stream.happens(0.6):
            self._pay_fee(purchase, at_us)
        else:
            self._claim_fee(purchase, at_us)

    def _pay_fee(self, purchase: Purchase, at_us: int) -> None:
        """Let the victim pay a small fee on the false page; nothing is ever sent."""
        scene, stream = self.scene, self.stream
        scene.make_fee(purchase, stream.spread(1.2, 4.9))
        placed = self.cheat(purchase, at_us)
        ready_us = aftermath.authorize(placed, purchase, at_us, stream)
        placed.tell("payment.captured", ready_us + 3 * SECOND_US, {"amount": purchase.money()})
        dispute = "fraud" if stream.happens(0.5) else ""
        scene.find_out(placed, purchase, after_us=ready_us, share=0.7, dispute=dispute)

    def _claim_fee(self, purchase: Purchase, at_us: int) -> None:
        """With what the victim typed in, claim a fee back from the real shop that customs never asked for."""
        scene, stream = self.scene, self.stream
        purchase.seller = scene.trade.seller_for(purchase.buyer.country)
        purchase = scene.prepare(purchase.buyer, purchase.seller)
        truth = scene.truth(purchase, typology=self.typology)
        placed = scene.place(purchase, at_us, truth)
        trip = self.fulfilment.run(placed, purchase, at_us)
        claim_us = trip.handed_us + int(stream.spread(0.3, 1.3) * (trip.delivered_us - trip.handed_us))
        asked = contact_of(purchase, "web") | {"device": self.device(), "ip": self.ip(purchase.buyer.country)}
        aftermath.claim(placed, purchase, claim_us, "refund", asked)
        scene.find_out(placed, purchase, after_us=claim_us, share=0.5)
