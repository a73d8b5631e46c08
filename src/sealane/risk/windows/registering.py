"""Updates made from the declarations: one straight-line function a kind of fact, from the fact to its cells.

Applying is idempotent: a cell remembers the last fact it holds and skips that fact and all before it, so a replay may
start anywhere before the point that was reached.
"""

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from sealane.risk.facts import FIELD_GROUPS, Fact, FactKind
from sealane.risk.signals.declaration import Condition, Series
from sealane.risk.syntax import Part, build, constant, name, statements
from sealane.risk.windows.cells import MANY, Cells, expire
from sealane.risk.windows.layout import SEQ, By, Places, Shape, Slot
from sealane.risk.windows.reading import cell_handles, field_loads, key_statements

__all__ = ["Update", "build_update", "touched_by"]

Update = Callable[[int, Fact], None]

_UPDATE = f"""
stamps = []
WHOLE
for parcel in fact.parcels:
    EACH
for cell in stamps:
    cell[{SEQ}] = seq
"""
_FIND = f"""
if KEY is not None:
    cell = HOT.get(KEY)
    if cell is None:
        body = COLD.get(KEY)
        cell = FRESH(KEY) if body is None else THAW(KEY, body)
    if cell[{SEQ}] < seq:
        STAMP
        WRITE
"""
_TIMES = """
moments = cell[AT]
if moments:
    if moments[0] < now - WIDTH:
        CUT
    moments.append(now)
else:
    cell[AT] = [now]
"""
_CUT = """
gone = bisect_left(moments, now - WIDTH)
del moments[:gone]
"""
_SUM = """
totals = cell[AT]
if len(totals) > 1:
    totals.append(totals[-1] + (FIELD or 0))
else:
    cell[AT] = [totals[0], totals[0] + (FIELD or 0)]
"""
_LAST = f"""
if FIELD is not None:
    last = cell[AT]
    if last:
        lasts = cell[NEXT]
        if (next(iter(last.values())) if lasts is None else lasts[0]) < now - WIDTH:
            expire(last, lasts, now - WIDTH)
        before = last.pop(FIELD, None)
        last[FIELD] = now
        if lasts is not None:
            if before is not None:
                del lasts[bisect_left(lasts, before)]
            lasts.append(now)
        elif len(last) > {MANY}:
            cell[NEXT] = list(last.values())
    else:
        cell[AT] = {{FIELD: now}}
        cell[NEXT] = None
"""
_FIRST = "if cell[AT] is None:\n    cell[AT] = now"
_EARLIEST = "if cell[AT] is None or cell[AT] > f_occurred_us:\n    cell[AT] = f_occurred_us"
_LATEST = "cell[AT] = FIELD"


class _Step(msgspec.Struct, frozen=True):
    """What one kind of fact does to one key kind: every series it belongs to, with the slots to write."""

    shape: Shape
    series: tuple[tuple[Series, tuple[Slot, ...]], ...]
    is_each_parcel: bool
    is_only: bool


def build_update(kind: FactKind, cells: Mapping[By, Cells], series: Iterable[Series]) -> Update | None:
    """Return the function that applies facts of one kind, or None when no signal looks at them."""
    touching = [one for one in series if kind in one.kinds]
    steps = [step for store in cells.values() for step in _steps(store.shape, touching)]
    if not steps:
        return None
    namespace: dict[str, Any] = {"bisect_left": bisect_left, "expire": expire}
    for store in cells.values():
        namespace |= cell_handles(store) | {f"fresh_{store.shape.title}": store.fresh}
    whole: list[ast.stmt] = []
    each: list[ast.stmt] = []
    for step in steps:
        (each if step.is_each_parcel else whole).extend(_touch(step))
    fields = {field for step in steps for field in _fields(step)} | {"occurred_us"}
    inner = sorted(field for field in fields if FIELD_GROUPS[field] == "parcel")
    loads = [line for field in inner for line in statements(f"f_{field} = parcel.{field}")]
    body = [*field_loads(fields.difference(inner)), *statements(_UPDATE, WHOLE=whole, EACH=[*loads, *each])]
    return build("update", ("seq", "fact"), body, namespace)


def touched_by(kind: FactKind, cells: Mapping[By, Cells], series: Iterable[Series]) -> frozenset[By]:
    """Return the key kinds whose cells facts of one kind write."""
    touching = [one for one in series if kind in one.kinds]
    return frozenset(by for by, store in cells.items() if _steps(store.shape, touching))


def _needs_parcel(series: Series, slot: Slot) -> bool:
    """Tell whether one slot of a series takes anything from a consignment."""
    words = [condition.field for condition in series.where] + ([slot.field] if slot.field else [])
    return any(FIELD_GROUPS[word] == "parcel" for word in words)


def _steps(shape: Shape, touching: list[Series]) -> list[_Step]:
    """Return what these series do to one key kind: once a fact, and once a consignment."""
    once, each = [], []
    for series in touching:
        slots = [slot for slot in shape.slots if slot.series == series.name]
        parcel_slots = tuple(slot for slot in slots if shape.is_of_parcel or _needs_parcel(series, slot))
        fact_slots = tuple(slot for slot in slots if slot not in parcel_slots)
        if fact_slots:
            once.append((series, fact_slots))
        if parcel_slots:
            each.append((series, parcel_slots))
    steps = []
    if once:
        steps.append(_Step(shape, tuple(once), is_each_parcel=False, is_only=not each))
    if each:
        steps.append(_Step(shape, tuple(each), is_each_parcel=True, is_only=False))
    return steps


def _fields(step: _Step) -> set[str]:
    """Return the fields a step reads."""
    fields = set(step.shape.by)
    for series, slots in step.series:
        fields.update(condition.field for condition in series.where)
        fields.update(slot.field for slot in slots if slot.field)
    return fields


def _touch(step: _Step) -> list[ast.stmt]:
    """Return the statements that find the key's cell and write all slots of the step."""
    make_key, key = key_statements(step.shape.by)
    title = step.shape.title
    writes = [line for series, slots in step.series for line in _write(step.shape, series, slots)]
    stamp = statements(f"cell[{SEQ}] = seq" if step.is_only else "stamps.append(cell)")
    parts: dict[str, Part] = {
        "KEY": key,
        "HOT": f"hot_{title}",
        "COLD": f"cold_{title}",
        "FRESH": f"fresh_{title}",
        "THAW": f"thaw_{title}",
        "STAMP": stamp,
        "WRITE": writes,
    }
    return [*make_key, *statements(_FIND, **parts)]


def _write(shape: Shape, series: Series, slots: tuple[Slot, ...]) -> list[ast.stmt]:
    """Return the statements that write one series' slots, under its conditions."""
    places = shape.positions
    lines = [line for slot in slots for line in _write_slot(slot, slots, places)]
    for condition in series.where:
        lines = [ast.If(_test(condition), lines, [])]
    return lines


def _test(condition: Condition) -> ast.expr:
    """Return a condition on a loaded field as an expression; an unknown field fails it."""
    known = ast.Compare(name(f"f_{condition.field}"), [ast.IsNot()], [constant(None)])
    if condition.test == "known":
        return known
    operator = {"is": ast.Eq(), "above": ast.Gt(), "below": ast.Lt()}[condition.test]
    test = ast.Compare(name(f"f_{condition.field}"), [operator], [constant(condition.value)])
    return ast.BoolOp(ast.And(), [known, test])


def _write_slot(slot: Slot, slots: tuple[Slot, ...], places: Places) -> list[ast.stmt]:
    """Return the statements that write one slot; `times` also cuts the running totals beside it."""
    place = places[slot.series, slot.take, slot.field]
    parts: dict[str, Part] = {
        "AT": constant(place),
        "NEXT": constant(place + 1),
        "WIDTH": constant(slot.width_us),
        "FIELD": f"f_{slot.field}",
    }
    if slot.take == "times":
        cut = statements(_CUT, **parts)
        for other in slots:
            if other.take == "sum":
                cut += statements(f"del cell[{places[other.series, 'sum', other.field]}][:gone]")
        return statements(_TIMES, CUT=cut, **parts)
    template = {"sum": _SUM, "last": _LAST, "first": _FIRST, "earliest": _EARLIEST, "latest": _LATEST}[slot.take]
    return statements(template, **parts)
