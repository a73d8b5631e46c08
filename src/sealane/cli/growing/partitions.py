"""Partitions: rows of the archive in Parquet files, one folder a table and day, each of which appears whole.

OUT/orders/day=2026-11-22/part-0.parquet
OUT/decisions/day=2026-11-22/part-0.parquet
"""

import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sealane.cli.growing.records import COLUMNS
from sealane.model.errors import Misconfigured

__all__ = ["Partitions"]

ROWS_HELD = 50_000
"""Rows kept in memory before some are written; bounds the memory of an export."""

_Place = tuple[str, date]


class Partitions:
    """An archive being written; what it wrote takes its place when the `with` block ends without an error."""

    def __init__(self, out: Path) -> None:
        """Begin beside the archive in `out`, which is made on first use.

        Raises:
            Misconfigured: when the folder cannot be written.
        """
        self._out, self._draft = out, out / ".incoming"
        self._held: dict[_Place, list[dict[str, Any]]] = defaultdict(list)
        self._parts: dict[_Place, int] = defaultdict(int)
        self._waiting = 0
        self.rows = dict.fromkeys(COLUMNS, 0)
        try:
            shutil.rmtree(self._draft, ignore_errors=True)
            self._draft.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise _unwritable(error) from error

    def add(self, table: str, moment: datetime, row: Mapping[str, Any]) -> None:
        """Add a row to the day (UTC) of a moment."""
        self._held[table, moment.date()].append({name: row.get(name) for name in COLUMNS[table]})
        self.rows[table] += 1
        self._waiting += 1
        if self._waiting >= ROWS_HELD:
            self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write()
                self._publish()
        finally:
            shutil.rmtree(self._draft, ignore_errors=True)

    def _write(self) -> None:
        """Write everything held, each partition to a file of its own.

        Raises:
            Misconfigured: when the folder cannot be written.
        """
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, needed here alone
        from pyarrow import parquet  # noqa: PLC0415 - an extra, as above

        types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
        types |= {"time": pa.timestamp("us", "UTC"), "texts": pa.list_(pa.string()), "numbers": pa.list_(pa.float64())}
        for (table, day), rows in self._held.items():
            schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS[table].items()])
            folder = self._draft / table / f"day={day}"
            path = folder / f"part-{self._parts[table, day]}.parquet"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                parquet.write_table(pa.Table.from_pylist(rows, schema), path, compression="zstd")
            except OSError as error:
                raise _unwritable(error) from error
            self._parts[table, day] += 1
        self._held.clear()
        self._waiting = 0

    def _publish(self) -> None:
        """Put each partition in its place; one that was there before goes."""
        for table, day in self._parts:
            name = f"{table}/day={day}"
            target, old = self._out / name, self._draft / f"{name}.old"
            target.parent.mkdir(exist_ok=True)
            if target.exists():
                target.rename(old)
            (self._draft / name).rename(target)


def _unwritable(error: OSError) -> Misconfigured:
    return Misconfigured(f"The archive cannot be written: {error.strerror}.", remedy="Choose another --out.")
