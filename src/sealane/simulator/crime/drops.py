"""Parcels to places that hide the thief: drop addresses (3), forwarders (4), buyers in good faith (5)."""

from sealane.simulator.chance import DAY_US
from sealane.simulator.crime.crew import Crew
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.atlas import BUYERS
from sealane.simulator.realm.people import Contact, Shopper
from sealane.simulator.realm.places import Spot
from sealane.simulator.scene import Scene

__all__ = ["DropAddress", "ForwarderAbuse", "Triangulation"]


class DropAddress(Crew):
    """3: many cards and many names, one address; what comes in goes out again a few days later."""

    typology = "drop_address"
    sizes = (5, 18)
    days = 35.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._drops = [scene.places.new(self.land) for _ in range(1 + self.stream.happens(0.3))]
        self._mule = scene.people.new(self.land, 0).contact
        self._waiting: list[int] = []

    def strike(self, at_us: int) -> None:
        """Order to the drop, or send on what has arrived there."""
        if self._waiting and self._waiting[0] <= at_us and self.stream.happens(0.6):
            self._waiting.pop(0)
            self._send_on(at_us)
            return
        stream, scene = self.stream, self.scene
        country = self.land if stream.happens(0.35) else scene.some_land()
        persona = self.persona(country, at_us)
        seller = self.resale(self.land)
        purchase = scene.prepare(persona, seller, scene.trade.dear_basket(seller))
        self.dress(purchase, self.stolen_card(country))
        drop = stream.one_of(self._drops)
        scene.send_to(purchase, self._disguise(drop))
        consignee = purchase.parcels[0].consignee
        if stream.happens(0.35):
            purchase.parcels[0].consignee = Contact(self._mule.name, self._mule.phone, consignee.email)
        elif stream.happens(0.3):
            _, _, purchase.parcels[0].consignee = scene.people.names.new(self.land)
        placed = self.try_checkout(purchase, at_us)
        if placed:
            trip = self.fulfilment.run(placed, purchase, at_us)
            self._waiting.append(trip.delivered_us + int(stream.spread(1, 5) * DAY_US))
        elif stream.happens(0.12):
            self._drops = [scene.places.new(self.land)]

    def _disguise(self, drop: Spot) -> Spot:
        """Write the address a little differently, as those do who hope that nobody compares."""
        stream = self.stream
        way = stream.between(0, 5)
        if way == 0:
            return drop.with_unit(f"Unit {stream.between(1, 9)}")
        if way == 1:
            return drop.with_unit("c/o office")
        return drop

    def _send_on(self, at_us: int) -> None:
        """Buy a label from the drop to the crew abroad, paid with yet another card."""
        scene, stream, drop = self.scene, self.stream, self._drops[0]
        away = stream.one_of([land.code for land in BUYERS if land.code != self.land])
        sender = scene.trade.private_seller(self._mule.name, drop)
        purchase = scene.prepare(self.persona(self.land, at_us), sender)
        scene.make_label(purchase, away)
        self.dress(purchase, self.stolen_card(self.land))
        placed = self.try_checkout(purchase, at_us, story="sent_on")
        if placed:
            self.fulfilment.run(placed, purchase, at_us)


class ForwarderAbuse(Crew):
    """4: stolen cards of one land, sent to a suite at a forwarder for another."""

    typology = "forwarder_abuse"
    sizes = (3, 9)
    days = 40.0

    def strike(self, at_us: int) -> None:
        """Order to a suite that nobody has used before, or to one of a few earlier orders."""
        scene, stream = self.scene, self.stream
        country = scene.some_land() if stream.happens(0.7) else self.land
        persona = self.persona(country, at_us)
        seller = self.resale(country)
        purchase = scene.prepare(persona, seller, scene.trade.dear_basket(seller))
        self.dress(purchase, self.stolen_card(country))
        forwarder = stream.one_of(scene.forwarders)
        scene.send_to(purchase, forwarder.with_unit(f"Suite {self._suite()}"))
        if stream.happens(0.3):
            _, _, purchase.parcels[0].consignee = scene.people.names.new(self.land)
        placed = self.try_checkout(purchase, at_us)
        if placed:
            self.fulfilment.run(placed, purchase, at_us)

    def _suite(self) -> int:
        """Return one of three suites that the crew rents in turn."""
        return 10_000 + (sum(map(ord, self._devices[0])) * 7919 + self.stream.between(0, 2) * 1301) % 90_000


class Triangulation(Crew):
    """5: a false shop takes real orders, and fills them with stolen cards at real shops."""

    typology = "triangulation"
    sizes = (5, 20)
    days = 40.0

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._category_seller = self.resale(self.land)
        self._payer: Shopper | None = None

    def strike(self, at_us: int) -> None:
        """Order for a stranger who paid the false shop and waits for the goods."""
        scene, stream = self.scene, self.stream
        country = self.land if stream.happens(0.75) else scene.some_land()
        seller = self._category_seller if stream.happens(0.6) else self.resale(country)
        payer = self._next_payer(country, at_us)
        purchase = scene.prepare(payer, seller)
        self.dress(purchase, self.stolen_card(country))
        _, _, customer = scene.people.names.new(country)
        if stream.happens(0.25):
            customer = Contact(customer.name, payer.contact.phone, payer.contact.email)
        purchase.parcels[0].consignee = customer
        scene.send_to(purchase, scene.places.new(country))
        self._pose(purchase, customer)
        placed = self.try_checkout(purchase, at_us)
        if placed:
            self.fulfilment.run(placed, purchase, at_us)
        elif stream.happens(0.5):
            self._payer = None

    def _next_payer(self, country: str, at_us: int) -> Shopper:
        """Return the account that orders: one for several orders unless the crew is careful."""
        if self._payer is None or self.stream.happens(0.15 + 0.6 * self.care):
            self._payer = self.persona(country, at_us, throwaway=0.35)
        return self._payer

    def _pose(self, purchase: Purchase, customer: Contact) -> None:
        """Half of them order in the customer's name, with an e-mail address of their own."""
        if self.stream.happens(0.4):
            purchase.contact = Contact(customer.name, purchase.contact.phone, purchase.contact.email)
            purchase.billing_name = customer.name if self.stream.happens(0.5) else purchase.billing_name
