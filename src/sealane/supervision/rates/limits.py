"""Thresholds with their dates and sources, and the early warnings that readings give against them.

    limit("vamp.merchant.ratio_micro", at_us).value      22000 before April 2026, 15000 from then on

Ratios are millionths: 150 basis points are 15000. A limit whose text was not read by us says so.
"""

import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.supervision.rates.ledger import Reading

__all__ = ["Alarm", "Limit", "limit", "limits", "tra_band", "warnings"]


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A threshold in force from a day on and until another, exclusive."""

    name: str
    value: int
    source: str
    valid_from: date
    valid_to: date | None = None
    is_confirmed: bool = True


class Alarm(msgspec.Struct, frozen=True):
    """A reading that comes near a limit or passes it."""

    rate: str
    scope: str
    level: Literal["early", "passed"]
    limit: str
    limit_value: int
    value: int
    text: str


@lru_cache(maxsize=1)
def limits() -> tuple[Limit, ...]:
    """Return all limits of this release."""
    table = tomllib.loads(files("sealane.supervision.rates").joinpath("data", "limits.toml").read_text("utf-8"))
    return msgspec.convert(table["limit"], tuple[Limit, ...])


def limit(name: str, at_us: int) -> Limit:
    """Return the limit in force at a moment.

    Raises:
        NotFound: when none was in force then.
    """
    day = from_micros(at_us).date()
    for one in limits():
        if one.name == name and one.valid_from <= day and (one.valid_to is None or day < one.valid_to):
            return one
    raise NotFound(f"no limit {name} was in force on {day}")


def tra_band(reading: Reading, at_us: int) -> int:
    """Return the highest amount, in euro, that the exemption may be used for: one rate unlocks every band it fits."""
    kind = reading.rate.removeprefix("tra_")
    fits = [
        band
        for band in (100, 250, 500)
        if reading.ratio * 1_000_000 <= limit(f"tra.{kind}.{band}.ratio_micro", at_us).value
    ]
    return max(fits, default=0)


def warnings(readings: tuple[Reading, ...], at_us: int) -> tuple[Alarm, ...]:
    """Return what is near a limit or past it, judged by the limits in force at the moment."""
    found: list[Alarm] = []
    for reading in readings:
        for name, early, floor in _TESTS.get(reading.rate, ()):
            found += _test(reading, name, early, floor, at_us)
    return tuple(found)


# For each rate: the limit, the share of it at which to warn, and the count below which the scheme does not act.
_TESTS: dict[str, tuple[tuple[str, tuple[int, ...], str], ...]] = {
    "tra_card": (("tra.card.100.ratio_micro", (800_000,), ""),),
    "tra_transfer": (("tra.transfer.100.ratio_micro", (800_000,), ""),),
    "vamp_merchant": (("vamp.merchant.ratio_micro", (500_000, 733_334), "vamp.merchant.count"),),
    "vamp_acquirer": (("vamp.acquirer.ratio_micro", (800_000,), ""),),
    "vamp_enumeration": (("vamp.enumeration.ratio_micro", (800_000,), "vamp.enumeration.count"),),
    "mastercard_ecm": (("mastercard.ecm.ratio_micro", (500_000,), "mastercard.ecm.count"),),
    "mastercard_efm": (("mastercard.efm.ratio_micro", (800_000,), ""),),
}


def _test(reading: Reading, name: str, early: tuple[int, ...], floor: str, at_us: int) -> list[Alarm]:
    bound = limit(name, at_us)
    ratio = reading.ratio * 1_000_000
    needed = limit(floor, at_us).value if floor else 0
    if ratio > bound.value and reading.numerator >= needed:
        text = f"is over the limit of {bound.value / 100:g} basis points ({bound.source})"
        return [_warning(reading, "passed", bound, text)]
    # A warning heeds half the count as well: a small shop's single dispute is not news.
    reached = [share for share in early if ratio * 1_000_000 >= bound.value * share and reading.numerator * 2 >= needed]
    if not reached:
        return []
    told = bound.value * max(reached) / 1_000_000 / 100
    return [
        _warning(reading, "early", bound, f"is over {told:g} of {bound.value / 100:g} basis points ({bound.source})")
    ]


def _warning(reading: Reading, level: Literal["early", "passed"], bound: Limit, text: str) -> Alarm:
    return Alarm(reading.rate, reading.scope, level, bound.name, bound.value, reading.ratio_micro, text)
