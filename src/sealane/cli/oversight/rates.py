"""`sealane rates`: the official fraud rates as of a moment, with their early warnings."""

from typing import Annotated

import typer

from sealane.cli.oversight.control import moment
from sealane.cli.oversight.reach import ask_json
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk

__all__ = ["command"]

WORDS = {"early": "Near", "passed": "Over"}


def command(
    data_dir: DataDir = None,
    at: Annotated[str, typer.Option("--at", help="As of this moment (default: now).")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Count payments in this currency.")] = "EUR",
    scope: Annotated[str, typer.Option("--scope", help="Only this PSP or merchant.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Print each official rate with its numerator, denominator and period, and what comes near a limit.

    Example: `sealane rates --at 2026-06-30 --json`
    """
    found = ask_json(data_dir, "GET", "/v1/rates", at=moment(at) if at else "", currency=currency, scope=scope)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one["rate"], one["scope"], f"{one['ratio_micro'] / 100:.2f}", f"{one['numerator']}/{one['denominator']}",
            one["basis"], f"{one['period_from'][:10]} to {one['period_to'][:10]}",
        )
        for one in found["items"]
    ]  # fmt: skip
    print_table(("rate", "scope", "basis points", "counted", "by", "period"), rows)
    told = (f"{WORDS[one['level']]}: {one['rate']} of {one['scope']} {one['text']}" for one in found["warnings"])
    for line in dict.fromkeys(told):
        talk(line)
    if found["left_out"]:
        talk(f"{found['left_out']} payments in other currencies than {currency} are not counted.")
