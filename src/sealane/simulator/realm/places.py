"""Places: street addresses, pick-up points and distances on the globe."""

from math import asin, cos, radians, sin, sqrt
from typing import Any

import msgspec

from sealane.simulator.chance import Stream
from sealane.simulator.realm.atlas import LANDS, Town

__all__ = ["Pickup", "Places", "Spot", "distance_km"]

EARTH_KM = 6371.0
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Spot(msgspec.Struct, frozen=True):
    """A street address with its position in degrees (WGS 84)."""

    country: str
    town: Town
    postcode: str
    lines: tuple[str, ...]
    lat: float
    lon: float

    def address(self, name: str, phone: str | None = None, email: str | None = None) -> dict[str, Any]:
        """Return the address as the wire wants it; contacts only where they are told."""
        told: dict[str, Any] = {
            "name": name,
            "lines": self.lines,
            "city": self.town.name,
            "region": self.town.region,
            "postcode": self.postcode,
            "country": self.country,
        }
        if phone:
            told["phone"] = phone
        if email:
            told["email"] = email
        return told

    def with_unit(self, line: str) -> "Spot":
        """Return the same building with another second line: a suite, a desk, a flat."""
        return msgspec.structs.replace(self, lines=(self.lines[0], line))


class Pickup(msgspec.Struct, frozen=True):
    """A locker, shop or depot where parcels wait."""

    id: str
    name: str
    kind: str
    spot: Spot

    def told(self) -> dict[str, Any]:
        """Return the point as the wire wants it."""
        return {
            "id": self.id,
            "name": self.name,
            "postcode": self.spot.postcode,
            "country": self.spot.country,
            "kind": self.kind,
        }


class Places:
    """Makes new addresses and keeps the pick-up points, which people share."""

    POINTS_A_TOWN = 12

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._points: dict[tuple[str, str], list[Pickup]] = {}

    def town(self, country: str) -> Town:
        """Return a town, the first of the land most often."""
        towns = LANDS[country].towns
        return towns[int(len(towns) * self._stream.random() ** 1.5)]

    def new(self, country: str, town: Town | None = None) -> Spot:
        """Return an address that nobody lives at yet, as far as chance allows."""
        stream, land = self._stream, LANDS[country]
        town = town or self.town(country)
        street = land.street.format(street=stream.one_of(land.streets), n=1 + int(190 * stream.random() ** 1.6))
        lines: tuple[str, ...] = (street,)
        if stream.happens(0.35):
            lines = (street, land.unit.format(u=stream.between(1, 40)))
        return Spot(
            country,
            town,
            self._postcode(stream.one_of(town.postcodes)),
            lines,
            round(town.lat + stream.gauss(0.0, 0.035), 6),
            round(town.lon + stream.gauss(0.0, 0.05), 6),
        )

    def near(self, spot: Spot) -> Spot:
        """Return a neighbour's address: same town and postcode, a few hundred metres on."""
        fresh, stream = self.new(spot.country, spot.town), self._stream
        return msgspec.structs.replace(
            fresh,
            postcode=spot.postcode,
            lat=round(spot.lat + stream.gauss(0.0, 0.003), 6),
            lon=round(spot.lon + stream.gauss(0.0, 0.004), 6),
        )

    def pickup(self, country: str, town: Town) -> Pickup:
        """Return one of the town's pick-up points."""
        points = self._points.get((country, town.name))
        if points is None:
            points = [self._open_point(country, town) for _ in range(self.POINTS_A_TOWN)]
            self._points[country, town.name] = points
        return points[int(len(points) * self._stream.random() ** 1.3)]

    def _open_point(self, country: str, town: Town) -> Pickup:
        stream = self._stream
        kind = stream.one_of(("locker", "locker", "shop", "depot"))
        spot = self.new(country, town)
        return Pickup(f"{country}-{stream.digits(5)}", f"{kind.title()} {spot.lines[0]}", kind, spot)

    def _postcode(self, pattern: str) -> str:
        stream = self._stream
        made = [
            stream.digits(1) if mark == "#" else stream.one_of(_LETTERS) if mark == "@" else mark for mark in pattern
        ]
        return "".join(made)


def distance_km(here: Spot, there: Spot) -> float:
    """Return the great-circle distance in kilometres."""
    lat, other = radians(here.lat), radians(there.lat)
    half = sin((other - lat) / 2) ** 2 + cos(lat) * cos(other) * sin(radians(there.lon - here.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
