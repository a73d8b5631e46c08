"""`sealane peer`: other installations that messages are exchanged with."""

from typing import Annotated

import typer

from sealane.cli.oversight.reach import ask_json
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Other installations that messages are exchanged with.")


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the other installation.")],
    name: Annotated[str, typer.Option("--name", help="What it is called here.")],
    role: Annotated[list[str], typer.Option("--role", help="merchant, psp, carrier, broker, platform or authority.")],
    country: Annotated[str, typer.Option("--country", help="Two letters, such as PT.")],
    data_dir: DataDir = None,
    key_id: Annotated[str, typer.Option("--key-id", help="Take it only if this is the thumbprint of its key.")] = "",
) -> None:
    """Read another installation's keys and take its signed messages from now on.

    Compare the printed thumbprints with the other side, over another way than this network.

    Example: `sealane peer add https://carrier.example --name "Fast Parcels" --role carrier --country DE`
    """
    body = {"url": url, "name": name, "roles": role, "country": country, "key_id": key_id or None}
    added = ask_json(data_dir, "POST", "/v1/peers", body)
    print_lines(
        (
            f"Party         {added['party_id']}",
            f"Signs with    {' '.join(added['key_ids'])}",
            f"Receipts by   {' '.join(added['receipt_key_ids'])}",
            f"Log           {added['log']}",
        )
    )


@app.command("list")
def list_peers(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List the peers.

    Example: `sealane peer list`
    """
    found = ask_json(data_dir, "GET", "/v1/peers")
    if as_json:
        print_json(found)
        return
    print_table(
        ("party", "origin", "signs with"),
        [(one["party_id"], one["origin"], " ".join(one["key_ids"])) for one in found["items"]],
    )


@app.command()
def messages(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List what peers sent, the latest first.

    Example: `sealane peer messages --json`
    """
    found = ask_json(data_dir, "GET", "/v1/peer-messages")
    if as_json:
        print_json(found)
        return
    rows = [(one["message_id"], one["peer"], one["kind"], one["received_at"]) for one in found["items"]]
    print_table(("message", "peer", "kind", "received"), rows)
