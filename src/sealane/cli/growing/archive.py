"""`sealane archive`: history as Parquet files that DuckDB, Spark and others read, without personal values."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.growing.partitions import Partitions
from sealane.cli.growing.records import consignments_of, decision_of, event_of, order_of
from sealane.cli.terminal.folder import DataDir, reading
from sealane.cli.terminal.output import AsJson, print_json, print_table, progress, talk
from sealane.model.clock import from_micros, system_clock, to_micros
from sealane.model.errors import FieldError, InvalidInput, Misconfigured
from sealane.risk import default_policy
from sealane.risk.archive import Archive
from sealane.storage import orderlist

__all__ = ["app"]

app = typer.Typer(help="Hand history to other tools as Parquet files.", no_args_is_help=True)
_DAY = timedelta(days=1)
_MONTH = timedelta(days=31)
"""What is read at once: each reading looks at all events, and a server sends all that it found."""


@app.callback()
def archive() -> None:
    """Hand history to other tools as Parquet files, without personal values."""


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", help="Folder of the archive; other days in it stay.", file_okay=False)],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, UTC (default: the oldest).")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, UTC (default: today).")
    ] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write orders, consignments, events and decisions to Parquet, a folder a day; beside a running server.

    A day that is there already is replaced. People are tokens and blinded links in it, never values.

    Example: `sealane archive export --out /srv/archive --from 2026-11-01 --to 2026-11-21`
    """
    if find_spec("pyarrow") is None:
        raise Misconfigured(
            "Writing Parquet needs pyarrow, which is not installed.",
            remedy="Install the extra: make extra-learning or pip install 'sealane[learning]'.",
        )
    with reading(data_dir) as connection, progress() as bar:
        first, last = _span(connection, since, until)
        task = bar.add_task("Days", total=(last - first) // _DAY + 1)
        with Partitions(out) as partitions:
            _export(connection, partitions, (first, last + _DAY), lambda days: bar.advance(task, days))
    if as_json:
        print_json({"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}", "rows": partitions.rows})
    else:
        print_table(("table", "rows"), [(table, str(rows)) for table, rows in partitions.rows.items()])
    talk(f"Archived {first:%Y-%m-%d} to {last:%Y-%m-%d} in {out}.")


def _span(connection: sqlite3.Connection, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Return the first and the last day.

    Raises:
        InvalidInput: when the last day is before the first.
    """
    oldest = orderlist.span(connection)
    now = from_micros(system_clock())
    first = since.replace(tzinfo=UTC) if since else from_micros(min(oldest)) if oldest else now
    last = until.replace(tzinfo=UTC) if until else max(now, first)
    if last < first:
        detail = "The last day is before the first."
        raise InvalidInput(detail, errors=(FieldError("/to", "order", detail),))
    return _midnight(first), _midnight(last)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _export(
    connection: sqlite3.Connection,
    partitions: Partitions,
    span: tuple[datetime, datetime],
    on_days: Callable[[int], None],
) -> None:
    """Write every row whose own day is in the span: decisions in one pass, orders and events a month at a time."""
    begin, end = span
    for decision in Archive(default_policy()).scan(connection):
        if begin <= decision.decided_at < end:
            partitions.add("decisions", decision.decided_at, decision_of(decision))
    while begin < end:
        until = min(begin + _MONTH, end)
        bounds = to_micros(begin), to_micros(until)
        for order in orderlist.scan_orders(connection, *bounds):
            observed_at = from_micros(order.observed_us)
            partitions.add("orders", observed_at, order_of(order))
            for row in consignments_of(order):
                partitions.add("consignments", observed_at, row)
        for event in orderlist.scan_events(connection, *bounds):
            partitions.add("events", from_micros(event.observed_us), event_of(event))
        on_days((until - begin) // _DAY)
        begin = until
