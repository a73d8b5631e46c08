"""The registry of official domains: which brand owns a host, how well that is known, and what the brand says it sends.

One registry is in force in a process: that of the release, until `put_in_force` exchanges it for a newer edition.

    registry = default_registry()
    registry.owner("www.dhl.de")  ->  Owned(brand=dhl, domain="dhl.de", standing="verified")

A host belongs to a listed domain when it is that domain or ends in a dot and it; nothing looser ever counts.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from sealane.model.clock import to_micros
from sealane.shield.numbers.formats import all_posts

__all__ = [
    "RELEASED",
    "Brand",
    "Owned",
    "Registry",
    "Sheet",
    "Standing",
    "default_registry",
    "midnight_us",
    "put_in_force",
    "read_sheet",
    "registry_of",
]

RELEASED = Path(__file__).resolve().parent / "data" / "brands.toml"
FOREVER = 1 << 62

Standing = Literal["verified", "listed", "unconfirmed"]


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A carrier, post, payment provider or marketplace; the data file says what each field means."""

    id: str
    title: str
    kind: Literal["carrier", "post", "psp", "marketplace"]
    country: str
    evidence: str
    checked: date
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    payment: Literal["never", "customs"] | None = None
    cites_number: bool = False
    senders: tuple[str, ...] = ()


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edition as it is written."""

    version: int
    issued: date
    expires: date
    brands: tuple[Brand, ...]


class Owned(msgspec.Struct, frozen=True):
    """Whose domain a host is under; without a brand it belongs to somebody honest of like name."""

    brand: Brand | None
    domain: str
    standing: Standing


class Registry:
    """Official domains by exact name; after `expires_us` they prove nothing any more."""

    def __init__(self, brands: Iterable[Brand], honest: Iterable[str] = (), *, expires_us: int = FOREVER) -> None:
        self.expires_us = expires_us
        self.brands: Mapping[str, Brand] = {brand.id: brand for brand in brands}
        self._owned = {domain: Owned(None, domain, "unconfirmed") for domain in honest}
        for brand in self.brands.values():
            standings: tuple[tuple[Standing, tuple[str, ...]], ...] = (
                ("unconfirmed", brand.unconfirmed),
                ("listed", brand.listed),
                ("verified", brand.verified),
            )
            for standing, domains in standings:
                self._owned |= {domain: Owned(brand, domain, standing) for domain in domains}

    def owner(self, host: str) -> Owned | None:
        """Return whose domain the ASCII host is under; None when no row holds it."""
        rest = host
        while rest:
            owned = self._owned.get(rest)
            if owned is not None:
                return owned
            rest = rest.partition(".")[2]
        return None

    def domains(self) -> tuple[str, ...]:
        """Return every domain that proves something: verified or listed."""
        return tuple(domain for domain, owned in self._owned.items() if owned.standing != "unconfirmed")


def read_sheet(text: str) -> Sheet:
    """Return an edition as it is written; its signature is checked elsewhere.

    Raises:
        ValueError: when the text is none.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Sheet)
    except msgspec.ValidationError as refusal:
        raise ValueError(str(refusal)) from None


def registry_of(sheet: Sheet) -> Registry:
    """Return the registry of an edition, with the posts of all countries beside its brands."""
    return Registry(sheet.brands, _posts(), expires_us=midnight_us(sheet.expires))


def default_registry() -> Registry:
    """Return the registry in force."""
    return _in_force[0] if _in_force else _released()


def put_in_force(registry: Registry) -> None:
    """Exchange the registry in force, for everything that is checked from now on."""
    _in_force[:] = [registry]


def midnight_us(day: date) -> int:
    """Return the beginning of a day, UTC, in microseconds since 1970."""
    return to_micros(datetime(day.year, day.month, day.day, tzinfo=UTC))


_in_force: list[Registry] = []


@cache
def _released() -> Registry:
    return registry_of(read_sheet(RELEASED.read_text(encoding="utf-8")))


def _posts() -> Iterable[str]:
    """Return the hosts of the posts of all countries, so that none of them is called an imitation of another."""
    for address in all_posts().values():
        host = urlsplit(address).hostname or ""
        if host:
            yield host.removeprefix("www.").removeprefix("www1.")
