"""Readers made from the declarations: one straight-line function a stage, from a fact to its signal values.

A reader finds each key's cell once and reads every window from it. The state sees to it that cells hold nothing from
the fact's own moment or later, so a window is what its series holds from its first moment on.
"""

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sealane.risk.facts import FIELD_GROUPS, Fact, Parcel
from sealane.risk.signals.declaration import (
    Differs,
    Distance,
    Earliest,
    Ever,
    Form,
    Gap,
    Keyed,
    Latest,
    Novel,
    Present,
    Ratio,
    Since,
    Value,
    Window,
    micros,
)
from sealane.risk.signals.points import km_between
from sealane.risk.syntax import Part, assign, build, constant, name, statements
from sealane.risk.windows.cells import Cells
from sealane.risk.windows.layout import SEQ, By, Heads, Shape, slots_of, title_of

__all__ = [
    "Reader",
    "Readings",
    "build_reader",
    "cell_handles",
    "compared_field",
    "derive",
    "field_loads",
    "fields_of",
    "key_statements",
    "local_of",
]

Readings = tuple[Any, ...]
Reader = Callable[[Fact, Parcel, Heads], Readings]

_VISIT = """
if KEY is None:
    UNKNOWN
else:
    cell = HOT.get(KEY)
    if cell is None:
        body = COLD.get(KEY)
        if body is not None:
            cell = THAW(KEY, body)
    if cell is None:
        ABSENT
    else:
        READ
"""
_COUNT = "OUT = len(A) - bisect_left(A, LOW)"
_SUM = "OUT = B[-1] - B[bisect_left(A, LOW)]"
_MEAN = """
start = bisect_left(A, LOW)
OUT = (B[-1] - B[start]) / (len(A) - start) if len(A) > start else None
"""
_DISTINCT = """
if B is None:
    OUT = 0
    for when in A.values():
        if when >= LOW:
            OUT += 1
else:
    OUT = len(B) - bisect_left(B, LOW)
"""
_OTHERS = f"""
{_DISTINCT}
if OUT and A.get(FIELD, -1) >= LOW:
    OUT -= 1
"""
_NOVEL = """
if FIELD is None or not A:
    OUT = None
elif A.get(FIELD, -1) >= LOW:
    OUT = False
else:
    OUT = True if next(reversed(A.values())) >= LOW else None
"""
_SINCE = "OUT = None if A is None else now - A"
_EVER = "OUT = A is not None"
_EARLIEST = "OUT = None if A is None or FIELD is None else FIELD - A"
_RATIO = "OUT = None if LEFT is None or RIGHT is None or RIGHT < LEAST else LEFT / RIGHT"
_GAP = "OUT = None if LEFT is None or RIGHT is None else RIGHT - LEFT"
_DISTANCE = "OUT = km_between(LEFT, RIGHT)"
_DIFFERS = "OUT = None if LEFT is None or RIGHT is None else LEFT != RIGHT"


def build_reader(signals: tuple[Form, ...], cells: Mapping[By, Cells] | None) -> Reader:
    """Return the function that reads these signals, in this order, for one consignment of a fact.

    It also notes the last fact on each key that it asks for. Without cells, whatever needs history is unknown.
    """
    groups: dict[tuple[By, By], list[Keyed]] = defaultdict(list)
    for signal in signals:
        if isinstance(signal, Keyed):
            groups[signal.by, signal.asked].append(signal)
    body = [*field_loads(fields_of(signals)), *_bounds(signals)]
    for (by, asked), group in groups.items():
        if cells is None:
            body += assign([local_of(signal.name) for signal in group], constant(None))
        else:
            body += _visit(cells[by].shape, asked, group)
    for signal in signals:
        if not isinstance(signal, Keyed):
            body += derive(signal)
    values: list[ast.expr] = [name(local_of(signal.name)) for signal in signals]
    body.append(ast.Return(ast.Tuple(values, ast.Load())))
    namespace: dict[str, Any] = {"bisect_left": bisect_left, "km_between": km_between}
    for store in (cells or {}).values():
        namespace |= cell_handles(store)
    return build("read", ("fact", "parcel", "heads"), body, namespace)


def cell_handles(store: Cells) -> dict[str, Any]:
    """Return what generated code calls a key kind's cells."""
    title = store.shape.title
    return {f"hot_{title}": store.hot, f"cold_{title}": store.cold, f"thaw_{title}": store.thaw}


def field_loads(fields: Iterable[str]) -> list[ast.stmt]:
    """Return the statements that load fields into locals of the same name prefixed with `f_`."""
    body = statements("payer = fact.payer\nact = fact.act\nnow = fact.observed_us")
    act_fields = []
    for field in sorted(set(fields)):
        group = FIELD_GROUPS[field]
        if group == "act":
            act_fields.append(field)
        else:
            body += statements(f"OUT = {group}.{field}", OUT=f"f_{field}")
    if act_fields:
        absent = assign([f"f_{field}" for field in act_fields], constant(None))
        loads = [line for field in act_fields for line in statements(f"f_{field} = act.{field}")]
        body += statements("if act is None:\n    ABSENT\nelse:\n    LOAD", ABSENT=absent, LOAD=loads)
    return body


def key_statements(fields: tuple[str, ...]) -> tuple[list[ast.stmt], str]:
    """Return the statements that make a key from loaded fields, and the local that holds it."""
    if len(fields) == 1:
        return [], f"f_{fields[0]}"
    unknown = " or ".join(f"f_{field} is None" for field in fields)
    whole = " + ".join(f"f_{field}" for field in fields)
    return statements(f"key = None if {unknown} else {whole}"), "key"


def local_of(signal: str) -> str:
    """Return the local that holds a signal's value."""
    return f"s_{signal}"


def _operand(word: str) -> ast.expr:
    """Return a field or another signal as loaded."""
    return name(f"f_{word}" if word in FIELD_GROUPS else local_of(word))


def fields_of(signals: tuple[Form, ...]) -> set[str]:
    """Return every field that these signals take from the present fact."""
    fields: set[str] = set()
    for signal in signals:
        fields.update(_words(signal))
    return {field for field in fields if field in FIELD_GROUPS}


def _words(signal: Form) -> tuple[str, ...]:
    """Return the fields and signals that one signal takes from the present fact."""
    if isinstance(signal, Keyed):
        own = compared_field(signal)
        return (*signal.asked, own) if own else signal.asked
    if isinstance(signal, Value | Present):
        return (signal.field,)
    if isinstance(signal, Differs | Distance):
        return signal.left, signal.right
    if isinstance(signal, Ratio):
        return signal.over, signal.under
    return signal.start, signal.end


def compared_field(signal: Keyed) -> str | None:
    """Return the present fact's field that a keyed signal compares with the history."""
    if isinstance(signal, Novel):
        return signal.value or signal.field
    if isinstance(signal, Window) and signal.take == "others":
        return signal.field
    return signal.until if isinstance(signal, Earliest) else None


def _low(width_us: int) -> str:
    """Return the local that holds a window's first moment."""
    return f"low_{width_us}"


def _bounds(signals: tuple[Form, ...]) -> list[ast.stmt]:
    """Return the statements that compute every window's first moment once."""
    widths = {micros(signal.width) for signal in signals if isinstance(signal, Window | Novel)}
    return [line for width in sorted(widths) for line in statements(f"{_low(width)} = now - {width}")]


def _visit(shape: Shape, asked: tuple[str, ...], group: list[Keyed]) -> list[ast.stmt]:
    """Return the statements that find one key's cell and read all its signals."""
    make_key, key = key_statements(asked)
    outs = [local_of(signal.name) for signal in group]
    zeros = [local_of(signal.name) for signal in group if isinstance(signal, Window) and signal.take != "mean"]
    nevers = [local_of(signal.name) for signal in group if isinstance(signal, Ever)]
    others = [out for out in outs if out not in zeros and out not in nevers]
    absent = [*assign(zeros, constant(0)), *assign(nevers, constant(value=False)), *assign(others, constant(None))]
    head = statements(f"heads[TITLE] = cell[{SEQ}]", TITLE=constant(title_of((shape.by, asked))))
    reads = [line for signal in group for line in _read(signal, shape)]
    parts: dict[str, Part] = {
        "KEY": key,
        "HOT": f"hot_{shape.title}",
        "COLD": f"cold_{shape.title}",
        "THAW": f"thaw_{shape.title}",
        "UNKNOWN": assign(outs, constant(None)),
        "ABSENT": absent,
        "READ": [*head, *_slot_loads(group, shape), *reads],
    }
    return [*make_key, *statements(_VISIT, **parts)]


def _places(signal: Keyed, shape: Shape) -> tuple[int, int | None]:
    """Return the cell positions one keyed signal reads: its first and, where it has one, its second."""
    slots = slots_of(signal)
    first = shape.place_of(slots[0])
    if slots[0].take == "last":
        return first, first + 1 if isinstance(signal, Window) else None
    return first, shape.place_of(slots[1]) if len(slots) > 1 else None


def _slot_loads(group: list[Keyed], shape: Shape) -> list[ast.stmt]:
    """Return the statements that load every needed slot of the cell once."""
    needed: set[int] = set()
    for signal in group:
        needed.update(place for place in _places(signal, shape) if place is not None)
    return [line for place in sorted(needed) for line in statements(f"x{place} = cell[{place}]")]


def _read(signal: Keyed, shape: Shape) -> list[ast.stmt]:
    """Return the statements that read one keyed signal from loaded slots."""
    first, second = _places(signal, shape)
    parts: dict[str, Part] = {"OUT": local_of(signal.name), "A": f"x{first}", "B": f"x{second}"}
    if isinstance(signal, Window | Novel):
        parts["LOW"] = _low(micros(signal.width))
    own = compared_field(signal)
    if own:
        parts["FIELD"] = f"f_{own}"
    return statements(_template(signal), **parts)


def _template(signal: Keyed) -> str:
    """Return the template of one keyed form."""
    if isinstance(signal, Window):
        return {"count": _COUNT, "sum": _SUM, "mean": _MEAN, "distinct": _DISTINCT, "others": _OTHERS}[signal.take]
    return {Novel: _NOVEL, Since: _SINCE, Ever: _EVER, Earliest: _EARLIEST, Latest: "OUT = A"}[type(signal)]


def derive(signal: Form) -> list[ast.stmt]:
    """Return the statements of one signal that needs no history of its own."""
    out = local_of(signal.name)
    if isinstance(signal, Value):
        return statements("OUT = FIELD", OUT=out, FIELD=f"f_{signal.field}")
    if isinstance(signal, Present):
        return statements("OUT = FIELD is not None", OUT=out, FIELD=f"f_{signal.field}")
    if isinstance(signal, Differs):
        return statements(_DIFFERS, OUT=out, LEFT=_operand(signal.left), RIGHT=_operand(signal.right))
    if isinstance(signal, Distance):
        return statements(_DISTANCE, OUT=out, LEFT=_operand(signal.left), RIGHT=_operand(signal.right))
    if isinstance(signal, Gap):
        return statements(_GAP, OUT=out, LEFT=f"f_{signal.start}", RIGHT=f"f_{signal.end}")
    if isinstance(signal, Ratio):
        left, right, least = _operand(signal.over), _operand(signal.under), constant(signal.least)
        return statements(_RATIO, OUT=out, LEFT=left, RIGHT=right, LEAST=least)
    raise TypeError(signal)
