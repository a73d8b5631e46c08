"""The policy as it is written: audiences with their cells, and the regimes that open conditional ones.

    [audience.last-mile.cells]
    name = "clear @delivery"
    phone = "masked:relay @minimal"

    [audience.last-mile.moments]
    instructions = { after = "consignment.out_for_delivery", hours = 24 }

A file that names an unknown field, form, audience or basis is refused with the place of the mistake.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn, TypeVar

import msgspec

from sealane.disclosure.policy.fields import FIELDS, FORMS, GIVES, Field, Form, Give, Leg, Purpose
from sealane.model.codes import Country
from sealane.model.errors import Misconfigured
from sealane.model.event import EventKind
from sealane.model.party import Role
from sealane.model.payment import Method

__all__ = ["NOT_HELD", "Audience", "Cell", "Matrix", "Moment", "Opening", "Regime", "read_matrix"]

T = TypeVar("T")

NOT_HELD = "security_code"
"""A row that only reports count: the vault never stores it, so no grant can name it."""

_CELL = re.compile(r"(?P<give>[a-z]+)(?::(?P<form>[a-z0-9]+))? @(?P<basis>[a-z-]+)")
_HOUR_US = 3_600_000_000
_ROWS = frozenset({*FIELDS, NOT_HELD})


class Cell(msgspec.Struct, frozen=True):
    """How one field is given to one audience, and the law or need behind it."""

    give: Give
    basis: str
    form: Form | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the audience sees, or through the proxy uses, the value itself."""
        return self.give in {"clear", "proxy"}

    def __str__(self) -> str:
        return f"{self.give}:{self.form}" if self.form else self.give


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a field is given that most of a leg needs not: for some hours after an event."""

    after: EventKind
    hours: int

    def holds(self, occurred_us: int, now_us: int) -> bool:
        """Tell whether now is within the hours after an event that occurred at that moment."""
        return occurred_us <= now_us < occurred_us + self.hours * _HOUR_US

    def __str__(self) -> str:
        return f"for {self.hours} h after {self.after}"


class Audience(msgspec.Struct, frozen=True):
    """Whoever acts in one of these roles, for one of these purposes, on one of these legs; no legs means none."""

    code: str
    title: str
    roles: tuple[Role, ...]
    purposes: tuple[Purpose, ...]
    legs: tuple[Leg, ...]
    window_hours: float
    max_uses: int
    cells: dict[str, Cell]
    opens: tuple[EventKind, ...] = ()
    closes: tuple[EventKind, ...] = ()
    grace_hours: int = 0
    is_counted: bool = False
    moments: dict[str, Moment] = {}

    def tell(self, field: str, cell: Cell) -> str:
        """Return how and when a field is given: `clear`, or `clear for 24 h after consignment.out_for_delivery`."""
        return f"{cell} {self.moments[field]}" if field in self.moments else str(cell)


class Opening(msgspec.Struct, frozen=True):
    """A conditional field that a regime opens for some audiences, by a law, from a day on and before another."""

    field: Field
    audiences: tuple[str, ...]
    law: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the law is in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Regime(msgspec.Struct, frozen=True):
    """The law of a corridor: where it applies and what it opens."""

    code: str
    title: str
    destinations: frozenset[str]
    origins: frozenset[str]
    methods: frozenset[str]
    opens: tuple[Opening, ...]
    laws: tuple[str, ...]

    def applies(self, origin: str | None, destination: str | None, method: str | None) -> bool:
        """Tell whether an order from there to there, paid like this, falls under the regime."""
        return destination in self.destinations or origin in self.origins or method in self.methods


class Matrix(msgspec.Struct, frozen=True):
    """A whole policy, checked."""

    name: str
    version: str
    valid_from: date
    audiences: tuple[Audience, ...]
    regimes: tuple[Regime, ...]
    rows: dict[str, tuple[str, ...]]


class _AudienceText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    roles: tuple[Role, ...]
    purposes: tuple[Purpose, ...]
    legs: tuple[Leg, ...]
    window_hours: float
    max_uses: int
    cells: dict[str, str]
    opens: tuple[EventKind, ...] = ()
    closes: tuple[EventKind, ...] = ()
    grace_hours: int = 0
    is_counted: bool = False
    moments: dict[str, Moment] = {}


class _PolicyText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    version: str
    valid_from: date
    basis: dict[str, str]
    rows: dict[str, tuple[str, ...]]
    audience: dict[str, _AudienceText]


class _OpeningText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    field: Field
    audiences: tuple[str, ...]
    basis: str
    valid_from: date
    valid_to: date | None = None


class _RegimeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    basis: dict[str, str]
    to: tuple[Country, ...] = ()
    origins: tuple[Country, ...] = msgspec.field(default=(), name="from")
    methods: tuple[Method, ...] = ()
    opens: tuple[_OpeningText, ...] = ()


def read_matrix(policy: str, regimes: str) -> Matrix:
    """Return the policy that two TOML texts write down: the default, and the regimes beyond it.

    Raises:
        Misconfigured: naming the place of the first mistake.
    """
    text = _parse("the policy", policy, _PolicyText)
    audiences = tuple(_audience(code, each, text.basis) for code, each in text.audience.items())
    known = {each.code: each for each in audiences}
    for title, fields in text.rows.items():
        if not _ROWS.issuperset(fields):
            _refuse(f"rows.{title}", "names no field of ours")
    found = _parse("the regimes", regimes, dict[str, _RegimeText])
    rules = tuple(_regime(code, each, known) for code, each in found.items())
    return Matrix(text.name, text.version, text.valid_from, audiences, rules, text.rows)


def _audience(code: str, text: _AudienceText, basis: Mapping[str, str]) -> Audience:
    cells = {field: _cell(f"audience.{code}.cells.{field}", field, each, basis) for field, each in text.cells.items()}
    for field in text.moments:
        if field not in cells:
            _refuse(f"audience.{code}.moments.{field}", "belongs to no cell of the audience")
    members = msgspec.structs.asdict(text) | {"cells": cells}
    return Audience(code=code, **members)


def _cell(place: str, field: str, text: str, basis: Mapping[str, str]) -> Cell:
    found = _CELL.fullmatch(text)
    if found is None or found["give"] not in GIVES or field not in _ROWS:
        _refuse(place, f'is no cell; write "clear @BASIS" with one of {", ".join(GIVES)}')
    if found["basis"] not in basis:
        _refuse(place, f"stands on {found['basis']}, which [basis] does not hold")
    if (found["give"] == "masked") != (found["form"] in FORMS):
        _refuse(place, f"needs a form exactly when it is masked; there are {', '.join(FORMS)}")
    # The three texts were just found in the closed sets; conversion tells the type checker so.
    return msgspec.convert({"give": found["give"], "form": found["form"], "basis": basis[found["basis"]]}, Cell)


def _regime(code: str, text: _RegimeText, known: Mapping[str, Audience]) -> Regime:
    opens = []
    for number, each in enumerate(text.opens):
        place = f"{code}.opens.{number}"
        for name in each.audiences:
            cell = known[name].cells.get(each.field) if name in known else None
            if cell is None or cell.give != "conditional":
                _refuse(place, f"opens {each.field} for {name}, where the default has no conditional cell")
        if each.basis not in text.basis:
            _refuse(place, f"stands on {each.basis}, which [{code}.basis] does not hold")
        law = text.basis[each.basis]
        opens.append(Opening(each.field, each.audiences, law, each.valid_from, each.valid_to))
    laws = tuple(text.basis.values())
    places = frozenset(text.to), frozenset(text.origins), frozenset(text.methods)
    return Regime(code, text.title, *places, tuple(opens), laws)


def _parse(what: str, text: str, shape: type[T]) -> T:
    try:
        document: dict[str, Any] = tomllib.loads(text)
        return msgspec.convert(document, shape)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as refusal:
        _refuse(what, f"cannot be read: {refusal}")


def _refuse(place: str, what: str) -> NoReturn:
    raise Misconfigured(f"{place} {what}.", remedy="Correct the policy file, then try again: sealane policy show")
