"""`sealane handbook`: our windows and forests on the public benchmark, beside the book's own results."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sealane.cli.learning.reading import need_learning
from sealane.cli.terminal.output import AsJson, print_json, print_table, progress, talk

__all__ = ["handbook"]


def handbook(
    data: Annotated[Path, typer.Option(help="transactions.parquet of the Fraud Detection Handbook.")],
    protocol: Annotated[
        Literal["7d", "all"], typer.Option(help="Train on 7 days as the book does, or on everything before the test.")
    ] = "7d",
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Over how many seeds to average.")] = 5,
    report: Annotated[Path | None, typer.Option(help="Write a page with the table and drawings to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the public benchmark under the book's protocol, and print its table beside ours.

    Raises:
        InvalidInput: when the file is not the benchmark's table.
    """
    need_learning()
    from sealane.risk.handbook import Contest, compete, read_transactions, write_report  # noqa: PLC0415 - an extra
    from sealane.risk.handbook.contest import fits  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.handbook.report import table_of  # noqa: PLC0415 - loaded when it is needed

    contest = Contest(protocol, seeds)
    table = read_transactions(data)
    with progress() as bar:
        task = bar.add_task("Growing forests", total=fits(contest))
        result = compete(table, contest, lambda: bar.advance(task))
    if report is not None:
        write_report(result, protocol, report)
        talk(f"Wrote the report to {report}.")
    if as_json:
        named = {name: getattr(result, name) for name in ("auc_roc", "average_precision", "card_precision_100")}
        means = {name: spread.mean for name, spread in named.items()}
        spreads = {f"{name}_sd": spread.sd for name, spread in named.items()}
        print_json(means | spreads | {"protocol": protocol, "limit": result.limit})
        return
    print_table(("model", "AUC ROC", "average precision", "CP@100"), table_of(result, protocol))
