"""`sealane order`: import orders, ask what would be decided, show an order, explain its decisions."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from sealane.cli.imports.errand import Errand
from sealane.cli.imports.judgements import COLUMNS, Judgements
from sealane.cli.imports.presentation import report_lines
from sealane.cli.imports.task import FORMAT_NAMES, ImportTask
from sealane.cli.terminal.casefile import explain_order, life_lines, show_order, why_lines
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir, reading, settings_of
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table, talk
from sealane.cli.terminal.whatif import throwaway_copy

__all__ = ["app"]

app = typer.Typer(help="Orders: import, assess, show, explain.", rich_markup_mode="markdown", no_args_is_help=True)

WHAT_IF = "What if"
"""The merchant as whom a file is assessed."""

INTERRUPTED = 130
"""As shells report a program that Ctrl-C ended."""

OrdersFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, metavar="FILE")]
Format = Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMAT_NAMES)}.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", exists=True, dir_okay=False, help="What the columns of a CSV mean (TOML).")
]
EventsFile = Annotated[
    Path | None, typer.Option("--events", exists=True, dir_okay=False, help="Events that belong to NDJSON orders.")
]
OrderId = Annotated[str, typer.Argument(metavar="ID", help="Id of the order, or of one decision to explain.")]
Zone = Annotated[str, typer.Option("--zone", help="Time zone of times without one: UTC, -03:00, Europe/Lisbon.")]
Currency = Annotated[str, typer.Option("--currency", help="Currency of amounts for which the file tells none.")]


@app.command("import", epilog="Example: sealane order import orders_export.csv --merchant 'Lamps of Lisbon'")
def command(  # noqa: PLR0913, PLR0917 - each argument is an option of the command
    file: OrdersFile,
    merchant: Annotated[str, typer.Option("--merchant", help="Whose orders they are; registered on first use.")],
    form: Format = "auto",
    mapping: MappingFile = None,
    events: EventsFile = None,
    zone: Zone = "",
    currency: Currency = "",
    rejects: Annotated[
        Path | None, typer.Option("--rejects", dir_okay=False, help="Write refused rows and their reasons here.")
    ] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take the orders of a file and decide on each; run again, it goes on where it stopped and doubles nothing.

    Reads NDJSON, the order exports of Shopify and WooCommerce, the payments export of Stripe, and any CSV through
    a mapping file. A row that cannot be taken is refused with its reason; the others go on.
    """
    task = _task(file, form, mapping, events, zone, currency)
    try:
        report = Errand(task, merchant, settings_of(data_dir), rejects).run()
    except KeyboardInterrupt:
        talk("Stopped. What was taken is stored; run the same command again to go on there.")
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json(report)
    else:
        print_lines(report_lines(report))
    if report.rejects:
        talk(f"The refused rows are in {report.rejects}, readable by you only: they hold what your file held.")
    elif report.refused:
        talk("To get the refused rows with their reasons, add --rejects FILE.")
    if report.refused and not report.decided + report.known:
        raise typer.Exit(EXIT_NO)


@app.command(epilog="Example: sealane order assess last-month.csv --mapping mine.toml")
def assess(
    file: OrdersFile,
    form: Format = "auto",
    mapping: MappingFile = None,
    events: EventsFile = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say what would be decided on the orders of a file, one after another, and store nothing.

    Works on a throw-away copy of the data folder, beside a running server too.
    """
    judgements, settings = Judgements(), settings_of(data_dir)
    task = _task(file, form, mapping, events, "", "")
    with throwaway_copy(Path(settings.data_dir)) as copy:
        there = replace(settings, data_dir=str(copy))
        report = Errand(task, WHAT_IF, there, heed=judgements.heed, is_rehearsal=True).run()
    if as_json:
        print_json({"decisions": judgements.all, "report": report})
        return
    print_table(COLUMNS, [judgement.cells() for judgement in judgements.listed()])
    print_lines(report_lines(report))
    talk("Nothing was stored. Approvals are counted, not listed.")


@app.command(epilog="Example: sealane order show ord_01kan6k3zw8t5q1r9v0m2c4d7e")
def show(order_id: OrderId, data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print an order, its decisions, and the life of payment and parcels on one time axis; nothing personal."""
    with reading(data_dir) as connection:
        life = show_order(connection, order_id)
    if as_json:
        print_json(life.document())
    else:
        print_lines(life_lines(life))


@app.command(epilog="Example: sealane order explain ord_01kan6k3zw8t5q1r9v0m2c4d7e --replay")
def explain(
    order_id: OrderId,
    data_dir: DataDir = None,
    *,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Decide again from what was stored; ends with 1 if a byte differs."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say why each decision on an order was made: signals, rules, and reasons whose weights add up to the score."""
    with reading(data_dir) as connection:
        whys = explain_order(connection, order_id, replay=replay)
    if as_json:
        print_json({"name": order_id, "decisions": whys})
    else:
        print_lines(line for why in whys for line in why_lines(why))


def _task(file: Path, form: str, mapping: Path | None, events: Path | None, zone: str, currency: str) -> ImportTask:
    if form not in FORMAT_NAMES:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(FORMAT_NAMES)}.", param_hint="--format")
    task = ImportTask.of(file, form=form, mapping=mapping, events=events, zone=zone)
    return task.in_currency(currency) if currency else task
