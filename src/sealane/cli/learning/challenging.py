"""The verb `sealane risk challenger`: the model in the shadow beside what decided, on the same questions."""

from typing import TYPE_CHECKING, Annotated

import typer

from sealane.cli.learning.reading import need_learning
from sealane.cli.terminal.folder import DataDir, reading
from sealane.cli.terminal.output import AsJson, percent, print_json, print_table, talk
from sealane.model.errors import NotFound

if TYPE_CHECKING:
    from sealane.risk.contest.comparison import Comparison

__all__ = ["challenger"]


def challenger(
    data_dir: DataDir = None,
    mature_days: Annotated[
        int, typer.Option(min=0, help="Days after which an order that nobody disputed counts as genuine.")
    ] = 90,
    as_json: AsJson = False,
) -> None:
    """Compare the challenger with what decided: agreement, what it wanted instead, and who was right so far.

    Raises:
        NotFound: when no challenger ever ran on this folder.
    """
    need_learning()
    from sealane.risk.contest.comparison import compare  # noqa: PLC0415 - an extra, loaded when it is needed

    with reading(data_dir) as connection:
        found = compare(connection, mature_days)
    if not found:
        remedy = 'Name a model file in sealane.toml: challenger = "model", and start the server again.'
        raise NotFound("No challenger has scored anything here.", remedy=remedy)
    if as_json:
        print_json(found)
        return
    for each in found:
        _tell(each)


def _tell(found: "Comparison") -> None:
    """Print one challenger's table."""
    talk(f"{found.challenger}; without a dispute an order is genuine after {found.mature_days} days.")
    talk("In each pair what decided stands first, the challenger second.")
    rows = []
    for each in found.stages:
        both = (each.champion, each.challenger)
        rows.append((
            each.stage, str(each.decisions), percent(each.agreement), f"{each.mature} ({each.frauds})",
            _pair([side.average_precision for side in both]), _pair([side.recall_at_fpr_1pct for side in both]),
            _pair([side.frauds_stopped for side in both]), _pair([side.honest_stopped for side in both]),
            ", ".join(f"{name} {count}" for name, count in each.crossings.items()) or "-",
        ))  # fmt: skip
    head = ("stage", "decisions", "agree", "mature (frauds)", "average precision", "recall at 1 %", "frauds stopped")
    print_table((*head, "honest stopped", "differ"), rows)


def _pair(values: list[float | None]) -> str:
    """Return both values, a dash for one that is not known."""
    return " / ".join("-" if value is None else f"{value:.3f}" for value in values)
