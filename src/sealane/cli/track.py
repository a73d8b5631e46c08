"""`sealane track`: which carriers' rules a tracking number fits, and whether an order known here bears it."""

from typing import Annotated

import typer

from sealane.cli.check import known_orders
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk
from sealane.shield import Candidate, track

__all__ = ["command"]


def command(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A tracking number, with or without spaces.")],
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say which carriers' rules a tracking number fits, and whether an order in the data folder bears it.

    Example: `sealane track "RB 123 456 785 GB"`
    """
    with known_orders(data_dir) as (ledger, _):
        found = track(number, ledger)
    if as_json:
        print_json(found)
        return
    print_table(("carrier", "format", "check", "confidence"), map(_row, found.candidates))
    if found.known_order:
        talk("An order known here bears this number.")
    else:
        talk("No order known here bears it. That a number has a right form does not prove that there is a parcel.")


def _row(fit: Candidate) -> tuple[str, ...]:
    told = "right" if fit.has_checksum else "none"
    return fit.carrier, fit.name, told if fit.checksum_ok else "WRONG", f"{fit.confidence:.3f}"
