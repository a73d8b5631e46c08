"""The registry of official domains: which brand owns a host, how well that is known, and what the brand says it sends.

    registry = default_registry()
    registry.owner("www.dhl.de")  ->  Owned(brand=dhl, domain="dhl.de", standing="verified")

A host belongs to a listed domain when it is that domain or ends in a dot and it; nothing looser ever counts.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from sealane.shield.numbers.formats import all_posts

__all__ = ["Brand", "Owned", "Registry", "Standing", "default_registry"]

FOLDER = Path(__file__).resolve().parent / "data"

Standing = Literal["verified", "listed", "unconfirmed"]


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A carrier, post, payment provider or marketplace; the data file says what each field means."""

    id: str
    title: str
    kind: Literal["carrier", "post", "psp", "marketplace"]
    country: str
    evidence: str
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    payment: Literal["never", "customs"] | None = None
    cites_number: bool = False
    senders: tuple[str, ...] = ()


class Owned(msgspec.Struct, frozen=True):
    """Whose domain a host is under; without a brand it belongs to somebody honest of like name."""

    brand: Brand | None
    domain: str
    standing: Standing


class Registry:
    """Official domains by exact name."""

    def __init__(self, brands: Iterable[Brand], honest: Iterable[str] = ()) -> None:
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


@cache
def default_registry() -> Registry:
    """Return the registry that comes with this release."""
    table = tomllib.loads((FOLDER / "brands.toml").read_text(encoding="utf-8"))
    return Registry(msgspec.convert(table["brands"], list[Brand]), _posts())


def _posts() -> Iterable[str]:
    """Return the hosts of the posts of all countries, so that none of them is called an imitation of another."""
    for address in all_posts().values():
        host = urlsplit(address).hostname or ""
        if host:
            yield host.removeprefix("www.").removeprefix("www1.")
