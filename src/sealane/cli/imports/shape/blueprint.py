"""Compile a mapping against the wire's own records: they say which value is money, a time, a number or a code."""

import difflib
import re
from collections.abc import Callable
from collections.abc import Mapping as Tree
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect as wire

from sealane.cli.imports.rows.sheet import Row
from sealane.cli.imports.shape.cells import CellRefused, Numerals, Times, read_code, read_integer, read_money, read_zone
from sealane.cli.imports.shape.mapping import Condition, Mapping, Reading, Source, check_pattern, listed
from sealane.cli.imports.shape.template import Branch, Leaf, Node, PerRow, Series
from sealane.model.errors import Misconfigured
from sealane.model.event import Attributes, EventKind, EventRequest
from sealane.model.money import Money
from sealane.model.order import OrderRequest

__all__ = ["Blueprint", "EventPlan", "compile_mapping"]

Reader = Callable[[str, Row], Any]
_GIVEN_BY_SEALANE = frozenset({"observed_at"})


@dataclass(frozen=True, slots=True)
class EventPlan:
    """An event to make from a row: its kind, when it happened, and on which condition."""

    kind: EventKind
    occurred_at: Node
    attributes: Node
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A mapping ready to read rows."""

    mapping: Mapping
    order: Node
    events: tuple[EventPlan, ...]
    sources: tuple[tuple[str, ...], ...]

    def check_columns(self, columns: frozenset[str], file: str) -> None:
        """Make sure that each value has a column to come from.

        Raises:
            Misconfigured: naming the missing column and the nearest one there is.
        """
        mapping = self.mapping
        if mapping.recognise and not mapping.fits(columns):
            raise Misconfigured(
                f"{file} has not the columns of the {mapping.title}.", remedy="Check --format, or give a --mapping."
            )
        if mapping.lacks_columns:
            return
        conditions = [listed(condition.column) for condition in (*mapping.skip, *mapping.refuse)]
        for wanted in (listed(mapping.group), *self.sources, *conditions):
            if wanted and not columns.intersection(wanted):
                near = difflib.get_close_matches(wanted[0], sorted(columns), n=1)
                advice = f"Did you mean {near[0]!r}?" if near else f"It has: {', '.join(sorted(columns)[:20])}."
                raise Misconfigured(f"{file} has no column {wanted[0]!r}, which the mapping reads.", remedy=advice)


def compile_mapping(mapping: Mapping, name: str) -> Blueprint:
    """Return the mapping compiled against the wire; `name` stands in messages.

    Raises:
        Misconfigured: naming the field that the wire does not have, or the setting that is wrong.
    """
    compiler = _Compiler(name, mapping.reading)
    moment = _field_type(EventRequest, "occurred_at")
    events = tuple(
        EventPlan(
            kind=event.kind,
            occurred_at=compiler.compile(event.occurred_at, moment, f"/events/{event.kind}/occurred_at"),
            attributes=compiler.compile(
                event.attributes, wire.type_info(Attributes), f"/events/{event.kind}/attributes"
            ),
            when=event.when,
        )
        for event in mapping.events
    )
    order = compiler.compile(mapping.order, wire.type_info(OrderRequest), "")
    return Blueprint(mapping, order, events, tuple(compiler.sources))


def _field_type(record: type[msgspec.Struct], name: str) -> wire.Type:
    info = wire.type_info(record)
    if not isinstance(info, wire.StructType):  # a record's info always is; this tells the type checker so
        raise TypeError(record)
    return next(field.type for field in info.fields if field.name == name)


class _Compiler:
    """Walks the mapping and the wire's types side by side; keeps the columns it meets in `sources`."""

    def __init__(self, name: str, reading: Reading) -> None:
        self.sources: list[tuple[str, ...]] = []
        self._name = name
        self._absent = reading.absent
        self._numerals = Numerals(reading.decimal_mark)
        self._times = Times(reading.times, read_zone(reading.zone))
        self._currency_columns = listed(reading.currency_column)
        self._currency = reading.currency

    def compile(self, spec: Any, kind: wire.Type, pointer: str) -> Node:
        is_optional = isinstance(kind, wire.UnionType)
        if isinstance(kind, wire.UnionType):
            kind = next(member for member in kind.types if not isinstance(member, wire.NoneType))
        if isinstance(kind, wire.StructType) and kind.cls is not Money:
            return self._branch(spec, kind, pointer, is_optional=is_optional)
        if isinstance(kind, wire.VarTupleType):
            return self._series(spec, kind, pointer)
        return self._leaf(spec, kind, pointer)

    def _branch(self, spec: Any, kind: wire.StructType, pointer: str, *, is_optional: bool) -> Branch:
        if not isinstance(spec, dict):
            raise self._refuse(pointer, "must be a table")
        known = {field.name: field for field in kind.fields if field.name not in _GIVEN_BY_SEALANE}
        tree = {key: value for key, value in spec.items() if key != "when"}
        for key in tree:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                advice = f"; did you mean {near[0]}" if near else ""
                raise self._refuse(f"{pointer}/{key}", f"is no field of the wire{advice}")
        for key, field in known.items():
            if field.required and key not in tree:
                raise self._refuse(f"{pointer}/{key}", "is required and has no column")
        members = tuple((key, self.compile(value, known[key].type, f"{pointer}/{key}")) for key, value in tree.items())
        return Branch(members, is_optional, self._condition(spec, pointer))

    def _condition(self, spec: Tree[str, Any], pointer: str) -> Condition | None:
        when = spec.get("when")
        if when is None:
            return None
        condition: Condition = self._convert(
            {"column": when} if isinstance(when, str | list) else when, Condition, pointer
        )
        return condition

    def _series(self, spec: Any, kind: wire.VarTupleType, pointer: str) -> Node:
        if not isinstance(spec, list):
            raise self._refuse(pointer, "must be a list")
        nodes = [self.compile(member, kind.item_type, f"{pointer}/{index}") for index, member in enumerate(spec)]
        if pointer.endswith("/items"):
            if len(nodes) != 1:
                raise self._refuse(pointer, "takes one entry: it stands for each row of the order")
            return PerRow(nodes[0])
        return Series(tuple(nodes))

    def _leaf(self, spec: Any, kind: wire.Type, pointer: str) -> Leaf:
        source = Source(column=spec) if isinstance(spec, str) else self._convert(spec, Source, pointer)
        if bool(source.columns) == (source.constant is not None):
            raise self._refuse(pointer, "needs either a column or a constant")
        if source.columns:
            self.sources.append(source.columns)
        patterns = [check_pattern(pattern, self._name).pattern for pattern in (*self._absent, *source.absent)]
        absent = re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
        values = {text.casefold(): value for text, value in source.values.items()}
        return Leaf(pointer, source, absent, values, self._reader(kind, source, pointer))

    def _reader(self, kind: wire.Type, source: Source, pointer: str) -> Reader:
        if isinstance(kind, wire.StructType):
            return self._money_reader()
        if isinstance(kind, wire.DateTimeType):
            return lambda text, _head: self._times.read(text)
        if isinstance(kind, wire.IntType):
            scale = None if source.scale is None else self._scale(source.scale, pointer)
            return lambda text, _head: read_integer(text, self._numerals, scale)
        if isinstance(kind, wire.FloatType):
            return lambda text, _head: float(self._numerals.plain(text))
        if isinstance(kind, wire.LiteralType):
            allowed = frozenset(str(value) for value in kind.values)
            return lambda text, _head: read_code(text, allowed)
        return lambda text, _head: text

    def _money_reader(self) -> Reader:
        def read(text: str, head: Row) -> Money:
            told = (head.cells.get(column, "").strip() for column in self._currency_columns)
            currency = next((code for code in told if code), self._currency)
            if currency is None:
                raise CellRefused("no-currency", "The file does not tell the currency; give --currency.")
            return read_money(text, currency, self._numerals)

        return read

    def _scale(self, scale: int | str, pointer: str) -> Decimal:
        try:
            return Decimal(scale)
        except ArithmeticError:
            raise self._refuse(pointer, "has a `scale` that is no number") from None

    def _convert(self, spec: Any, kind: type[Any], pointer: str) -> Any:
        try:
            return msgspec.convert(spec, kind)
        except msgspec.ValidationError as refusal:
            raise self._refuse(pointer, f"is not understood ({refusal})") from None

    def _refuse(self, pointer: str, why: str) -> Misconfigured:
        place = pointer.strip("/").replace("/", ".") or "order"
        return Misconfigured(
            f"{self._name}: {place} {why}.", remedy="Correct the mapping file; docs/how-to/import-orders.md shows one."
        )
