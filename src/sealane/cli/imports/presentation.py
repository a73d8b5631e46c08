"""The report of an import as people read it."""

from collections.abc import Iterator

from sealane.cli.imports.tally import Report

__all__ = ["report_lines"]

SHOWN_REASONS = 12


def report_lines(report: Report) -> Iterator[str]:
    """Yield the lines of the report: counts, sums, outcomes, then what was refused or left empty and why."""
    orders = f"{report.decided:,} decided" + (f", {report.known:,} known before" if report.known else "")
    yield f"{report.file} as {report.merchant}: {report.rows:,} rows, {report.orders:,} orders"
    yield f"Orders: {orders}, {report.refused:,} refused"
    if report.events or report.events_known or report.events_refused:
        known = f", {report.events_known:,} known before" if report.events_known else ""
        yield f"Events: {report.events:,} recorded{known}, {report.events_refused:,} refused"
    if report.totals:
        yield f"Sum of the orders: {', '.join(map(str, report.totals))}"
    if report.outcomes:
        yield "Outcomes: " + ", ".join(f"{name} {count:,}" for name, count in sorted(report.outcomes.items()))
    for reason, count in report.skipped.items():
        yield f"Passed over, {reason}: {count:,}"
    for entry in report.refusals[:SHOWN_REASONS]:
        lines = ", ".join(map(str, entry["lines"])) + (", ..." if entry["rows"] > len(entry["lines"]) else "")
        field = entry["field"] or "row"
        yield f"Refused {entry['rows']:,}, {field} [{entry['code']}]: {entry['reason']} (line {lines})"
    for entry in report.absent:
        yield f"Left empty {entry['rows']:,}, {entry['field']}: column {entry['column']} says that it is not known"
    if report.resumed_at:
        yield f"Went on after item {report.resumed_at:,}."
    yield f"{report.seconds:.1f} s, {report.orders_per_second:,.0f} orders/s"
