"""Shoppers: who they are, where they live and work, what they pay with, and how they come back."""

import unicodedata
from functools import cache

import msgspec

from sealane.simulator.chance import DAY_US, HOUR_US, Stream, Weighted
from sealane.simulator.facts import COD_LANDS, PAYMENT_MIX
from sealane.simulator.realm.atlas import BUYERS, LANDS, Land
from sealane.simulator.realm.cards import Card, issue
from sealane.simulator.realm.internet import Internet
from sealane.simulator.realm.places import Places, Spot

__all__ = ["Contact", "Names", "People", "Shopper"]

_RESERVED_DOMAINS = Weighted(
    {"example.com": 5, "example.org": 3, "example.net": 3, "mail.example": 6, "post.example": 3, "inbox.example": 3,
     "webmail.example": 2, "office.example": 1, "studio.example": 1}
)  # fmt: skip
_FREE_DOMAINS = {
    "DE": "gmail.com gmx.de web.de outlook.com freenet.de icloud.com",
    "FR": "gmail.com orange.fr laposte.net outlook.com",
    "ES": "gmail.com hotmail.es outlook.com yahoo.com",
    "PT": "gmail.com sapo.pt outlook.com",
    "IT": "gmail.com libero.it outlook.com icloud.com",
    "NL": "gmail.com outlook.com ziggo.nl icloud.com",
    "PL": "gmail.com wp.pl onet.pl",
    "GB": "gmail.com outlook.com yahoo.com icloud.com",
    "US": "gmail.com yahoo.com icloud.com outlook.com aol.com",
    "BR": "gmail.com uol.com.br bol.com.br outlook.com",
}
_THROWAWAY_DOMAINS = (
    "mailinator.com", "yopmail.com", "guerrillamail.com", "sharklasers.com", "trashmail.com", "getnada.com",
)  # fmt: skip
_WORDS = (
    "sunny", "moon", "river", "coffee", "tiger", "pixel", "happy", "star", "cloud", "vinyl", "maple", "lucky",
    "indigo", "comet", "panda", "velvet",
)  # fmt: skip
_FREE = {code: text.split() for code, text in _FREE_DOMAINS.items()}
_STYLES = Weighted({"{g}.{f}{n}": 0.40, "{i}{f}{n}": 0.25, "{f}.{i}{n}": 0.15, "{w}{n}": 0.20})
_ACCOUNTS = Weighted({"guest": 0.2, "old": 0.5, "fresh": 0.3})
_PHONE_STEP = 7919
"""A prime, so that stepping through a range of numbers meets each of them once before any repeats."""


class Contact(msgspec.Struct, frozen=True):
    """A person's name, telephone number and e-mail address."""

    name: str
    phone: str
    email: str


class Shopper(msgspec.Struct):
    """Somebody who orders; habits and belongings change with time."""

    contact: Contact
    given: str
    family: str
    country: str
    home: Spot
    home_ip: str
    office: tuple[Spot, str] | None
    devices: list[str]
    cards: list[Card]
    method: str
    account: str | None
    account_us: int | None
    last_order: object = None


class Names:
    """Makes people: common given and family names, numbers nobody holds, e-mail addresses nobody reads."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._dialled = {land.code: stream.between(0, 10**6) for land in BUYERS}

    def new(self, country: str, family: str | None = None) -> tuple[str, str, Contact]:
        """Return given name, family name and contact of a new person."""
        stream, land = self._stream, LANDS[country]
        given, family = stream.one_of(land.given), family or stream.one_of(land.family)
        middle = f" {chr(65 + stream.between(0, 25))}." if stream.happens(0.22) else ""
        contact = Contact(f"{given}{middle} {family}", self.phone(country), self.email(given, family, country))
        return given, family, contact

    def phone(self, country: str) -> str:
        """Return the next number of the land's ranges in E.164: `+447700900123`."""
        phones = LANDS[country].phones
        ordinal = self._dialled[country] = self._dialled[country] + 1
        pattern = phones[ordinal % len(phones)]
        width = pattern.count("#")
        return f"{pattern[:-width]}{ordinal // len(phones) * _PHONE_STEP % 10**width:0{width}d}"

    def email(self, given: str, family: str, country: str, *, throwaway: float = 0.006) -> str:
        """Return an address: mostly under reserved names, at real free-mail domains only with a made-up local part."""
        stream = self._stream
        local = self._local(_fold(given), _fold(family))
        draw = stream.random()
        if draw < throwaway:
            return f"{local}-sim{stream.digits(4)}@{stream.one_of(_THROWAWAY_DOMAINS)}"
        if stream.happens(0.42):
            return f"{local}-sim{stream.digits(4)}@{stream.one_of(_FREE[country])}"
        return f"{local}@{_RESERVED_DOMAINS.pick(stream)}"

    def _local(self, given: str, family: str) -> str:
        stream = self._stream
        number = "" if stream.happens(0.15) else str(stream.between(2, 9999))
        words = stream.one_of(_WORDS) + stream.one_of(_WORDS)
        return _STYLES.pick(stream).format(g=given, f=family, i=given[0], n=number, w=words)


@cache
def _fold(name: str) -> str:
    """Return the name in plain lower-case letters: `Müller` becomes `muller`, `De Luca` becomes `deluca`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(filter(str.isalpha, plain.lower())) or "anon"


class People:
    """The shoppers that come back, and the new ones that join them; no more are remembered than `CAPACITY`."""

    CAPACITY = 20_000
    NEWCOMERS = 0.40
    OFFICES_A_LAND = 60

    def __init__(self, stream: Stream, places: Places, internet: Internet) -> None:
        self.names = Names(stream)
        self._stream, self._places, self._internet = stream, places, internet
        self._known: dict[str, list[Shopper]] = {land.code: [] for land in BUYERS}
        self._room = {land.code: max(50, int(self.CAPACITY * land.share)) for land in BUYERS}
        self._offices: dict[str, list[tuple[Spot, str]]] = {land.code: [] for land in BUYERS}
        self._methods = {land.code: _method_mix(land) for land in BUYERS}

    def come(self, country: str, now_us: int) -> Shopper:
        """Return who orders next in this land: somebody known, or somebody new who stays known."""
        known = self._known[country]
        if known and not self._stream.happens(self.NEWCOMERS):
            return known[int(len(known) * self._stream.random() ** 1.4)]
        shopper = self.new(country, now_us)
        if len(known) < self._room[country]:
            known.append(shopper)
        else:
            known[int(len(known) * self._stream.random())] = shopper
        return shopper

    def known(self, country: str) -> Shopper | None:
        """Return any of the land's known shoppers, or None while nobody is known there."""
        known = self._known[country]
        return self._stream.one_of(known) if known else None

    def new(self, country: str, now_us: int) -> Shopper:
        """Return somebody never seen before; some live with somebody known, a third share an office."""
        stream = self._stream
        known = self._known[country]
        mate = stream.one_of(known) if known and stream.happens(0.13) else None
        family = mate.family if mate and stream.happens(0.7) else None
        given, family, contact = self.names.new(country, family)
        account, account_us = self._account(now_us)
        return Shopper(
            contact=contact,
            given=given,
            family=family,
            country=country,
            home=mate.home if mate else self._places.new(country),
            home_ip=mate.home_ip if mate else self._internet.home(country),
            office=self._office(country) if stream.happens(0.33) else None,
            devices=[mate.devices[0] if mate and stream.happens(0.3) else self._internet.device()],
            cards=[issue(country, stream)],
            method=self._methods[country].pick(stream),
            account=account,
            account_us=account_us,
        )

    def _account(self, now_us: int) -> tuple[str | None, int | None]:
        """Return account and birthday: guests have none, half have been with the shop for long."""
        stream, kind = self._stream, _ACCOUNTS.pick(self._stream)
        if kind == "guest":
            return None, None
        if kind == "old":
            return f"a-{stream.code(8)}", now_us - int(stream.spread(5, 2200) * DAY_US)
        return f"a-{stream.code(8)}", now_us - stream.pause_us(0.4 * HOUR_US, 1.6)

    def _office(self, country: str) -> tuple[Spot, str]:
        offices = self._offices[country]
        if len(offices) < self.OFFICES_A_LAND and (not offices or self._stream.happens(0.12)):
            offices.append((self._places.new(country), self._internet.home(country)))
        return offices[int(len(offices) * self._stream.random() ** 1.5)]


def _method_mix(land: Land) -> Weighted[str]:
    """Return how people of this land like to pay; over all lands it is the mix of `facts.PAYMENT_MIX`."""
    mix = dict(PAYMENT_MIX)
    cod_share = sum(other.share for other in BUYERS if other.code in COD_LANDS)
    both = mix["bank_transfer"] + mix["cash_on_delivery"]
    mix["cash_on_delivery"] = mix["cash_on_delivery"] / cod_share if land.code in COD_LANDS else 0.0
    mix["bank_transfer"] = both - mix["cash_on_delivery"]
    return Weighted(mix)
