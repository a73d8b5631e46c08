"""Reading history for the commands of learning, with a bar and the notes on what was passed over."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sealane.cli.terminal.folder import reading
from sealane.cli.terminal.output import progress, talk
from sealane.flows.history.files import HistoryFiles, Row
from sealane.flows.history.replay import replay_rows
from sealane.model.errors import FieldError, InvalidInput, Misconfigured
from sealane.risk import Archive, Learned, Replay, default_policy

if TYPE_CHECKING:
    from sealane.risk.learning.table import Table

__all__ = ["name_one", "need_learning", "read_own", "read_table"]

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
            remedy="Install the extra: make extra-learning or pip install 'sealane[learning]'.",
        )


def read_table(
    files: HistoryFiles, categories: "dict[str, list[str]] | None" = None, *, is_open: bool = False
) -> "Table":
    """Return what was known at each stage of each order in the files; texts get the numbers of `categories`, if given.

    Raises:
        InvalidInput: naming file and line of what cannot be used.
        Misconfigured: when the optional packages are not installed.
    """
    need_learning()
    from sealane.risk.learning.table import Table, tabulate  # noqa: PLC0415 - an extra, loaded when it is needed
    from sealane.risk.signals import ALL  # noqa: PLC0415 - loaded when it is needed

    with progress() as bar:
        task = bar.add_task(f"Reading {files.folder.name}", total=files.size)
        files.on_bytes = lambda count: bar.advance(task, count)
        rows = list(files.rows())
        bar.update(task, description="Replaying", total=len(rows), completed=0)

        def passing() -> Iterator[Row]:
            for row in rows:
                bar.advance(task)
                yield row

        table = tabulate(replay_rows(passing(), Replay()), Table(ALL, categories, is_open=is_open))
    for title, count in list(files.notes.items())[:TOLD_NOTES]:
        talk(f"Passed over {count:,}: {title}.")
    return table


def read_own(data_dir: str | None, replay: Replay) -> list[Learned]:
    """Return what a server learned, from the facts in its own folder; it may be running.

    Raises:
        NotFound: when the folder holds no database yet.
        InvalidInput: when it holds no order.
    """
    with reading(data_dir) as connection, progress() as bar:
        task = bar.add_task("Replaying", total=None)
        learned = []
        for each in Archive(default_policy()).learned(connection, replay):
            learned.append(each)
            bar.advance(task)
    if not learned:
        detail = "The server of this folder has seen no order yet."
        errors = (FieldError("--data-dir", "empty", detail),)
        raise InvalidInput(detail, remedy="Name another folder, or learn from files with --data.", errors=errors)
    return learned


def name_one(data: object, data_dir: str | None) -> None:
    """Make sure that either files or a server's folder is named.

    Raises:
        InvalidInput: when both are, or neither is.
    """
    if bool(data) == bool(data_dir):
        detail = "Files (--data) and a server's folder (--data-dir) exclude each other, and one is needed."
        raise InvalidInput(detail, remedy="Give one of the two.", errors=(FieldError("--data", "one-of", detail),))
