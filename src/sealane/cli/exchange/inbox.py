"""`sealane inbox`: native webhooks of PSPs and carriers: sources, endpoints, what came in, confirmations."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sealane.cli.review.reaching import reach
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk

__all__ = ["app"]

app = typer.Typer(help="Webhooks in: sources, endpoints, messages.", rich_markup_mode="markdown", no_args_is_help=True)

SecretFile = Annotated[
    Path, typer.Option("--secret-file", metavar="FILE", help="File with the secret of the source; `-` reads stdin.")
]


@app.command(epilog="Example: sealane inbox sources")
def sources(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List the PSPs and carriers whose webhooks are taken, and how strongly each proves its messages."""
    with reach(data_dir) as api:
        found = api.get("/v1/inbox-sources")
    _show(found, ("name", "tier", "accepted_as", "can_be_pulled", "title"), as_json=as_json)


@app.command(epilog="Example: sealane inbox add stripe --merchant mer_01k... --secret-file whsec.txt")
def add(
    source: Annotated[str, typer.Argument(metavar="SOURCE")],
    merchant: Annotated[str, typer.Option("--merchant", metavar="PARTY")],
    secret_file: SecretFile,
    credential_file: Annotated[
        Path | None, typer.Option("--credential-file", metavar="FILE", help="Key of the source's API, for confirming.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option("--mode", metavar="live|test", help="Take messages of this mode of the source only.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Open an endpoint for a source and print the path to give to it."""
    secret, credential = _secret(secret_file), _secret(credential_file) if credential_file else None
    with reach(data_dir) as api:
        asked = {"source": source, "merchant": merchant, "secret": secret, "credential": credential, "mode": mode}
        made = api.post("/v1/inbox-endpoints", **asked)
    typer.echo(made["path"])
    talk(f"Give {source} this path behind the address of your server.")


@app.command(epilog="Example: sealane inbox rotate hook_01k... --secret-file new.txt --overlap 86400")
def rotate(
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT")],
    secret_file: SecretFile,
    overlap: Annotated[
        int, typer.Option("--overlap", metavar="SECONDS", help="How long the old secret goes on.")
    ] = 86_400,
    data_dir: DataDir = None,
) -> None:
    """Put a new secret in force."""
    secret = _secret(secret_file)
    with reach(data_dir) as api:
        api.post(f"/v1/inbox-endpoints/{endpoint}/secret", secret=secret, overlap_seconds=overlap)
    talk(f"The new secret of {endpoint} is in force; the old one goes on for {overlap} seconds.")


@app.command(epilog="Example: sealane inbox endpoints --json")
def endpoints(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List open endpoints."""
    with reach(data_dir) as api:
        found = api.get("/v1/inbox-endpoints")
    _show(found, ("endpoint_id", "source", "tier", "mode", "merchant_id", "path"), as_json=as_json)


@app.command(epilog="Example: sealane inbox messages --limit 20")
def messages(
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 50,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List what came in and what became of it."""
    with reach(data_dir) as api:
        found = api.get("/v1/inbox-messages", limit=limit)
    _show(found, ("message_id", "source", "kind", "state", "order_id"), as_json=as_json)


@app.command(epilog="Example: sealane inbox confirm msg_01k...")
def confirm(message: Annotated[str, typer.Argument(metavar="MESSAGE")], data_dir: DataDir = None) -> None:
    """Ask the source's own API about a claim, now."""
    with reach(data_dir) as api:
        typer.echo(api.post(f"/v1/inbox-messages/{message}/confirm")["state"])


@app.command(epilog="Example: sealane inbox findings")
def findings(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List which surplus fields the gate stripped or refused, by day."""
    with reach(data_dir) as api:
        found = api.get("/v1/findings")
    _show(found, ("day", "party_id", "channel", "field", "action", "times"), as_json=as_json)


def _show(found: dict[str, Any], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_table(columns, [tuple(str(item[name]) for name in columns) for item in found["items"]])


def _secret(path: Path) -> str:
    """Return the secret without its line end; it never stands on a command line, where other users could see it."""
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    return text.strip()
