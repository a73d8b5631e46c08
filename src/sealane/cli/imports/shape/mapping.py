"""The mapping file: a small TOML document that says how one CSV becomes orders and events.

`[order]` has the shape of the body of `POST /v1/orders`, with column names where the body has values:

    [reading]
    zone = "America/Sao_Paulo"
    times = ["%d-%m-%Y %H:%M"]
    currency = "BRL"

    [order]
    reference = "order_id"
    placed_at = "order_approved_at"
    shopper.account = "customer_id"
    payment.method = { column = "type", values = { credit_card = "card" } }
    payment.amount = "total"
    consignments = [ { consignee.country = { constant = "BR" } } ]

    [[events]]
    kind = "consignment.delivered"
    occurred_at = "delivered_at"
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from sealane.cli.imports.shape.cells import DecimalMark
from sealane.model.errors import Misconfigured
from sealane.model.event import EventKind

__all__ = [
    "Condition",
    "EventTemplate",
    "Join",
    "Mapping",
    "Reading",
    "Source",
    "check_pattern",
    "listed",
    "load_mapping",
    "read_mapping",
]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds for a row whose column (the first filled of several) is one of `is`, or merely filled without `is`."""

    column: str | tuple[str, ...]
    values: tuple[str, ...] = msgspec.field(name="is", default=())
    because: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one value comes from: a column, the first filled of several, several joined, or a constant.

    `values` translates the text whatever its case, `otherwise` stands for every other text and for none, `absent` are
    patterns of texts that mean nothing, `strip` drops characters at both ends, `limit` keeps so many characters, and
    `scale` multiplies a number.
    """

    column: str | tuple[str, ...] = ()
    constant: str | int | None = None
    join: str | None = None
    values: dict[str, str] = {}
    otherwise: str | None = None
    absent: tuple[str, ...] = ()
    strip: str = ""
    limit: int | None = None
    scale: int | str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, in order."""
        return listed(self.column)


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second CSV beside the first: its rows with the same key, `sum` added up, the rest from the largest row."""

    file: str
    key: str
    on: str
    sum: tuple[str, ...] = ()
    largest: str | None = None


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the file writes times, money and nothing."""

    zone: str = "UTC"
    times: tuple[str, ...] = ("iso",)
    currency: str | None = None
    currency_column: str | tuple[str, ...] = ()
    decimal_mark: DecimalMark = "."
    absent: tuple[str, ...] = ()


class EventTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event that follows from a filled date column; `when` narrows it."""

    kind: EventKind
    occurred_at: Any
    when: Condition | None = None
    attributes: dict[str, Any] = {}


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file, as written.

    Rows that follow each other with the same text in the column `group` are one order. A file is recognised by one of
    the lists of columns in `recognise`; with `lacks_columns` its other columns may be missing.
    """

    order: dict[str, Any]
    title: str = ""
    group: str | tuple[str, ...] = ()
    delimiter: str | None = None
    recognise: tuple[tuple[str, ...], ...] = ()
    lacks_columns: bool = False
    reading: Reading = Reading()
    joins: dict[str, Join] = {}
    skip: tuple[Condition, ...] = ()
    refuse: tuple[Condition, ...] = ()
    events: tuple[EventTemplate, ...] = ()

    def fits(self, columns: frozenset[str]) -> bool:
        """Tell whether a file with these columns is the export that `recognise` describes."""
        return any(columns.issuperset(needed) for needed in self.recognise)


def listed(names: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one name or several as several."""
    return (names,) if isinstance(names, str) else names


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        Misconfigured: naming the line or key to change.
    """
    try:
        return read_mapping(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as refusal:
        raise Misconfigured(f"The mapping file {path} cannot be read: {refusal}.") from None


def read_mapping(text: str, name: str) -> Mapping:
    """Read the text of a mapping file; `name` stands in messages.

    Raises:
        Misconfigured: naming the line or key to change.
    """
    try:
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
    except tomllib.TOMLDecodeError as refusal:
        raise Misconfigured(f"{name} is no TOML: {refusal}.") from None
    except msgspec.ValidationError as refusal:
        raise Misconfigured(
            f"{name}: {refusal}.", remedy="See docs/how-to/import-orders.md for what a mapping may say."
        ) from None
    for pattern in mapping.reading.absent:
        check_pattern(pattern, name)
    return mapping


def check_pattern(pattern: str, name: str) -> re.Pattern[str]:
    """Return the compiled pattern for texts that mean nothing was given.

    Raises:
        Misconfigured: when it is no regular expression.
    """
    try:
        return re.compile(pattern)
    except re.error as refusal:
        raise Misconfigured(f"{name}: `absent` holds {pattern!r}, which is no regular expression: {refusal}.") from None
