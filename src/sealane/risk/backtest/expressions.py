"""Expressions: the declared windows as Ibis, for DuckDB on one machine and Spark on a cluster.

The rows that ask and the facts that are counted are laid into one table; a window over it by key, from T - width up to
but without T, then sees what serving sees. Times are whole microseconds, so "without T" is "one microsecond before".
"""

import ast
from collections import defaultdict
from typing import Any

from sealane.risk.backtest.columns import NUMBERS, number_column, text_column
from sealane.risk.facts import FIELD_GROUPS, STAGE_OF
from sealane.risk.signals.declaration import (
    Condition,
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
from sealane.risk.signals.series import SERIES

__all__ = ["Group", "fields_of", "group_signals", "window_table", "worth"]

Group = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, str], bool]
"""What one table serves: series, key fields, asked fields, the counted field and the present one that is compared with
it, and whether it counts consignments."""

SEPARATOR = "\x1f"
NOTHING = "\x00"


def group_signals(signals: tuple[Form, ...]) -> dict[Group, list[Keyed]]:
    """Return the signals with history by the table that serves them."""
    groups: dict[Group, list[Keyed]] = defaultdict(list)
    for signal in signals:
        if isinstance(signal, Keyed):
            field = _field(signal)
            words = [*signal.by, field, *(each.field for each in SERIES[signal.of].where)]
            is_each = any(FIELD_GROUPS.get(word) == "parcel" for word in words)
            groups[signal.of, signal.by, signal.asked, (field, _compared(signal)), is_each].append(signal)
    return groups


def fields_of(signals: tuple[Form, ...]) -> set[str]:
    """Return every field that these signals' windows read."""
    found: set[str] = {"occurred_us"}
    for of, by, asked, fields, _ in group_signals(signals):
        found.update((*by, *asked, *fields), (each.field for each in SERIES[of].where))
    return found - {""}


def window_table(facts: Any, group: Group, signals: list[Keyed]) -> Any:
    """Return the expression of one group: `row`, `parcel`, whether the key is known, and a column for each signal."""
    import ibis  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, needed here alone

    of, by, asked, (field, own), is_each = group
    asks = facts.filter(facts.kind.isin(list(STAGE_OF)))
    counted = _counted(facts, SERIES[of], is_each=is_each)
    parts = []
    for rows, fields, is_fact in ((asks, asked, False), (counted, by, True)):
        value = rows[text_column(field)].fill_null(NOTHING) if field and is_fact else ibis.literal(NOTHING)
        number = rows[number_column(field)].fill_null(0) if field in NUMBERS and is_fact else ibis.literal(0, "int64")
        parts.append(
            rows.select(
                row=rows.row,
                parcel=rows.parcel,
                t=rows.t,
                key=_key(rows, fields),
                is_fact=ibis.literal(int(is_fact), "int64"),
                value=(value if is_fact else ibis.literal(None, "string")).cast("string"),
                number=number.cast("int64"),
                occurred=(rows[number_column("occurred_us")] if is_fact else ibis.literal(None, "int64")).cast("int64"),
                seen=(rows.t if is_fact else ibis.literal(None, "int64")).cast("int64"),
                own=(ibis.literal(None, "string") if is_fact or not own else rows[text_column(own)]).cast("string"),
            )
        )
    both = parts[0].union(parts[1])
    both = both.filter(both.key.notnull())
    columns = {name: each for signal in signals for name, each in _columns(both, signal).items()}
    wide = both.mutate(**columns)
    return wide.filter(wide.is_fact == 0).select("row", "parcel", *columns)


def worth(signal: Keyed, row: dict[str, Any], present: Any, now_us: int) -> Any:  # noqa: PLR0911 - one for each form
    """Return a signal's value from a row of its table; `present` is the present fact's field that it compares."""
    value = row[signal.name]
    if isinstance(signal, Ever):
        return value is not None
    if isinstance(signal, Since):
        return None if value is None else now_us - value
    if isinstance(signal, Earliest):
        return None if value is None or present is None else present - value
    if isinstance(signal, Latest):
        return None if value in {None, NOTHING} else ast.literal_eval(value)
    if isinstance(signal, Novel):
        if present is None or not value:
            return None
        return not row[f"{signal.name}__own"]
    if not isinstance(signal, Window):
        raise TypeError(signal)
    if signal.take == "mean":
        return row[signal.name] / row[f"{signal.name}__count"] if row[f"{signal.name}__count"] else None
    if signal.take == "others" and value:
        return value - bool(row[f"{signal.name}__own"])
    return value or 0


def _columns(both: Any, signal: Keyed) -> dict[str, Any]:  # noqa: PLR0911 - one for each form
    """Return the window columns of one signal."""
    import ibis  # noqa: PLC0415 - an extra, needed here alone

    width = micros(signal.width) if isinstance(signal, Window | Novel) else None
    frame = ibis.window(group_by="key", order_by="t", range=(None if width is None else -width, -1))
    name = signal.name
    if isinstance(signal, Earliest):
        return {name: both.occurred.min().over(frame)}
    if isinstance(signal, Ever) or (isinstance(signal, Since) and signal.take == "first"):
        return {name: both.seen.min().over(frame)}
    if isinstance(signal, Since):
        return {name: both.seen.max().over(frame)}
    if isinstance(signal, Latest):
        return {name: both.value.argmax(both.seen).over(frame)}
    real = both.value.nullif(NOTHING)
    if isinstance(signal, Novel):
        return {name: real.count().over(frame), f"{name}__own": _asked(both, real, frame)}
    if not isinstance(signal, Window):
        raise TypeError(signal)
    if signal.take == "count":
        return {name: both.is_fact.sum().over(frame)}
    if signal.take in {"sum", "mean"}:
        total = {name: both.number.sum().over(frame).cast("int64")}
        return total if signal.take == "sum" else total | {f"{name}__count": both.is_fact.sum().over(frame)}
    distinct = {name: real.collect().over(frame).unique().length()}
    return distinct if signal.take == "distinct" else distinct | {f"{name}__own": _asked(both, real, frame)}


def _asked(both: Any, real: Any, frame: Any) -> Any:
    """Return whether the asking row's own value stands in its window."""
    return real.collect().over(frame).contains(both.own)


def _counted(facts: Any, series: Series, *, is_each: bool) -> Any:
    """Return the facts of a series; once each unless it counts consignments."""
    rows = facts.filter(facts.kind.isin(list(series.kinds)))
    if not is_each:
        rows = rows.filter(rows.parcel == 0)
    for condition in series.where:
        rows = rows.filter(_test(rows, condition))
    return rows


def _test(rows: Any, condition: Condition) -> Any:
    """Return a condition; an unknown field fails it."""
    if condition.test == "known":
        return rows[text_column(condition.field)].notnull()
    if condition.test == "is":
        return rows[text_column(condition.field)] == repr(condition.value)
    number = rows[number_column(condition.field)]
    return number > condition.value if condition.test == "above" else number < condition.value


def _key(rows: Any, fields: tuple[str, ...]) -> Any:
    """Return the key's text, null when any field is."""
    key = rows[text_column(fields[0])]
    for field in fields[1:]:
        key = key + SEPARATOR + rows[text_column(field)]
    return key


def _field(signal: Keyed) -> str:
    """Return the field of the counted facts that a signal takes, empty when none."""
    field = getattr(signal, "field", None)
    return field or ""


def _compared(signal: Keyed) -> str:
    """Return the present fact's field that a signal compares with the history, empty when none."""
    if isinstance(signal, Novel):
        return signal.value or signal.field
    if isinstance(signal, Window) and signal.take == "others":
        return signal.field or ""
    return signal.until if isinstance(signal, Earliest) else ""
