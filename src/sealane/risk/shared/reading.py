"""Asks the shards for a fact's signals: one question a key, and from the answers the values in the catalogue's order.

What a shard answers are whole numbers and values as they were stored; means, ratios and ages are computed here, as from
cells in memory.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import msgspec

from sealane.risk.facts import NOWHERE, STAGE_OF, Fact, FactKind, Parcel, field_of
from sealane.risk.shared.library import groups_of, own_fields
from sealane.risk.shared.members import Entity, value_bytes
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Earliest, Ever, Form, Keyed, Latest, Novel, Since, Window
from sealane.risk.signals.points import km_between
from sealane.risk.signals.series import SERIES
from sealane.risk.syntax import Part, assign, build, constant, expression, name, statements, unpack
from sealane.risk.windows.cells import Cells
from sealane.risk.windows.heads import key_of
from sealane.risk.windows.layout import By, Heads, Pair, Shape, title_of
from sealane.risk.windows.parcels import worst_of
from sealane.risk.windows.reading import Readings, compared_field, derive, field_loads, fields_of, local_of
from sealane.risk.windows.registering import touched_by

__all__ = ["HEAD", "Answer", "Question", "Questions", "thaw"]

HEAD = "head"
"""The plan that reads nothing but the last fact on a key."""

Answer = list[Any]
"""The last fact on the key, then what its plan reads; see `cells.lua`."""

_Row = list[int | None]

_GROUP = """
if replies[INDEX] is None:
    UNKNOWN
else:
    READ
"""
_MEAN = "OUT = RAW[0] / RAW[1] if RAW[1] else None"
_NOVEL = "OUT = None if RAW is False else RAW == 1"
_FIRST = "OUT = None if RAW is False else now - RAW"
_LAST = "OUT = None if RAW is False else now - thaw(RAW)"
_EVER = "OUT = RAW is not False"
_EARLIEST = "OUT = None if RAW is False or FIELD is None else FIELD - RAW"
_LATEST = "OUT = None if RAW is False else thaw(RAW)"


class Question(msgspec.Struct, frozen=True):
    """One call of the reading function: a key, its plan, and the fact's own values to compare with."""

    entity: Entity
    plan: str
    own: tuple[bytes, ...] = ()


class _Plan(msgspec.Struct, frozen=True):
    """What one kind of fact asks of one key."""

    pair: Pair
    plan: str
    fields: tuple[str, ...]


class Questions:
    """Makes the questions of a fact, and its values from the answers."""

    def __init__(self, catalogue: Catalogue, shapes: Mapping[By, Shape]) -> None:
        self._catalogue = catalogue
        self._titles = {by: shape.title for by, shape in shapes.items()}
        cells = {by: Cells(shape) for by, shape in shapes.items()}
        kinds: tuple[FactKind, ...] = ("order", *get_args(get_args(FactKind)[1]))
        self._plans = {kind: _plans(catalogue, kind, touched_by(kind, cells, SERIES.values())) for kind in kinds}
        self._readers = {stage: _build(signals) for stage, signals in catalogue.by_stage.items()}

    def of(self, fact: Fact) -> tuple[list[Question], list[_Row]]:
        """Return the fact's questions, and for each consignment which of them answers which plan."""
        numbers: dict[Question, int] = {}
        rows: list[_Row] = []
        for parcel in fact.parcels or (NOWHERE,):
            row: _Row = []
            for plan in self._plans[fact.kind]:
                key = key_of(fact, parcel, plan.pair[1])
                if key is None:
                    row.append(None)
                    continue
                whole: Any = key[0] if len(key) == 1 else b"".join(key)  # type: ignore[arg-type]  # links only
                own = tuple([_own(fact, parcel, field) for field in plan.fields])
                question = Question((self._titles[plan.pair[0]], whole), plan.plan, own)
                row.append(numbers.setdefault(question, len(numbers)))
            rows.append(row)
        return list(numbers), rows

    def values(self, fact: Fact, rows: Sequence[_Row], answers: Sequence[Answer]) -> tuple[Readings, tuple[Heads, ...]]:
        """Return the signal values at the fact's stage, if it has one, and the last facts on its keys."""
        stage = STAGE_OF.get(fact.kind)
        plans = self._plans[fact.kind]
        readings: list[Readings] = []
        found: list[Heads] = []
        for parcel, row in zip(fact.parcels or (NOWHERE,), rows, strict=True):
            replies = [None if index is None else answers[index] for index in row]
            told = zip(plans, replies, strict=True)
            found.append({title_of(plan.pair): reply[0] for plan, reply in told if reply and reply[0]})
            if stage is not None:
                readings.append(self._readers[stage](fact, parcel, replies))
        if stage is None:
            return (), tuple(found)
        is_single = len(readings) == 1
        return (readings[0] if is_single else worst_of(self._catalogue.by_stage[stage], readings)), tuple(found)


def thaw(text: bytes | str) -> Any:
    """Return a newest value from how it is stored."""
    return msgspec.msgpack.decode(bytes.fromhex(text if isinstance(text, str) else text.decode()))


def _own(fact: Fact, parcel: Parcel, field: str) -> bytes:
    value = field_of(fact, parcel, field)
    return b"" if value is None else value_bytes(value)


def _plans(catalogue: Catalogue, kind: str, touched: frozenset[By]) -> list[_Plan]:
    """Return what the stage of this kind asks, in the order of its reader, then the keys it only touches."""
    stage = STAGE_OF.get(kind)
    groups = {} if stage is None else groups_of(catalogue.by_stage[stage])
    plans = [_Plan(pair, f"{stage}/{title_of(pair)}", tuple(own_fields(group))) for pair, group in groups.items()]
    return plans + [_Plan((by, by), HEAD, ()) for by in sorted(touched) if (by, by) not in groups]


def _build(signals: tuple[Form, ...]) -> Callable[[Fact, Parcel, Sequence[Answer | None]], Readings]:
    """Return the function from a fact, a consignment and the replies to the values of these signals."""
    body = field_loads(fields_of(signals))
    for index, group in enumerate(groups_of(signals).values()):
        body += _visit(index, group)
    for signal in signals:
        if not isinstance(signal, Keyed):
            body += derive(signal)
    values: list[ast.expr] = [name(local_of(signal.name)) for signal in signals]
    body.append(ast.Return(ast.Tuple(values, ast.Load())))
    return build("read", ("fact", "parcel", "replies"), body, {"thaw": thaw, "km_between": km_between})


def _visit(index: int, group: list[Keyed]) -> list[ast.stmt]:
    """Return the statements that take one key's signals from its reply."""
    outs = [local_of(signal.name) for signal in group]
    raws = [f"raw_{place}" for place in range(len(outs) + 1)]
    reply = expression("replies[INDEX]", INDEX=constant(index))
    reads = [line for signal, raw in zip(group, raws[1:], strict=True) for line in _read(signal, raw)]
    parts: dict[str, Part] = {
        "INDEX": constant(index),
        "UNKNOWN": assign(outs, constant(None)),
        "READ": [unpack(raws, reply), *reads],
    }
    return statements(_GROUP, **parts)


def _read(signal: Keyed, raw: str) -> list[ast.stmt]:
    """Return the statements from one raw answer to the signal's value."""
    parts: dict[str, Part] = {"OUT": local_of(signal.name), "RAW": raw}
    if isinstance(signal, Earliest):
        parts["FIELD"] = f"f_{compared_field(signal)}"
    return statements(_template(signal), **parts)


def _template(signal: Keyed) -> str:
    if isinstance(signal, Window):
        return _MEAN if signal.take == "mean" else "OUT = RAW"
    if isinstance(signal, Since):
        return _FIRST if signal.take == "first" else _LAST
    return {Novel: _NOVEL, Ever: _EVER, Earliest: _EARLIEST, Latest: _LATEST}[type(signal)]
