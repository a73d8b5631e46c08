"""What one fact adds to the cells of its keys, as the members that `cells.lua` describes.

The updates that count a fact in memory run here on cells that know nothing, so a fact counts the same in both places.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, get_args

import msgspec

from sealane.risk.facts import Fact, FactKind
from sealane.risk.shared.library import slot_id, terms_of
from sealane.risk.signals.series import SERIES
from sealane.risk.windows.cells import Cell, Cells
from sealane.risk.windows.layout import By, Shape, Slot
from sealane.risk.windows.registering import Update, build_update

__all__ = ["Entity", "Members", "value_bytes"]

Entity = tuple[str, Hashable]
"""A key kind's title and the key."""

_NOT_TOLD: Any = object()
"""Stands for "this fact says nothing": None would mean that the newest value is unknown."""

value_bytes = msgspec.msgpack.Encoder().encode


class _Blank(Cells):
    """Cells for one fact, in which an unknown newest value differs from none."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self._newest = [shape.place_of(slot) for slot in shape.slots if slot.take == "latest"]

    def fresh(self, key: Hashable) -> Cell:
        cell = super().fresh(key)
        for place in self._newest:
            cell[place] = _NOT_TOLD
        return cell


class Members:
    """Turns facts into members."""

    def __init__(self, shapes: Mapping[By, Shape]) -> None:
        self._cells: dict[By, Cells] = {by: _Blank(shape) for by, shape in shapes.items()}
        kinds: tuple[FactKind, ...] = ("order", *get_args(get_args(FactKind)[1]))
        self._updates: dict[str, Update | None] = {
            kind: build_update(kind, self._cells, SERIES.values()) for kind in kinds
        }
        self._writers = {
            kind: [(cells, [*_writers(shapes[by], kind)]) for by, cells in self._cells.items()] for kind in kinds
        }

    def of(self, seq: int, fact: Fact) -> dict[Entity, list[bytes]]:
        """Return what the fact adds to each cell that it touches."""
        update = self._updates[fact.kind]
        if update is None:
            return {}
        update(seq, fact)
        stamp = b"%016d%016d" % (fact.observed_us, seq)
        added: dict[Entity, list[bytes]] = {}
        for cells, writers in self._writers[fact.kind]:
            for key, cell in cells.hot.items():
                members = [b"zzx" + stamp]
                for write in writers:
                    write(cell, stamp, members)
                added[cells.shape.title, key] = members
            cells.hot.clear()
        return added


_Write = Callable[[Cell, bytes, list[bytes]], None]


def _writers(shape: Shape, kind: FactKind) -> Iterator[_Write]:
    """Yield what writes the members of each slot that a kind of fact counts in; totals go with their times."""
    make = {"times": _times, "last": _last, "first": _smallest, "earliest": _smallest, "latest": _newest}
    for slot in shape.slots:
        if slot.take != "sum" and kind in SERIES[slot.series].kinds:
            yield make[slot.take](shape, slot)


def _times(shape: Shape, slot: Slot) -> _Write:
    at, prefix = shape.place_of(slot), slot_id(shape, slot).encode() + b"t"
    sums = [shape.positions[slot.series, "sum", field] for field in terms_of(shape, slot.series)]

    def write(cell: Cell, stamp: bytes, members: list[bytes]) -> None:
        for index in range(len(cell[at])):
            member = b"%b%b%02d" % (prefix, stamp, index)
            if sums:
                terms = [cell[place][index + 1] - cell[place][index] for place in sums]
                member += b":" + ",".join(map(str, terms)).encode()
            members.append(member)

    return write


def _last(shape: Shape, slot: Slot) -> _Write:
    at, prefix = shape.place_of(slot), slot_id(shape, slot).encode() + b"d"

    def write(cell: Cell, stamp: bytes, members: list[bytes]) -> None:
        members.extend([prefix + stamp[:16] + value_bytes(value) for value in cell[at]])

    return write


def _smallest(shape: Shape, slot: Slot) -> _Write:
    at, prefix = shape.place_of(slot), slot_id(shape, slot).encode() + b"n"

    def write(cell: Cell, _: bytes, members: list[bytes]) -> None:
        if cell[at] is not None:
            members.append(b"%b%016d" % (prefix, cell[at]))

    return write


def _newest(shape: Shape, slot: Slot) -> _Write:
    at, prefix = shape.place_of(slot), slot_id(shape, slot).encode() + b"x"

    def write(cell: Cell, stamp: bytes, members: list[bytes]) -> None:
        if cell[at] is not _NOT_TOLD:
            members.append(prefix + stamp + value_bytes(cell[at]).hex().encode())

    return write
