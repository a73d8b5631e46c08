"""Columns: facts as a table, one row for each consignment of each fact, in a Parquet file that every engine reads.

Links stand as hexadecimal text; flags, codes and numbers as Python writes them, wherever they are compared as they
are. Times, amounts and weights also stand as integers, so that sums stay exact.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sealane.risk.facts import NOWHERE, Fact, field_of

__all__ = ["NUMBERS", "number_column", "text_column", "write_facts"]

NUMBERS = frozenset(
    (
        *("failed", "amount_eur", "declared_eur", "declared_total_eur", "goods_eur", "event_eur"),
        *("occurred_us", "placed_us", "account_created_us", "weight_grams", "event_weight_grams"),
    )
)
"""Fields that are counted with, in their own unit."""


def text_column(field: str) -> str:
    """Return the column that holds a field as text."""
    return f"t_{field}"


def number_column(field: str) -> str:
    """Return the column that holds a field as an integer."""
    return f"n_{field}"


def write_facts(facts: Iterable[Fact], fields: set[str], path: Path) -> None:
    """Write the wanted fields of all facts."""
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, needed here alone
    from pyarrow import parquet  # noqa: PLC0415 - an extra, as above

    texts, numbers = sorted(fields), sorted(fields & NUMBERS)
    columns: dict[str, list[Any]] = {"row": [], "parcel": [], "t": [], "kind": []}
    columns |= {text_column(field): [] for field in texts} | {number_column(field): [] for field in numbers}
    for row, fact in enumerate(facts):
        for number, parcel in enumerate(fact.parcels or (NOWHERE,)):
            columns["row"].append(row)
            columns["parcel"].append(number)
            columns["t"].append(fact.observed_us)
            columns["kind"].append(fact.kind)
            for field in texts:
                columns[text_column(field)].append(_text(field_of(fact, parcel, field)))
            for field in numbers:
                columns[number_column(field)].append(field_of(fact, parcel, field))
    types = {"row": pa.int64(), "parcel": pa.int64(), "t": pa.int64(), "kind": pa.string()}
    types |= {text_column(field): pa.string() for field in texts}
    types |= {number_column(field): pa.int64() for field in numbers}
    arrays = {name: pa.array(values, types[name]) for name, values in columns.items()}
    parquet.write_table(pa.table(arrays), path)


def _text(value: Any) -> str | None:
    """Return a value as text under which equal values are equal."""
    if value is None:
        return None
    return value.hex() if isinstance(value, bytes) else f"{value!r}"
