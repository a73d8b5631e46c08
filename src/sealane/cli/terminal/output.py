"""Printing: data to stdout, talk to stderr; colour and bars only on a terminal and without NO_COLOR."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

__all__ = ["AsJson", "percent", "print_json", "print_lines", "print_table", "progress", "talk"]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]
"""The flag that every reading verb has."""


def print_json(value: Any) -> None:
    """Print one JSON document, indented, to stdout."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of text to stdout."""
    for line in lines:
        typer.echo(line)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table to stdout: ruled on a terminal, cells parted by tabs elsewhere, so that `cut` can read it."""
    rows = list(rows)
    if not rows:
        talk("Nothing to list.")
    if not sys.stdout.isatty():
        print_lines("\t".join(row) for row in (columns, *rows))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table, markup=False)


def talk(line: str = "") -> None:
    """Print a line of talk to stderr."""
    typer.echo(line, err=True)


def progress() -> Progress:
    """Return a bar with the time left on stderr; it shows nothing off a terminal."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def percent(share: float) -> str:
    """Return a share of one as people read it: 0.0132 is `1.3 %`."""
    return f"{share * 100:.1f} %"
