"""`sealane match`: where order, payment and waybill contradict each other."""

from typing import Annotated, Any

import typer

from sealane.cli.oversight.reach import ask_json
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="The three-way match of order, payment and waybill.")


@app.command()
def report(
    data_dir: DataDir = None,
    code: Annotated[str, typer.Option("--code", help="List the findings under this code.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many findings to list.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """Count open mismatches by code and list the latest.

    Example: `sealane match report --code declared-under-goods`
    """
    totals = ask_json(data_dir, "GET", "/v1/matches/report")["items"]
    found = ask_json(data_dir, "GET", "/v1/matches", code=code, limit=str(limit))["items"]
    if as_json:
        print_json({"totals": totals, "items": found})
        return
    if not totals:
        talk("Nothing contradicts anything.")
        return
    print_table(
        ("code", "findings", "orders", "meaning"),
        [(one["code"], str(one["findings"]), str(one["orders"]), one["text"]) for one in totals],
    )
    talk()
    _print_items(found)


@app.command()
def show(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="Id of the order, `ord_...`.")],
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Match one order now; exits with 1 when something contradicts.

    Example: `sealane match show ord_01kan6...`
    """
    found = ask_json(data_dir, "GET", "/v1/matches", order=order)["items"]
    if as_json:
        print_json({"items": found})
    else:
        _print_items(found)
    if any(one["state"] == "open" for one in found):
        raise typer.Exit(EXIT_NO)


def _print_items(found: list[dict[str, Any]]) -> None:
    rows = [(one["order_id"], one["code"], one["state"], one["place"], one["expected"], one["found"]) for one in found]
    print_table(("order", "code", "state", "place", "expected", "found"), rows)
