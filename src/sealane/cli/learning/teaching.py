"""The verb `sealane risk train`: a model from files of history, or from what a server has seen itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sealane.cli.learning.reading import name_one, need_learning, read_own, read_table
from sealane.cli.terminal.output import AsJson, print_json, print_table, progress, talk
from sealane.flows.history.files import HistoryFiles
from sealane.risk import Replay

if TYPE_CHECKING:
    from sealane.risk.learning.model import Document
    from sealane.risk.learning.table import Table

__all__ = ["OwnFolder", "train"]

OwnFolder = Annotated[
    str | None, typer.Option("--data-dir", metavar="DIR", help="In place of files: a server's own history.")
]


def train(
    out: Annotated[Path, typer.Option(help="The model file to write; its card goes beside it (.md and .html).")],
    data: Annotated[
        list[Path] | None,
        typer.Option(help="A folder with orders.ndjson and events.ndjson; several folders teach one model."),
    ] = None,
    data_dir: OwnFolder = None,
    only: Annotated[
        Literal["payment", "consignment", "joint"],
        typer.Option(help="Learn from the signals of this side alone, or of all."),
    ] = "joint",
    costs: Annotated[
        Path | None, typer.Option(help="TOML file of what mistakes cost, a table a stage; others keep their defaults.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on what was known by the end of the data: verdicts and chargebacks, never truth.csv.

    Raises:
        InvalidInput: naming file and line of what cannot be used; then nothing is written.
    """
    name_one(data, data_dir)
    need_learning()
    from sealane.risk.learning.card import write_card  # noqa: PLC0415 - an extra, loaded when it is needed
    from sealane.risk.learning.costs import default_costs, read_costs  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.learning.model import save_model  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.learning.training import Recipe, rounds_of, train  # noqa: PLC0415 - loaded when it is needed

    recipe = Recipe(default_costs() if costs is None else read_costs(costs), only)
    tables = _tables(data or (), data_dir)
    with progress() as bar:
        task = bar.add_task("Growing forests", total=rounds_of())
        document = train(tables, recipe, lambda: bar.advance(task))
    save_model(document, out)
    write_card(document, out)
    for note in document.notes:
        talk(note)
    _tell(document, as_json=as_json)
    talk(f"Wrote the model {document.name} to {out} and its card to {out}.md and {out}.html.")


def _tables(data: "list[Path] | tuple[()]", data_dir: str | None) -> "list[Table]":
    """Return a table for each folder of files, or the one of the server's own history."""
    from sealane.risk.learning.table import Table, tabulate  # noqa: PLC0415 - an extra, loaded when it is needed
    from sealane.risk.signals import ALL  # noqa: PLC0415 - loaded when it is needed

    if not data:
        return [tabulate(read_own(data_dir, Replay()), Table(ALL))]
    tables: list[Table] = []
    for folder in data:
        known = tables[-1].categories if tables else None
        tables.append(read_table(HistoryFiles(folder), known, is_open=True))
    return tables


def _tell(document: "Document", *, as_json: bool) -> None:
    """Print what each stage was trained on and how well it did on held-back time."""
    if as_json:
        summary = [
            {"stage": stage, "rows": made.rows, "frauds": made.frauds, **made.measured}
            for stage, made in document.stages.items()
        ]
        print_json({"model": document.name, "stages": summary, "notes": document.notes})
        return
    rows = []
    for stage, made in document.stages.items():
        measured = made.measured.get("average_precision")
        rows.append((stage, str(made.rows), str(made.frauds), "-" if measured is None else f"{measured:.3f}"))
    print_table(("stage", "rows", "known frauds", "average precision on held-back time"), rows)
