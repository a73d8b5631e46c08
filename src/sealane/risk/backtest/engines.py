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
from sealane.risk.signals.declaration import Differs, Distance, Earliest, Form, Gap, Keyed, Novel, Present, Ratio, Value
from sealane.risk.signals.points import km_between

__all__ = ["Engine", "groups_of", "read_signals"]

Engine = Literal["local", "spark"]
_CHOICES: dict[str, Callable[[list[Any]], Any]] = {"high": max, "low": min, "first": lambda known: known[0]}
BLOCK = 4096
"""Rows turned into Python's own values at a time; the rest waits in Arrow's columns, a tenth as large."""


def read_signals(
    facts: list[Fact],
    catalogue: Catalogue,
    engine: Engine,
    on_group: Callable[[], None] = lambda: None,
    *,
    master: str = "local[*]",
) -> Iterator[Sighting]:
    """Yield the signal values of every fact that a stage decides on, in order; `master` is where Spark runs.

    Raises:
        Misconfigured: when the engine is not installed.
    """
    with tempfile.TemporaryDirectory() as folder, _connected(engine, master) as connection:
        path = Path(folder) / "facts.parquet"
        write_facts(facts, fields_of(catalogue.signals), path)
        windows = _read_windows(connection.read_parquet(str(path)), facts, catalogue, on_group)
    rows = (row for batch in windows.to_batches(BLOCK) for row in batch.to_pylist())
    for fact in facts:
        stage = STAGE_OF.get(fact.kind)
        if stage is not None:
            signals = catalogue.by_stage[stage]
            found = [_values(fact, parcel, next(rows), signals) for parcel in fact.parcels or (NOWHERE,)]
            yield Sighting(fact.order_id, stage, fact.observed_us, _merged(found, signals))


def groups_of(catalogue: Catalogue) -> int:
    """Return how many tables an engine makes, for a progress bar."""
    return len(group_signals(catalogue.signals))


def _read_windows(table: Any, facts: list[Fact], catalogue: Catalogue, on_group: Callable[[], None]) -> Any:
    """Return an Arrow table of every window, a row for each consignment of each fact that a stage decides on."""
    import numpy as np  # noqa: PLC0415 - an extra, needed here alone
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, as above

    asked = np.array([len(fact.parcels) or 1 if fact.kind in STAGE_OF else 0 for fact in facts], dtype=np.int64)
    first = np.cumsum(asked) - asked
    columns: dict[str, Any] = {"row": np.repeat(np.arange(len(facts)), asked)}
    for group, signals in group_signals(catalogue.signals).items():
        found = window_table(table, group, signals).to_pyarrow()
        places = first[found["row"].to_numpy()] + found["parcel"].to_numpy()
        origin = np.full(int(asked.sum()), -1)
        origin[places] = np.arange(len(places))
        order = pa.array(origin, mask=origin < 0)
        columns |= {name: found[name].take(order) for name in found.column_names if name not in {"row", "parcel"}}
        on_group()
    return pa.table(columns)


@contextmanager
def _connected(engine: Engine, master: str) -> Iterator[Any]:
    """Connect to an engine."""
    needed = ("ibis", "duckdb") if engine == "local" else ("ibis", "pyspark")
    if any(find_spec(name) is None for name in needed):
        extra = "learning" if engine == "local" else "spark"
        remedy = f"Install the extra: make extra-{extra} or pip install 'sealane[{extra}]'."
        raise Misconfigured(f"The engine {engine} is not installed.", remedy=remedy)
    import ibis  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, needed here alone

    if engine == "local":
        connection = ibis.duckdb.connect()
        try:
            yield connection
        finally:
            connection.disconnect()
        return
    session = _spark(master)
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def _spark(master: str) -> Any:
    """Return a session of Spark.

    Raises:
        Misconfigured: when there is no Spark at the master, or no Java here.
    """
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, needed here alone
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra, as above
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, as above

    builder = SparkSession.builder.master(master).appName("sealane").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    if master.startswith("local"):
        # Executors elsewhere could not call back to this address, and have more than a handful of partitions to share.
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "4")
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError) as refusal:
        remedy = "Give --master local[*] or the address of a cluster, such as spark://host:7077; Spark needs Java."
        raise Misconfigured(f"Spark does not start with the master {master}.", remedy=remedy) from refusal
    session.sparkContext.setLogLevel("ERROR")
    return session


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
    if isinstance(signal, Distance):
        return km_between(word(signal.left), word(signal.right))
    return _compared(signal, word)


def _compared(signal: Form, word: Callable[[str], Any]) -> Any:
    """Return what is made of two values; unknown when either is."""
    if isinstance(signal, Ratio):
        over, under = word(signal.over), word(signal.under)
        return None if over is None or under is None or under < signal.least else over / under
    if isinstance(signal, Differs):
        left, right = word(signal.left), word(signal.right)
        return None if left is None or right is None else left != right
    if not isinstance(signal, Gap):
        raise TypeError(signal)
    start, end = word(signal.start), word(signal.end)
    return None if start is None or end is None else end - start


def _merged(rows: list[tuple[Any, ...]], signals: tuple[Form, ...]) -> tuple[Any, ...]:
    """Return for each signal the worst value that is known among the consignments."""
    if len(rows) == 1:
        return rows[0]
    merged = []
    for signal, values in zip(signals, zip(*rows, strict=True), strict=True):
        known = [value for value in values if value is not None]
        merged.append(_CHOICES[signal.worst](known) if known else None)
    return tuple(merged)
