"""Where a key's history lies: one cell a key, its slots found by position.

    [seq, slot, slot, ...]

`seq` is the last fact that the cell holds. A slot is one of
    times     observed_us of the series' facts, rising
    sum       running totals beside `times`, one longer: [before the first, after it, ...]
    last      value -> when it was last seen, oldest first; takes two positions, the second holding those times as
              a list once there are many values, else None
    first     observed_us of the first fact ever
    earliest  smallest occurred_us ever
    latest    the field's value in the last fact
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from sealane.risk.facts import FIELD_GROUPS
from sealane.risk.signals.declaration import (
    Earliest,
    Ever,
    Form,
    Keyed,
    Latest,
    Novel,
    Series,
    Since,
    Window,
    micros,
)

__all__ = ["HEAD", "SEQ", "By", "Heads", "Pair", "Places", "Shape", "Slot", "lay_out", "slots_of", "title_of"]

SEQ, HEAD = 0, 1

By = tuple[str, ...]
"""A key kind: the fields whose values, together, are the key."""

Pair = tuple[By, By]
"""A key kind, and the fields of the present fact that are asked for it."""

Heads = dict[str, int]
"""The last fact on each of a fact's keys, by the title of the pair (see `heads`)."""

Places = Mapping[tuple[str, str, str], int]
"""Where each slot, named by series, take and field, lies in a cell."""

Take = Literal["times", "sum", "last", "first", "earliest", "latest"]
_EMPTY: dict[str, tuple[Any, ...]] = {
    "times": ((),),
    "sum": ((0,),),
    "last": ({}, None),
    "first": (None,),
    "earliest": (None,),
    "latest": (None,),
}


class Slot(msgspec.Struct, frozen=True, order=True):
    """One aggregate of one series in a cell; `width_us` is the widest window that reads it, 0 when never trimmed."""

    series: str
    take: Take
    field: str = ""
    width_us: int = 0


class Shape(msgspec.Struct, frozen=True):
    """All slots of the cells of one key kind, in order, with their positions."""

    by: By
    slots: tuple[Slot, ...]

    @property
    def title(self) -> str:
        """The key kind as one identifier: `card` or `account_address`."""
        return "_".join(self.by)

    @property
    def is_of_parcel(self) -> bool:
        """Whether the key belongs to a consignment rather than to the whole order."""
        return any(FIELD_GROUPS[field] == "parcel" for field in self.by)

    @property
    def positions(self) -> Places:
        """Every slot's place in a cell."""
        places: dict[tuple[str, str, str], int] = {}
        position = HEAD
        for slot in self.slots:
            places[slot.series, slot.take, slot.field] = position
            position += len(_EMPTY[slot.take])
        return places

    def place_of(self, slot: Slot) -> int:
        """Return where a slot lies in a cell."""
        return self.positions[slot.series, slot.take, slot.field]

    def empty(self) -> list[Any]:
        """Return a cell that knows nothing; its empty slots are shared constants until first written."""
        cell: list[Any] = [0]
        for slot in self.slots:
            cell.extend(_EMPTY[slot.take])
        return cell


def lay_out(
    signals: Iterable[Form], series: Mapping[str, Series], besides: Mapping[By, tuple[Slot, ...]]
) -> dict[By, Shape]:
    """Return the shape of every key kind, with some slots besides; slots of several widths merge into the widest.

    Raises:
        KeyError: when a signal names a series that is not declared.
    """
    found: dict[By, dict[tuple[str, Take, str], int]] = {
        by: {(slot.series, slot.take, slot.field): slot.width_us for slot in slots} for by, slots in besides.items()
    }
    for signal in signals:
        if not isinstance(signal, Keyed):
            continue
        slots = found.setdefault(signal.by, {})
        for slot in slots_of(signal):
            identity = (series[slot.series].name, slot.take, slot.field)
            slots[identity] = max(slots.get(identity, 0), slot.width_us)
    for slots in found.values():
        for name, take, field in slots:
            if take == "sum":  # running totals are cut together with the times beside them
                slots[name, take, field] = slots[name, "times", ""]
    return {
        by: Shape(by, tuple(sorted(Slot(*identity, width) for identity, width in slots.items())))
        for by, slots in sorted(found.items())
    }


def title_of(pair: Pair) -> str:
    """Return the title of a pair: `card`, `account_address` or `address@new_address`."""
    by, asked = pair
    return "_".join(by) if by == asked else f"{'_'.join(by)}@{'_'.join(asked)}"


def slots_of(signal: Keyed) -> list[Slot]:
    """Return the slots that one signal reads."""
    if isinstance(signal, Window):
        width = micros(signal.width)
        if signal.take in {"distinct", "others"}:
            return [Slot(signal.of, "last", signal.field or "", width)]
        slots = [Slot(signal.of, "times", "", width)]
        if signal.take != "count":
            slots.append(Slot(signal.of, "sum", signal.field or "", width))
        return slots
    if isinstance(signal, Novel):
        return [Slot(signal.of, "last", signal.field, micros(signal.width))]
    return [_lasting(signal)]


def _lasting(signal: Keyed) -> Slot:
    """Return the one slot, never trimmed, that a signal without a window reads."""
    if isinstance(signal, Since):
        return Slot(signal.of, "first") if signal.take == "first" else Slot(signal.of, "latest", "observed_us")
    if isinstance(signal, Ever):
        return Slot(signal.of, "first")
    if isinstance(signal, Earliest):
        return Slot(signal.of, "earliest")
    if isinstance(signal, Latest):
        return Slot(signal.of, "latest", signal.field)
    raise TypeError(signal)
