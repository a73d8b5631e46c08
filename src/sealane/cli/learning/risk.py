"""`sealane risk`: train a model on history, evaluate it against the truth, backtest what decides today."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from sealane.cli.learning.backtesting import backtest
from sealane.cli.learning.reading import read_table
from sealane.cli.terminal.output import AsJson, percent, print_json, print_table, progress, talk
from sealane.flows.history.files import HistoryFiles
from sealane.model.clock import to_micros
from sealane.model.errors import FieldError, InvalidInput

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Train, evaluate and backtest the judgement of risk.")

app.command()(backtest)

Data = Annotated[Path, typer.Option(help="The folder with orders.ndjson, events.ndjson and truth.csv.")]
SideOption = Annotated[
    Literal["payment", "consignment", "joint"],
    typer.Option(help="Learn from the signals of this side alone, or of all."),
]


@app.command()
def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="The model file to write; its card goes beside it (.md and .html).")],
    only: SideOption = "joint",
    as_json: AsJson = False,
) -> None:
    """Train a model on what was known by the end of the data: verdicts and chargebacks, never truth.csv.

    Raises:
        InvalidInput: naming file and line of what cannot be used; then nothing is written.
    """
    from sealane.risk.learning.card import write_card  # noqa: PLC0415 - an extra, loaded when it is needed
    from sealane.risk.learning.costs import default_costs  # noqa: PLC0415
    from sealane.risk.learning.model import save_model  # noqa: PLC0415
    from sealane.risk.learning.training import Recipe, rounds_of, train  # noqa: PLC0415

    table = read_table(HistoryFiles(data))
    with progress() as bar:
        task = bar.add_task("Growing forests", total=rounds_of())
        document = train(table, Recipe(default_costs(), only), lambda: bar.advance(task))
    save_model(document, out)
    write_card(document, out)
    for note in document.notes:
        talk(note)
    summary: list[dict[str, object]] = [
        {"stage": stage, "rows": made.rows, "frauds": made.frauds, **made.measured}
        for stage, made in document.stages.items()
    ]
    if as_json:
        print_json({"model": document.name, "stages": summary, "notes": document.notes})
        return
    rows = [(str(each["stage"]), str(each["rows"]), str(each["frauds"]), _shown(each, "average_precision"))
            for each in summary]  # fmt: skip
    print_table(("stage", "rows", "known frauds", "average precision on held-back time"), rows)
    talk(f"Wrote the model {document.name} to {out} and its card to {out}.md and {out}.html.")


@app.command()
def evaluate(
    data: Data,
    model: Annotated[Path, typer.Option(help="The model file that `sealane risk train` wrote.")],
    scores: Annotated[Path | None, typer.Option(help="Write order_key,stage,score,outcome to this file.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Judge from this time on (RFC 3339); earlier rows are history only.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay history through the windows of serving, score each stage, and measure the scores against truth.csv.

    Raises:
        InvalidInput: naming file and line of what cannot be used.
    """
    from sealane.risk.learning.evaluation import judge_stages, score_stages, write_scores  # noqa: PLC0415 - an extra
    from sealane.risk.learning.model import load_model  # noqa: PLC0415
    from sealane.risk.signals import ALL  # noqa: PLC0415

    from_us = _moment(since)
    loaded = load_model(model, ALL)
    files = HistoryFiles(data)
    table = read_table(files, loaded.document.categories)
    truth = files.truth()
    scored = score_stages(loaded, table, from_us)
    reports = judge_stages(loaded, scored, truth)
    if scores is not None:
        write_scores(loaded, scored, scores)
    if as_json:
        print_json({"model": loaded.document.name, "stages": reports})
        return
    print_table(
        ("stage", "orders", "frauds", "AUC", "average precision", "recall at 0.5 %", "recall at 1 %", "honest stopped"),
        [
            (each.stage, str(each.orders), str(each.frauds), *map(_number, (
                each.auc_roc, each.average_precision, each.recall_at_fpr_0_5pct, each.recall_at_fpr_1pct)),
             "-" if each.honest_stopped is None else percent(each.honest_stopped))
            for each in reports
        ],
    )  # fmt: skip
    moved = sorted({name for each in reports for name in each.drifted})
    if moved:
        talk(f"Drift: {len(moved)} signals have moved since training, first {', '.join(moved[:5])}.")


def _moment(text: str | None) -> int:
    """Return a time of the command line in microseconds."""
    if text is None:
        return 0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        detail = "--from is no time with its zone."
        remedy = "Write it like 2025-09-01T00:00:00Z."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError("--from", "not-a-time", detail),))
    return to_micros(moment)


def _number(value: float | None) -> str:
    """Return a measure with three decimals."""
    return "-" if value is None else f"{value:.3f}"


def _shown(row: dict[str, object], name: str) -> str:
    """Return one measure of a row, if there is one."""
    value = row.get(name)
    return f"{value:.3f}" if isinstance(value, float) else "-"
