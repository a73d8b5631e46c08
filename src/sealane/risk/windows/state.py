"""The state: every key's history in memory, derived from facts and from nothing else.

Facts come in the order they were learned: `observed_us` never goes back. A fact becomes visible only to facts learned
later than it: facts of the same microsecond wait together until the clock moves, so no window holds its own moment.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import get_args

import msgspec

from sealane.model.decision import Stage
from sealane.model.errors import Conflict
from sealane.model.sealed import Link
from sealane.risk.facts import NOWHERE, STAGE_OF, Fact, FactKind
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Keyed
from sealane.risk.signals.series import SERIES
from sealane.risk.windows.cells import Cells
from sealane.risk.windows.heads import add_waiting, build_heads
from sealane.risk.windows.layout import By, Heads, Pair, Shape, Slot, lay_out
from sealane.risk.windows.parcels import Blind, read_parcels
from sealane.risk.windows.reading import Reader, Readings, build_reader
from sealane.risk.windows.registering import Update, build_update, touched_by

__all__ = ["BESIDES", "State", "layout_of", "pairs_of", "shapes_of"]

BESIDES: dict[By, tuple[Slot, ...]] = {
    ("consignment",): (Slot("movements", "latest", "courier"), Slot("movements", "latest", "depot"))
}
"""What no signal reads but `carriers` does."""


class State:
    """All cells, the readers and updates generated for them, and the facts that wait for the clock."""

    def __init__(self, catalogue: Catalogue) -> None:
        shapes = shapes_of(catalogue)
        self.layout = layout_of(shapes)
        self.cells: dict[By, Cells] = {by: Cells(shape) for by, shape in shapes.items()}
        self.applied = 0
        self.newest_us = 0
        self._orders = self.cells["order_id",]
        self._consignments = self.cells["consignment",]
        self._seen = self._orders.shape.positions["events", "last", "event_id"]
        self._courier, self._depot = map(self._consignments.shape.place_of, BESIDES["consignment",])
        self._catalogue = catalogue
        self._readers: dict[Stage, Reader] = {
            stage: build_reader(signals, self.cells) for stage, signals in catalogue.by_stage.items()
        }
        kinds: tuple[FactKind, ...] = ("order", *get_args(get_args(FactKind)[1]))
        self._updates: dict[str, Update | None] = {
            kind: build_update(kind, self.cells, SERIES.values()) for kind in kinds
        }
        self._touched = {kind: touched_by(kind, self.cells, SERIES.values()) for kind in kinds}
        self._pairs = {kind: pairs_of(catalogue, kind) | {(by, by) for by in self._touched[kind]} for kind in kinds}
        self._finders = {kind: build_heads(self._pairs[kind] - pairs_of(catalogue, kind), self.cells) for kind in kinds}
        self._blind = Blind(catalogue)
        self._waiting: list[tuple[int, Fact]] = []

    def observe(self, fact: Fact) -> tuple[Readings, tuple[Heads, ...]]:
        """Return the signal values of a fact at its stage, if it has one, and for each consignment its heads."""
        self._settle(fact.observed_us)
        stage = STAGE_OF.get(fact.kind)
        parcels = fact.parcels or (NOWHERE,)
        found: tuple[Heads, ...] = tuple([{} for _ in parcels])
        values = () if stage is None else self._read(stage, fact, found)
        finder = self._finders[fact.kind]
        for heads, parcel in zip(found, parcels, strict=True):
            finder(fact, parcel, heads)
            if self._waiting:
                waiting = [(seq, earlier, self._touched[earlier.kind]) for seq, earlier in self._waiting]
                add_waiting(heads, (fact, parcel), self._pairs[fact.kind], waiting)
        return values, found

    def read(self, stage: Stage, fact: Fact) -> Readings:
        """Return the signal values of one stage for a fact; of several consignments the worst value of each stands."""
        self._settle(fact.observed_us)
        return self._read(stage, fact, [{} for _ in fact.parcels or (NOWHERE,)])

    def read_blind(self, stage: Stage, fact: Fact) -> Readings:
        """Return what can be said without any history; the rest is unknown."""
        return self._blind.read(stage, fact)

    def register(self, seq: int, fact: Fact) -> None:
        """Take in a fact whose flow succeeded; it is seen from the next microsecond on."""
        self._settle(fact.observed_us)
        self._waiting.append((seq, fact))

    def knows(self, order_id: str, event_id: str, now_us: int) -> bool:
        """Tell whether an event of this id already counts for its order."""
        self._settle(now_us)
        cell = self._orders.find(order_id)
        if cell is not None and event_id in cell[self._seen]:
            return True
        return bool(self._waiting) and any(waiting.event_id == event_id for _, waiting in self._waiting)

    def carriers(self, consignment_id: str | None, now_us: int) -> tuple[Link | None, Link | None]:
        """Return the courier and the depot that had the consignment last, as far as scans tell."""
        self._settle(now_us)
        cell = None if consignment_id is None else self._consignments.find(consignment_id)
        return (None, None) if cell is None else (cell[self._courier], cell[self._depot])

    def cool(self) -> None:
        """Freeze every hot cell; for a long replay, which would else keep all of history in lists."""
        for cells in self.cells.values():
            for key, cell in cells.hot.items():
                cells.cold[key] = cells.freeze(cell)
            cells.hot.clear()

    def forget(self) -> None:
        """Drop what was learned since the cold cells were written; the facts after them bring it back."""
        for cells in self.cells.values():
            cells.hot.clear()
        self._waiting.clear()
        self.applied = 0
        self.newest_us = 0

    def _settle(self, now_us: int) -> None:
        """Apply the waiting facts once the clock has moved on.

        Raises:
            Conflict: when the clock would go back.
        """
        if now_us != self.newest_us:
            if now_us < self.newest_us:
                raise Conflict("Facts are observed in order: this one is older than the newest.")
            self.newest_us = now_us
            for seq, fact in self._waiting:
                self._apply(seq, fact)
            self._waiting.clear()

    def _apply(self, seq: int, fact: Fact) -> None:
        """Write one fact into its cells."""
        update = self._updates[fact.kind]
        if update is not None:
            update(seq, fact)
        self.applied = seq

    def _read(self, stage: Stage, fact: Fact, heads: Sequence[Heads]) -> Readings:
        """Read one stage's signals for each consignment."""
        return read_parcels(self._readers[stage], self._catalogue.by_stage[stage], fact, heads)


def shapes_of(catalogue: Catalogue) -> dict[By, Shape]:
    """Return what every key kind's cells hold."""
    return lay_out(catalogue.signals, SERIES, BESIDES)


def layout_of(shapes: Mapping[By, Shape]) -> str:
    """Return the digest of all shapes, 32 hex digits."""
    return sha256(msgspec.json.encode(list(shapes.values()))).hexdigest()[:32]


def pairs_of(catalogue: Catalogue, kind: FactKind) -> frozenset[Pair]:
    """Return the keys that the signals of a kind's stage are read from."""
    stage = STAGE_OF.get(kind)
    signals = () if stage is None else catalogue.by_stage[stage]
    return frozenset((signal.by, signal.asked) for signal in signals if isinstance(signal, Keyed))
