"""Engines: the signal values of every stage, made by DuckDB or Spark from the same declarations that serve.

What needs no history is read by serving's own reader; the windows come from the engine. A test shows that both ways
give the same values, bit for bit.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from sealane.model.errors import Misconfigured
from sealane.risk.backtest.columns import write_facts
from sealane.risk.backtest.expressions import fields_of, group_signals, window_table, worth
from sealane.risk.facts import FIELD_GROUPS, NOWHERE, STAGE_OF, Fact, Parcel, field_of
from sealane.risk.learning.replay import Sighting
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Differs, Earliest, Form, Gap, Keyed, Novel, Present, Ratio, Value

__all__ = ["Engine", "groups_of", "read_signals"]

Engine = Literal["local", "spark"]
_CHOICES: dict[str, Callable[[list[Any]], Any]] = {"high": max, "low": min, "first": lambda known: known[0]}
Found = tuple[dict[tuple[int, int], int], dict[str, list[Any]]]
"""The place of each consignment of each fact, and the window columns by name."""


def read_signals(
    facts: list[Fact], catalogue: Catalogue, engine: Engine, on_group: Callable[[], None] = lambda: None
) -> Iterator[Sighting]:
    """Yield the signal values of every fact that a stage decides on, in order.

    Raises:
        Misconfigured: when the engine is not installed.
    """
    with tempfile.TemporaryDirectory() as folder, _connected(engine) as connection:
        path = Path(folder) / "facts.parquet"
        write_facts(facts, fields_of(catalogue.signals), path)
        places, columns = _read_windows(connection.read_parquet(str(path)), facts, catalogue, on_group)
    for number, fact in enumerate(facts):
        stage = STAGE_OF.get(fact.kind)
        if stage is not None:
            rows = []
            for at, parcel in enumerate(fact.parcels or (NOWHERE,)):
                place = places[number, at]
                row = {name: column[place] for name, column in columns.items()}
                rows.append(_values(fact, parcel, row, catalogue.by_stage[stage]))
            yield Sighting(fact.order_id, stage, fact.observed_us, _merged(rows, catalogue.by_stage[stage]))


def groups_of(catalogue: Catalogue) -> int:
    """Return how many tables an engine makes, for a progress bar."""
    return len(group_signals(catalogue.signals))


def _read_windows(table: Any, facts: list[Fact], catalogue: Catalogue, on_group: Callable[[], None]) -> Found:
    """Return every window of every fact that a stage decides on."""
    asking = [
        (number, at)
        for number, fact in enumerate(facts)
        if fact.kind in STAGE_OF
        for at in range(len(fact.parcels) or 1)
    ]
    places = {each: place for place, each in enumerate(asking)}
    columns: dict[str, list[Any]] = {}
    for group, signals in group_signals(catalogue.signals).items():
        found = window_table(table, group, signals).to_pyarrow().to_pydict()
        order = [places[each] for each in zip(found.pop("row"), found.pop("parcel"), strict=True)]
        for name, values in found.items():
            column = columns[name] = [None] * len(asking)
            for place, value in zip(order, values, strict=True):
                column[place] = value
        on_group()
    return places, columns


@contextmanager
def _connected(engine: Engine) -> Iterator[Any]:
    """Connect to an engine."""
    needed = ("ibis", "duckdb") if engine == "local" else ("ibis", "pyspark")
    if any(find_spec(name) is None for name in needed):
        extra = "learning" if engine == "local" else "spark"
        remedy = f"Install the extra: pip install 'sealane[{extra}]'."
        raise Misconfigured(f"The engine {engine} is not installed.", remedy=remedy)
    import ibis  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, needed here alone

    if engine == "local":
        connection = ibis.duckdb.connect()
        try:
            yield connection
        finally:
            connection.disconnect()
        return
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, needed here alone

    builder = SparkSession.builder.master("local[2]").appName("sealane").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.sql.session.timeZone", "UTC")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def _values(fact: Fact, parcel: Parcel, row: dict[str, Any], signals: tuple[Form, ...]) -> tuple[Any, ...]:
    """Return the values of one consignment."""
    made: dict[str, Any] = {}
    for signal in signals:
        made[signal.name] = _windowed(fact, parcel, row, signal) if isinstance(signal, Keyed) else None
        if not isinstance(signal, Keyed):
            made[signal.name] = _told(fact, parcel, signal, made)
    return tuple(made.values())


def _windowed(fact: Fact, parcel: Parcel, row: dict[str, Any], signal: Keyed) -> Any:
    """Return a signal with history; unknown when a part of its key is."""
    if any(field_of(fact, parcel, field) is None for field in signal.asked):
        return None
    present = None
    if isinstance(signal, Novel):
        present = field_of(fact, parcel, signal.value or signal.field)
    elif isinstance(signal, Earliest):
        present = field_of(fact, parcel, signal.until)
    return worth(signal, row, present, fact.observed_us)


def _told(fact: Fact, parcel: Parcel, signal: Form, made: dict[str, Any]) -> Any:
    """Return a signal that needs no history of its own."""

    def word(name: str) -> Any:
        return field_of(fact, parcel, name) if name in FIELD_GROUPS else made[name]

    if isinstance(signal, Value):
        return word(signal.field)
    if isinstance(signal, Present):
        return word(signal.field) is not None
    left, right = (
        (word(signal.over), word(signal.under))
        if isinstance(signal, Ratio)
        else (word(signal.left), word(signal.right))
        if isinstance(signal, Differs)
        else (word(signal.start), word(signal.end))
        if isinstance(signal, Gap)
        else (None, None)
    )
    if left is None or right is None:
        return None
    if isinstance(signal, Differs):
        return left != right
    if isinstance(signal, Ratio):
        return None if right < signal.least else left / right
    return right - left


def _merged(rows: list[tuple[Any, ...]], signals: tuple[Form, ...]) -> tuple[Any, ...]:
    """Return for each signal the worst value that is known among the consignments."""
    if len(rows) == 1:
        return rows[0]
    merged = []
    for signal, values in zip(signals, zip(*rows, strict=True), strict=True):
        known = [value for value in values if value is not None]
        merged.append(_CHOICES[signal.worst](known) if known else None)
    return tuple(merged)
