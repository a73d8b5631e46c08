"""The forms a signal is declared in: plain data, no code, so that every reader can translate them.

One declaration feeds the serving reader, the reference page and the explanation. It names fields of a fact
(`risk.facts`), a series of facts, a key and a width, and nothing else.

Windows are [T - width, T) on `observed_us`, exact to the microsecond: a fact learned at T itself is not in them.
A missing input makes the signal unknown (None), never 0 and never False.
"""

from hashlib import sha256
from typing import Literal

import msgspec

from sealane.model.decision import STAGES, Side, Stage
from sealane.risk.facts import FactKind

__all__ = [
    "Condition",
    "Differs",
    "Distance",
    "Earliest",
    "Ever",
    "Form",
    "Gap",
    "Kind",
    "Latest",
    "Novel",
    "Present",
    "Ratio",
    "Series",
    "Signal",
    "Since",
    "Unit",
    "Value",
    "Window",
    "digest_of",
    "kind_of",
    "micros",
]

Unit = Literal[
    "addresses", "attempts", "cards", "claims", "code", "consignees", "consignments", "deliveries",
    "devices", "duration", "EUR cents", "events", "flag", "frauds", "grams", "hand-overs", "items", "km", "labels",
    "mean EUR cents", "members", "mismatches", "names", "orders", "payouts", "postcodes", "ratio", "refunds",
    "refusals", "requests", "returns", "shoppers",
]  # fmt: skip
"""What a value counts or measures; flag, code, duration, ratio and means also fix its type, all others are integers."""

Kind = Literal["bool", "int", "double", "string", "duration"]
"""The type of a value in rules, in the words of the Common Expression Language."""

_KINDS: dict[str, Kind] = {
    "flag": "bool",
    "code": "string",
    "mean EUR cents": "double",
    "ratio": "double",
    "duration": "duration",
}
_MICROS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


def kind_of(unit: Unit) -> Kind:
    """Return the type of values with this unit."""
    return _KINDS.get(unit, "int")


def micros(width: str) -> int:
    """Return a width such as `15m`, `24h` or `30d` in microseconds."""
    return int(width[:-1]) * _MICROS[width[-1]]


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """One test on a field: `("claim", "is", "not_received")`; an unknown field fails every test."""

    field: str
    test: Literal["is", "above", "below", "known"]
    value: str | int | bool | None = None


class Series(msgspec.Struct, frozen=True):
    """A named run of facts: which kinds, under which conditions."""

    name: str
    text: str
    kinds: tuple[FactKind, ...]
    where: tuple[Condition, ...] = ()


class Signal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form"):
    """What all forms share; `worst` says which value stands for an order with several consignments."""

    name: str
    side: Side
    unit: Unit
    text: str
    stages: tuple[Stage, ...] = STAGES
    worst: Literal["high", "low", "first"] = "high"


class Keyed(Signal, frozen=True, kw_only=True, omit_defaults=True):
    """Reads a series by a key: `by` names the key's fields in the series, `at` those of the present fact."""

    of: str
    by: tuple[str, ...]
    at: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The present fact's fields that make the key."""
        return self.at or self.by


class Window(Keyed, frozen=True, kw_only=True, omit_defaults=True, tag="window"):
    """The count, sum or mean of a field, or the number of its distinct (or other than the present) values."""

    take: Literal["count", "sum", "mean", "distinct", "others"]
    width: str
    field: str | None = None


class Novel(Keyed, frozen=True, kw_only=True, omit_defaults=True, tag="novel"):
    """Whether the present value of `value` never stood with the key in the window; unknown without any history."""

    field: str
    width: str
    value: str | None = None


class Since(Keyed, frozen=True, kw_only=True, omit_defaults=True, tag="since"):
    """The time since the first or the last fact of the key was learned; unknown when there is none."""

    take: Literal["first", "last"]


class Ever(Keyed, frozen=True, kw_only=True, omit_defaults=True, tag="ever"):
    """Whether the key has any fact in the series at all."""


class Latest(Keyed, frozen=True, kw_only=True, omit_defaults=True, tag="latest"):
    """The field's value in the fact learned last; unknown when there is none."""

    field: str


class Earliest(Keyed, frozen=True, kw_only=True, omit_defaults=True, tag="earliest"):
    """How long before `until` (a time field) the key's first fact *happened*: negative when it happened after."""

    until: str


class Value(Signal, frozen=True, kw_only=True, omit_defaults=True, tag="value"):
    """A field as it is."""

    field: str


class Present(Signal, frozen=True, kw_only=True, omit_defaults=True, tag="present"):
    """Whether the consignment (or event) names the field at all."""

    field: str


class Differs(Signal, frozen=True, kw_only=True, omit_defaults=True, tag="differs"):
    """Whether two fields differ; unknown when either is."""

    left: str
    right: str


class Ratio(Signal, frozen=True, kw_only=True, omit_defaults=True, tag="ratio"):
    """One field or signal over another; unknown when either is, or when the lower one is under `least`."""

    over: str
    under: str
    least: int = 1


class Distance(Signal, frozen=True, kw_only=True, omit_defaults=True, tag="distance"):
    """The kilometres between two points; unknown when either is."""

    left: str
    right: str


class Gap(Signal, frozen=True, kw_only=True, omit_defaults=True, tag="gap"):
    """The time from one time field to another; negative when the second comes first."""

    start: str
    end: str


Form = Window | Novel | Since | Ever | Latest | Earliest | Value | Present | Differs | Distance | Ratio | Gap


def digest_of(signal: Form) -> str:
    """Return the digest of what a signal means: its declaration without the words for people."""
    plain = msgspec.to_builtins(signal)
    plain.pop("text")
    return sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()[:16]
