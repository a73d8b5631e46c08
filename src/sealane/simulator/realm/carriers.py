"""Carriers: who carries what where, their tracking numbers with valid check digits, their depots and couriers.

dhl-express  3318810025          mod 7 check digit
ups          1Z5R89390357567127  mod 10 check digit
fedex        986578788855        weights 3, 1, 7, mod 11
post         LP123456785CN       UPU S10, weights 8 6 4 2 3 5 9 7
gls          40218736457         mod 10 check digit
"""

from typing import NamedTuple

from sealane.simulator.chance import Stream, Weighted
from sealane.simulator.realm.atlas import LANDS
from sealane.simulator.realm.places import Spot

__all__ = ["Carriage", "Carriers", "Round"]

_EXPRESS = Weighted({"dhl-express": 5, "ups": 3, "fedex": 2})
_ROAD = Weighted({"gls": 6, "ups": 2, "post": 4})
_AIR = Weighted({"post": 7, "dhl-express": 1, "fedex": 1})
ROAD_KM = 1700.0
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_FEDEX_WEIGHTS = (3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)


class Carriage(NamedTuple):
    """How a parcel goes: carrier, service (express or standard) and mode (air or road)."""

    carrier: str
    service: str
    mode: str


class Round(NamedTuple):
    """Who brings a parcel: the depot and the courier of the day."""

    depot: str
    courier: str


class Carriers:
    """Chooses carriers, numbers parcels and sends couriers out."""

    DEPOTS_A_TOWN = 3
    COURIERS_A_DEPOT = 9

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._rounds: dict[tuple[str, str], list[list[Round]]] = {}

    def choose(self, origin: Spot, country: str, km: float) -> Carriage:
        """Return how a parcel goes on this lane; far lanes use express more often than near ones."""
        stream = self._stream
        if km < ROAD_KM and origin.country not in {"CN", "JP", "KR"}:
            if stream.happens(0.12):
                return Carriage(_EXPRESS.pick(stream), "express", "road")
            return Carriage(_ROAD.pick(stream), "standard", "road")
        if stream.happens(0.30 if origin.country != country else 0.25):
            return Carriage(_EXPRESS.pick(stream), "express", "air")
        return Carriage(_AIR.pick(stream), "standard", "air")

    def number(self, carrier: str, origin_country: str) -> str:
        """Return a fresh tracking number in the carrier's format."""
        return _FORMATS[carrier](self._stream, origin_country)

    def round(self, spot: Spot) -> Round:
        """Return depot and courier for an address; a postcode always has the same depot."""
        town = (spot.country, spot.town.name)
        depots = self._rounds.get(town)
        if depots is None:
            depots = self._rounds[town] = [self._open_depot(*town) for _ in range(self.DEPOTS_A_TOWN)]
        rounds = depots[sum(map(ord, spot.postcode)) % len(depots)]
        return rounds[int(len(rounds) * self._stream.random())]

    def _open_depot(self, country: str, town: str) -> list[Round]:
        depot = f"{country}-{town[:3].upper()}-{self._stream.digits(3)}"
        return [Round(depot, f"c-{self._stream.code(6)}") for _ in range(self.COURIERS_A_DEPOT)]


def _dhl(stream: Stream, _origin: str) -> str:
    serial = stream.digits(9)
    return f"{serial}{int(serial) % 7}"


def _ups(stream: Stream, _origin: str) -> str:
    body = stream.code(6).upper() + stream.one_of(("03", "68", "04", "66")) + stream.digits(7)
    total = 0
    for position, mark in enumerate(body):
        value = int(mark) if mark.isdigit() else (ord(mark) - 3) % 10
        total += value * 2 if position % 2 else value
    return f"1Z{body}{-total % 10}"


def _fedex(stream: Stream, _origin: str) -> str:
    serial = stream.digits(11)
    total = sum(int(digit) * weight for digit, weight in zip(serial, _FEDEX_WEIGHTS, strict=True))
    return f"{serial}{total % 11 % 10}"


def _post(stream: Stream, origin: str) -> str:
    serial = stream.digits(8)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _S10_WEIGHTS, strict=True)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{stream.one_of(('LP', 'RB', 'CY', 'EE'))}{serial}{check}{origin if origin in LANDS else 'CN'}"


def _gls(stream: Stream, _origin: str) -> str:
    serial = stream.digits(10)
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(serial))
    return f"{serial}{-total % 10}"


_FORMATS = {"dhl-express": _dhl, "ups": _ups, "fedex": _fedex, "post": _post, "gls": _gls}
