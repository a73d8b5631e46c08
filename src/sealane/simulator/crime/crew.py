"""A crew: people who run one kind of fraud for a while, with tools they use again until they are stopped."""

from abc import ABC, abstractmethod
from typing import ClassVar

from sealane.simulator.aftermath import attempt, authorize
from sealane.simulator.chance import DAY_US
from sealane.simulator.desk import Placed
from sealane.simulator.fulfilment import Fulfilment
from sealane.simulator.purchase import Purchase, route_of
from sealane.simulator.realm.cards import Card, check_stolen, issue
from sealane.simulator.realm.people import Contact, Shopper
from sealane.simulator.realm.trade import Seller
from sealane.simulator.scene import Scene

__all__ = ["Crew"]


class Crew(ABC):
    """Some fraudsters with devices, connections and cards; `care` from 0 to 1 says how well they cover their tracks.

    Each call of `strike` leads to exactly one order, now or soon, so that the base rates hold.
    """

    typology: ClassVar[str]
    sizes: ClassVar[tuple[int, int]]
    """How many orders such a crew makes before it gives up."""
    days: ClassVar[float]
    """Over how many days it makes them."""

    CARD_USES = 3
    HOLDER_KNOWN = 0.12
    """How often the holder of a stolen card shops within this world, too."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.stream = scene, scene.stream
        self.fulfilment = Fulfilment(scene)
        self.left = self.stream.between(*self.sizes)
        self.care = self.stream.random()
        self.land = scene.some_land()
        self._card: tuple[Card, int] | None = None
        self._devices: list[str] = []
        self._ips: list[str] = []
        self.retool()

    @abstractmethod
    def strike(self, at_us: int) -> None:
        """Make one more order at this moment or soon after it."""

    def finish(self, at_us: int) -> None:  # noqa: B027  (only kinds that save up have something left to do)
        """End the world's time: make at once what was saved up for later."""

    def retool(self) -> None:
        """Take new devices and connections, as after being stopped."""
        internet, stream = self.scene.internet, self.stream
        self._devices = [internet.device() for _ in range(stream.between(1, 3))]
        self._ips = [
            internet.anonymous() if stream.happens(0.55 - 0.4 * self.care) else internet.home(self.land)
            for _ in range(stream.between(1, 4))
        ]

    def device(self) -> str:
        """Return the device of the next order: a fresh or reset one for the careful, else one used before."""
        if self.stream.happens(0.5 * self.care):
            return self.scene.internet.device()
        return self.stream.one_of(self._devices)

    def ip(self, country: str) -> str:
        """Return the connection of the next order: the careful buy one in the victim's land."""
        if self.stream.happens(0.55 * self.care):
            internet = self.scene.internet
            return internet.mobile(country) if self.stream.happens(0.4) else internet.home(country)
        return self.stream.one_of(self._ips)

    def stolen_card(self, country: str) -> Card:
        """Return a stolen card: the last one while it lasts, or a new one of this land."""
        if self._card and self._card[1] < self.CARD_USES and self.stream.happens(0.3 * (1 - self.care)):
            self._card = (self._card[0], self._card[1] + 1)
        else:
            holder = self.scene.people.known(country) if self.stream.happens(self.HOLDER_KNOWN) else None
            self._card = (holder.cards[0] if holder else issue(country, self.stream), 1)
        return self._card[0]

    def persona(self, country: str, at_us: int, *, throwaway: float = 0.12) -> Shopper:
        """Return an invented shopper of this land: a guest, or an account that is young more often than not."""
        scene, stream = self.scene, self.stream
        shopper = scene.people.new(country, at_us)
        names = scene.people.names
        email = names.email(shopper.given, shopper.family, country, throwaway=throwaway)
        shopper.contact = Contact(shopper.contact.name, shopper.contact.phone, email)
        shopper.method = "card"
        if shopper.account_us is not None and not stream.happens(0.35 * self.care):
            shopper.account_us = at_us - stream.pause_us(0.05 * DAY_US, 1.8)
        return shopper

    def dress(self, purchase: Purchase, card: Card, *, knows_address: bool = False) -> None:
        """Let a purchase be made on the crew's device and connection, with this stolen card."""
        stream = self.stream
        purchase.device, purchase.ip = self.device(), self.ip(card.country)
        purchase.method, purchase.card = "card", card
        purchase.checks = check_stolen(card, stream, knows_address=knows_address)
        purchase.billing = purchase.billing or purchase.buyer.home
        purchase.failed_attempts = stream.between(1, 4) if stream.happens(0.22) else 0

    def resale(self, country: str) -> Seller:
        """Return where a thief buys for this land."""
        return self.scene.trade.prey(country)

    def try_checkout(self, purchase: Purchase, at_us: int, *, story: str = "", odds: float = 1.0) -> Placed | None:
        """Place an order with a stolen card; return it if it gets through, else retool at times and return None.

        `odds` is how often it gets past the shop's own eyes, before issuers and the rest of the world have a say.
        """
        scene = self.scene
        odds *= purchase.seller.diligence.lets_pass
        passes = self.stream.happens(odds) and scene.reckoning.lets_through(route_of(purchase), purchase.euro)
        outcome = "settled" if passes else "rejected"
        truth = scene.truth(purchase, typology=self.typology, story=story, outcome=outcome)
        placed = scene.place(purchase, at_us, truth)
        if passes:
            self.find_out(placed, purchase, at_us, share=0.8)
            return placed
        if self.stream.happens(0.5):
            authorize(placed, purchase, at_us, self.stream)
        else:
            attempt(placed, purchase, at_us, self.stream)
        scene.find_out(placed, purchase, after_us=at_us, share=0.35)
        if self.stream.happens(0.25 + 0.4 * self.care):
            self.retool()
        return None

    def find_out(self, placed: Placed, purchase: Purchase, after_us: int, *, share: float) -> None:
        """Let the holder of a stolen card notice, sooner or later, with this probability."""
        self.scene.find_out(placed, purchase, after_us=after_us, share=share, dispute="fraud")

    @staticmethod
    def prepay(purchase: Purchase) -> None:
        """Let a purchase be paid at once: what is paid at the door or days later is no prey for this kind."""
        if purchase.method in {"cash_on_delivery", "bank_transfer"}:
            purchase.method = "wallet"

    def cheat(self, purchase: Purchase, at_us: int, *, outcome: str = "settled", story: str = "") -> Placed:
        """Place an order of this fraud that passes checkout unhindered."""
        scene = self.scene
        return scene.place(purchase, at_us, scene.truth(purchase, typology=self.typology, story=story, outcome=outcome))
