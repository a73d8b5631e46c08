"""`sealane`: the nouns put together, and the one place where an error becomes a sentence and an exit code."""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from sealane.cli.terminal.failures import EXIT_NO, exit_code, explain, explain_unexpected
from sealane.cli.terminal.nouns import Nouns
from sealane.model.errors import SealaneError

__all__ = ["app", "main"]

app = typer.Typer(
    name="sealane",
    cls=Nouns,
    epilog="Start here: sealane demo, then open the console link it prints.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sealane {version('sealane')}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Protect cross-border orders from checkout to doorstep."""


def main() -> None:
    """Run the command line; ends the process with 0, 1, 2, 3, 4 or 78."""
    try:
        app()
    except SealaneError as error:
        explain(error)
        sys.exit(exit_code(error))
    except Exception as error:  # noqa: BLE001 - the CLI root is where the unexpected ends
        explain_unexpected(error, debug=bool(os.environ.get("SEALANE_DEBUG")))
        sys.exit(EXIT_NO)
