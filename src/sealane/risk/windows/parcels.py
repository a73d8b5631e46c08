"""Facts of several consignments: each is read for itself, and of each signal the worst known value stands."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sealane.model.decision import Stage
from sealane.risk.facts import NOWHERE, Fact
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Form
from sealane.risk.windows.layout import Heads
from sealane.risk.windows.reading import Reader, Readings, build_reader

__all__ = ["Blind", "read_parcels", "worst_of"]

_CHOICES: dict[str, Callable[[list[Any]], Any]] = {"high": max, "low": min, "first": lambda known: known[0]}


class Blind:
    """Reads what can be said without any history; the rest is unknown."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._readers: dict[Stage, Reader] = {}

    def read(self, stage: Stage, fact: Fact) -> Readings:
        """Return the signal values of a stage as far as the fact alone tells them."""
        signals = self._catalogue.by_stage[stage]
        reader = self._readers.get(stage)
        if reader is None:
            reader = self._readers[stage] = build_reader(signals, None)
        return read_parcels(reader, signals, fact, [{} for _ in fact.parcels or (NOWHERE,)])


def read_parcels(reader: Reader, signals: Sequence[Form], fact: Fact, heads: Sequence[Heads]) -> Readings:
    """Read for each consignment and merge the values."""
    parcels = fact.parcels or (NOWHERE,)
    if len(parcels) == 1:
        return reader(fact, parcels[0], heads[0])
    return worst_of(signals, [reader(fact, parcel, own) for parcel, own in zip(parcels, heads, strict=True)])


def worst_of(signals: Sequence[Form], rows: Iterable[Readings]) -> Readings:
    """Return for each signal the worst value that is known."""
    merged: list[Any] = []
    for signal, values in zip(signals, zip(*rows, strict=True), strict=True):
        known = [value for value in values if value is not None]
        merged.append(_CHOICES[signal.worst](known) if known else None)
    return tuple(merged)
