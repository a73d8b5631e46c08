"""The library that the shards run: `cells.lua` with the declared windows filled in, named after its own content.

A plan says what one stage reads of one key's cell. Two releases that declare other windows have other names and other
keys, so they run side by side during a rolling upgrade.

    {["checkout/card"] = {["own"] = 1, ["ops"] = {{["take"] = "count", ["slot"] = "09", ["width"] = 3600000000}, ...}}}
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec

from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Keyed, Novel, Window, micros
from sealane.risk.windows.layout import By, Pair, Shape, Slot, slots_of, title_of
from sealane.risk.windows.reading import compared_field

__all__ = ["CARRIERS", "KNOWN", "Library", "groups_of", "own_fields", "slot_id", "terms_of"]

KNOWN, CARRIERS = "known", "carriers"
"""The two plans that no signal asks for: whether an event counts already, and who had the consignment last."""

_LETTERS = {"times": "t", "last": "d"}


class Library(msgspec.Struct, frozen=True):
    """The text for `FUNCTION LOAD`, and the version in its name and in those of its functions."""

    version: str
    text: bytes

    @classmethod
    def of(
        cls, catalogue: Catalogue, shapes: Mapping[By, Shape], besides: Mapping[str, tuple[By, list[Slot]]]
    ) -> "Library":
        """Return the library of these declarations."""
        plans: dict[str, Any] = {}
        for stage, signals in catalogue.by_stage.items():
            for pair, group in groups_of(signals).items():
                fields = own_fields(group)
                ops = [_op(signal, shapes[pair[0]], fields) for signal in group]
                plans[f"{stage}/{title_of(pair)}"] = {"own": len(fields), "ops": ops}
        plans["head"] = {"own": 0, "ops": []}
        for name, (by, slots) in besides.items():
            take = "has" if name == KNOWN else "newest"
            ops = [{"take": take, "slot": slot_id(shapes[by], slot), "own": 1} for slot in slots]
            plans[name] = {"own": 1 if name == KNOWN else 0, "ops": ops}
        widths = {shape.title: _widths(shape) for shape in shapes.values()}
        text = files(__package__).joinpath("cells.lua").read_text(encoding="utf-8")
        text = text.replace("@PLANS@", _table(plans)).replace("@WIDTHS@", _table(widths))
        version = sha256(text.encode()).hexdigest()[:12]
        return cls(version, f"#!lua name=sealane_{version}\n{text.replace('@VERSION@', version)}".encode())


def groups_of(signals: Iterable[Any]) -> dict[Pair, list[Keyed]]:
    """Return a stage's signals with a history, by the key they are read from."""
    groups: dict[Pair, list[Keyed]] = {}
    for signal in signals:
        if isinstance(signal, Keyed):
            groups.setdefault((signal.by, signal.asked), []).append(signal)
    return groups


def own_fields(group: Iterable[Keyed]) -> list[str]:
    """Return the present fact's fields that are compared with the values in the cell."""
    return sorted({compared_field(signal) or "" for signal in group if _compares(signal)})


def slot_id(shape: Shape, slot: Slot) -> str:
    """Return how members name a slot: two digits, its place in the shape."""
    names = [(each.series, each.take, each.field) for each in shape.slots]
    return f"{names.index((slot.series, slot.take, slot.field)):02d}"


def terms_of(shape: Shape, series: str) -> list[str]:
    """Return the fields that a series sums in this shape, in the order of their totals."""
    return [slot.field for slot in shape.slots if slot.series == series and slot.take == "sum"]


def _compares(signal: Keyed) -> bool:
    return isinstance(signal, Novel) or (isinstance(signal, Window) and signal.take == "others")


def _op(signal: Keyed, shape: Shape, fields: list[str]) -> dict[str, Any]:
    """Return what the shard does for one signal."""
    slots = slots_of(signal)
    op: dict[str, Any] = {"slot": slot_id(shape, slots[0])}
    if isinstance(signal, Window | Novel):
        op["take"] = signal.take if isinstance(signal, Window) else "novel"
        op["width"] = micros(signal.width)
    else:
        op["take"] = "newest" if slots[0].take == "latest" else "smallest"
    if _compares(signal):
        op["own"] = fields.index(compared_field(signal) or "") + 1
    if len(slots) > 1:
        op["term"] = terms_of(shape, slots[1].series).index(slots[1].field) + 1
    return op


def _widths(shape: Shape) -> dict[str, int]:
    """Return for each slot that is ever trimmed the widest window that reads it."""
    return {slot_id(shape, slot) + _LETTERS[slot.take]: slot.width_us for slot in shape.slots if slot.take in _LETTERS}


def _table(value: Any) -> str:
    """Return texts, numbers, lists and mappings as Lua writes them; the names are ours and need no escapes."""
    if isinstance(value, dict):
        return "{" + ",".join(f'["{key}"]={_table(value[key])}' for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "{" + ",".join(map(_table, value)) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)
