"""Records as tables: the fields of msgspec structs, their types in words, and what the code says under a field."""

import ast
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from textwrap import dedent
from typing import Any

import msgspec
from msgspec import inspect as shapes

from pages.markdown import code, codes, summary, table
from sealane.model.codes import COUNTRIES, CURRENCIES
from sealane.model.event import EVENT_KINDS

__all__ = ["Names", "field_notes", "field_table", "names_of", "records_of", "words"]

Names = dict[type, str]
"""What each record is called on a page."""

_WELL_KNOWN = (
    (COUNTRIES, "country (ISO 3166-1 alpha-2)"),
    (CURRENCIES, "currency (ISO 4217)"),
    (EVENT_KINDS, "an [event kind](events.md)"),
)


def field_notes(record: type) -> dict[str, str]:
    """Return the docstring under each field that has one."""
    (body,) = ast.parse(dedent(inspect.getsource(record))).body
    notes: dict[str, str] = {}
    name = ""
    for node in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            notes[name] = str(node.value.value)
    return notes


def records_of(kinds: Iterable[Any]) -> list[shapes.StructType]:
    """Return these records and those they are made of, each once, in the order in which they are met."""
    found: dict[type, shapes.StructType] = {}

    def visit(shape: Any) -> None:
        if isinstance(shape, shapes.StructType):
            if shape.cls in found:
                return
            found[shape.cls] = shape
        for part in _parts(shape):
            visit(part)

    for shape in shapes.multi_type_info(list(dict.fromkeys(kinds))):
        visit(shape)
    return list(found.values())


def names_of(records: Iterable[shapes.StructType]) -> Names:
    """Return what each record is called: its name, and before it its room where two have the same."""
    kinds = [record.cls for record in records]
    often = Counter(kind.__name__ for kind in kinds)
    rooms = {kind: f"{kind.__module__.split('.')[1]}.{kind.__name__}" for kind in kinds}
    return {kind: kind.__name__ if often[kind.__name__] == 1 else rooms[kind] for kind in kinds}


def field_table(record: shapes.StructType, names: Names) -> str:
    """Return a record's purpose and its fields."""
    notes = field_notes(record.cls)
    rows = [(code(f.encode_name), _given(f), words(f.type, names), notes.get(f.name, "")) for f in record.fields]
    head = ("field", "given", "type", "meaning")
    wide = any(row[-1] for row in rows)
    return f"{summary(record.cls)}\n\n" + (table(head, rows) if wide else table(head[:-1], [row[:-1] for row in rows]))


def words(shape: shapes.Type, names: Names) -> str:
    """Return a type in words."""
    told = _WORDS.get(type(shape))
    return told(shape, names) if told else type(shape).__name__


def _given(field: shapes.Field) -> str:
    if field.required:
        return "always"
    if field.default in {None, msgspec.NODEFAULT, msgspec.UNSET}:
        return "optional"
    return f"default {code(msgspec.json.encode(field.default).decode())}"


def _parts(shape: Any) -> Iterator[shapes.Type]:
    for field in getattr(shape, "fields", ()):
        yield field.type
    yield from getattr(shape, "types", ())
    for name in ("item_type", "value_type"):
        if (part := getattr(shape, name, None)) is not None:
            yield part


def _range(low: Any, high: Any, unit: str = "") -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f", at most {high:,}{unit}" if low is None else f", at least {low:,}{unit}"
    return f", {low:,} to {high:,}{unit}"


def _text(shape: Any, _names: Names) -> str:
    like = f" like {code(shape.pattern)}" if shape.pattern else ""
    return "text" + like + _range(shape.min_length, shape.max_length, " characters")


def _choice(shape: Any, _names: Names) -> str:
    for values, told in _WELL_KNOWN:
        if set(values) == set(shape.values):
            return told
    return codes(shape.values)


def _union(shape: Any, names: Names) -> str:
    kinds = [words(kind, names) for kind in shape.types if not isinstance(kind, shapes.NoneType)]
    return " or ".join(kinds) + (" or null" if len(kinds) < len(shape.types) else "")


def _record(shape: Any, names: Names) -> str:
    name = names.get(shape.cls, shape.cls.__name__)
    return f"[{name}](api.md#{name.lower().replace('.', '')})"


_WORDS: dict[type, Callable[[Any, Names], str]] = {
    shapes.StrType: _text,
    shapes.IntType: lambda shape, _: "whole number" + _range(shape.ge, shape.le),
    shapes.FloatType: lambda shape, _: "number" + _range(shape.ge, shape.le) + (", above 0" if shape.gt == 0 else ""),
    shapes.BoolType: lambda *_: "true or false",
    shapes.DateTimeType: lambda *_: "time with its offset (RFC 3339)",
    shapes.LiteralType: _choice,
    shapes.UnionType: _union,
    shapes.VarTupleType: lambda shape, names: (
        f"list of {words(shape.item_type, names)}" + _range(shape.min_length, shape.max_length, " items")
    ),
    shapes.DictType: lambda shape, names: f"object of {words(shape.value_type, names)}",
    shapes.CustomType: lambda *_: "personal text",
    shapes.StructType: _record,
    shapes.AnyType: lambda *_: "anything",
}
