"""The table: what was known at each stage of each order, as one matrix of numbers.

A row is an order at a stage, a column a signal; a signal that the stage does not read is as unknown as a missing value
(not a number). Texts become numbers by the order in which they first came, which the model keeps.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from sealane.model.decision import STAGES
from sealane.risk.learning.replay import Judged, Learned, Sighting
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Form, kind_of

__all__ = ["UNKNOWN", "Categories", "Table", "Verdicts", "tabulate", "values_of"]

Column = np.ndarray[Any, np.dtype[Any]]
Categories = dict[str, list[str]]
"""Of each signal whose values are texts: the texts, in the order of their numbers."""

UNKNOWN = float("nan")
MOST_LEVELS = 250


class Verdicts:
    """What became known of orders: when first, and what stands in the end."""

    def __init__(self) -> None:
        self.first_us: dict[str, int] = {}
        self.is_fraud: dict[str, bool] = {}
        self.fraud_us: dict[str, int] = {}

    def add(self, judged: Judged) -> None:
        """Take in a verdict; a later one stands against an earlier one."""
        self.first_us.setdefault(judged.order_id, judged.observed_us)
        self.is_fraud[judged.order_id] = judged.is_fraud
        if judged.is_fraud:
            self.fraud_us.setdefault(judged.order_id, judged.observed_us)


class Table:
    """Rows by time of learning: `matrix` (rows x signals of the catalogue), and beside it order, stage and time.

    Texts get the numbers of `categories`; others get the next ones while the table `is_open`, and else are unknown.
    """

    def __init__(self, catalogue: Catalogue, categories: Categories | None = None, *, is_open: bool = False) -> None:
        self.catalogue = catalogue
        self.names = [signal.name for signal in catalogue.signals]
        self.is_open = is_open or categories is None
        self.levels: dict[str, dict[str, int]] = {
            signal.name: {text: number for number, text in enumerate((categories or {}).get(signal.name, ()))}
            for signal in catalogue.signals
            if kind_of(signal.unit) == "string"
        }
        self.verdicts = Verdicts()
        self.end_us = 0
        self.orders: list[str] = []
        self.stages = array("b")
        self.times = array("q")
        self._cells = {stage: array("d") for stage in STAGES}
        self._texts = {
            stage: [
                (at, signal.name) for at, signal in enumerate(catalogue.by_stage[stage]) if signal.name in self.levels
            ]
            for stage in STAGES
        }

    @property
    def categories(self) -> Categories:
        """The texts by their numbers."""
        return {name: list(levels) for name, levels in self.levels.items()}

    def __len__(self) -> int:
        return len(self.orders)

    def add(self, learned: Learned) -> None:
        """Take in what was learned."""
        self.end_us = max(self.end_us, learned.observed_us)
        if isinstance(learned, Judged):
            self.verdicts.add(learned)
        else:
            self._see(learned)

    def matrix(self) -> Column:
        """Return all rows as numbers."""
        places = {name: at for at, name in enumerate(self.names)}
        whole = np.full((len(self), len(self.names)), UNKNOWN)
        stages = np.frombuffer(self.stages, dtype=np.int8) if len(self) else np.zeros(0, np.int8)
        for number, stage in enumerate(STAGES):
            at = [places[signal.name] for signal in self.catalogue.by_stage[stage]]
            cells = np.frombuffer(self._cells[stage]) if self._cells[stage] else np.zeros(0)
            whole[np.ix_(stages == number, at)] = cells.reshape(-1, len(at))
        return whole

    def _see(self, sighting: Sighting) -> None:
        """Add a row."""
        values = list(sighting.values)
        for at, name in self._texts[sighting.stage]:
            values[at] = self._number(name, values[at])
        self._cells[sighting.stage].extend([UNKNOWN if value is None else value for value in values])
        self.orders.append(sighting.order_id)
        self.stages.append(STAGES.index(sighting.stage))
        self.times.append(sighting.observed_us)

    def _number(self, name: str, text: str | None) -> int | None:
        """Return the number of a text; one that training never saw is unknown."""
        levels = self.levels[name]
        if text is not None and self.is_open and text not in levels and len(levels) < MOST_LEVELS:
            levels[text] = len(levels)
        return None if text is None else levels.get(text)


def tabulate(learned: Iterable[Learned], table: Table) -> Table:
    """Fill a table and return it."""
    for each in learned:
        table.add(each)
    return table


def values_of(
    signals: Sequence[Form], matrix: Column, names: Sequence[str], categories: Categories
) -> Iterator[tuple[Any, ...]]:
    """Yield the values of a stage's signals for each row, as serving has them; a signal without a column is unknown."""
    places = {name: at for at, name in enumerate(names)}
    unknown = matrix.shape[1]
    at = [places.get(signal.name, unknown) for signal in signals]
    kinds = [(kind_of(signal.unit), categories.get(signal.name, [])) for signal in signals]
    for row in np.column_stack([matrix, np.full(len(matrix), UNKNOWN)])[:, at].tolist():
        yield tuple([_value(cell, *kind) for cell, kind in zip(row, kinds, strict=True)])


def _value(cell: float, kind: str, levels: list[str]) -> Any:
    """Return what a cell stands for."""
    if cell != cell:  # noqa: PLR0124 - not a number is what differs from itself
        return None
    if kind == "double":
        return cell
    if kind == "string":
        return levels[int(cell)]
    return bool(cell) if kind == "bool" else int(cell)
