"""`sealane risk`: train a model on history, evaluate it against the truth, backtest what decides today."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.learning.backtesting import backtest
from sealane.cli.learning.challenging import challenger
from sealane.cli.learning.reading import read_table
from sealane.cli.learning.teaching import train
from sealane.cli.terminal.output import AsJson, percent, print_json, print_table, talk
from sealane.flows.history.files import HistoryFiles
from sealane.model.clock import to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk import SCORECARD, default_model_file, default_policy

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Train, evaluate, compare and backtest the judgement of risk.")

app.command()(train)
app.command()(backtest)
app.command()(challenger)

Data = Annotated[Path, typer.Option(help="The folder with orders.ndjson, events.ndjson and truth.csv.")]


@app.command()
def evaluate(
    data: Data,
    model: Annotated[
        Path | None,
        typer.Option(help="The model file that `sealane risk train` wrote, or `scorecard` (default: what ships)."),
    ] = None,
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
    from sealane.risk.contest.published import Backed, Published  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.learning.evaluation import Judge, judge_stages, score_stages, write_scores  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.learning.model import Model, load_document  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.signals import ALL  # noqa: PLC0415 - loaded when it is needed

    from_us = _moment(since)
    document = None if str(model) == SCORECARD else load_document(model or default_model_file(), ALL)
    files = HistoryFiles(data)
    table = read_table(files, document.categories if document else None)
    truth = files.truth()
    published = Published(default_policy(), table.categories)
    is_trained = document is not None and bool(document.pooled)
    judge: Judge = Backed(Model(document, ALL), published) if document and is_trained else published
    scored = score_stages(judge, table, from_us)
    reports = judge_stages(judge, scored, truth)
    if scores is not None:
        write_scores(judge, scored, scores)
    talk(f"Judged by {judge.name}.")
    if as_json:
        print_json({"model": judge.name, "stages": reports})
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
