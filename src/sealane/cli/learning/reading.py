"""Reading history for the commands of learning, with a bar and the notes on what was passed over."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sealane.cli.terminal.output import progress, talk
from sealane.flows.history.files import HistoryFiles, Row
from sealane.flows.history.replay import replay_rows
from sealane.model.errors import Misconfigured
from sealane.risk import Replay

if TYPE_CHECKING:
    from sealane.risk.learning.table import Table

__all__ = ["need_learning", "read_table"]

TOLD_NOTES = 10


def need_learning() -> None:
    """Make sure that the optional packages of learning are there.

    Raises:
        Misconfigured: when they are not.
    """
    missing = [name for name in ("numpy", "lightgbm", "duckdb") if find_spec(name) is None]
    if missing:
        raise Misconfigured(
            f"Learning needs {', '.join(missing)}, which is not installed.",
            remedy="Install the extra: pip install 'sealane[learning]'.",
        )


def read_table(files: HistoryFiles, categories: "dict[str, list[str]] | None" = None) -> "Table":
    """Return what was known at each stage of each order in the files; texts get the numbers of `categories`, if given.

    Raises:
        InvalidInput: naming file and line of what cannot be used.
        Misconfigured: when the optional packages are not installed.
    """
    need_learning()
    from sealane.risk.learning.table import Table, tabulate  # noqa: PLC0415 - an extra, loaded when it is needed
    from sealane.risk.signals import ALL  # noqa: PLC0415

    with progress() as bar:
        task = bar.add_task("Reading", total=files.size)
        files.on_bytes = lambda count: bar.advance(task, count)
        rows = list(files.rows())
        bar.update(task, description="Replaying", total=len(rows), completed=0)

        def passing() -> Iterator[Row]:
            for row in rows:
                bar.advance(task)
                yield row

        table = tabulate(replay_rows(passing(), Replay()), Table(ALL, categories))
    for title, count in list(files.notes.items())[:TOLD_NOTES]:
        talk(f"Passed over {count:,}: {title}.")
    return table
