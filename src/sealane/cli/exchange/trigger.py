"""`sealane trigger EVENT`: send a made-up webhook and say what the receiver answered."""

from typing import Annotated

import typer

from sealane.cli.oversight.reach import ask_json
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table
from sealane.model.errors import NotFound

__all__ = ["command"]


def command(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="What to tell, such as order.decided.")],
    data_dir: DataDir = None,
    endpoint: Annotated[
        str, typer.Option("--endpoint", help="Only to this endpoint (default: all that hear it).")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Send a test webhook to one endpoint, or to all that hear this event; exits with 1 when one did not take it.

    Example: `sealane trigger order.decided`
    """
    open_ones = ask_json(data_dir, "GET", "/v1/endpoints")["items"]
    meant = [
        one["endpoint_id"]
        for one in open_ones
        if (one["endpoint_id"] == endpoint if endpoint else not one["kinds"] or event in one["kinds"])
        and one["scheme"] != "peer"
    ]
    if not meant:
        raise NotFound("No endpoint hears this.", remedy="Register one: sealane webhook add URL, or sealane listen")
    told = [
        {"endpoint_id": one, **ask_json(data_dir, "POST", f"/v1/endpoints/{one}/test", {"kind": event})}
        for one in meant
    ]
    if as_json:
        print_json({"items": told})
    else:
        rows = [
            (
                one["endpoint_id"],
                "taken" if one["is_taken"] else "refused",
                str(one["status"] or ""),
                one["reason"] or "",
            )
            for one in told
        ]
        print_table(("endpoint", "answer", "status", "reason"), rows)
    if not all(one["is_taken"] for one in told):
        raise typer.Exit(EXIT_NO)
