"""`sealane page`: payment pages watched for changes, their scripts authorised (PCI DSS 4.0.1, 6.4.3 and 11.6.1)."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from sealane.cli.oversight.reach import ask, ask_json
from sealane.cli.terminal.failures import EXIT_NO
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table, talk
from sealane.model.errors import Misconfigured

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Payment pages: watched, with their scripts authorised.")

Merchant = Annotated[str, typer.Argument(metavar="PARTY", help="Id of the merchant.")]
_DAY_SECONDS = 86_400


@app.command()
def watch(
    party: Merchant,
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="Pages of the checkout.")],
    data_dir: DataDir = None,
    days: Annotated[float, typer.Option("--every", min=0.001, max=7, help="Days between two looks.")] = 1.0,
    *,
    render: Annotated[bool, typer.Option("--render", help="Read pages as headless Chromium builds them.")] = False,
) -> None:
    """Watch pages from now on, while a server runs; the first look makes the baseline.

    Example: `sealane page watch mer_01kan6... https://shop.example/checkout --every 1`
    """
    asked = {"urls": urls, "every_seconds": max(60, round(days * _DAY_SECONDS)), "render": render}
    _print_watch(ask_json(data_dir, "PUT", f"/v1/grades/{party}/watch", asked))


@app.command()
def status(party: Merchant, data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Say what is watched, when it was looked at, and why that failed if it did.

    Example: `sealane page status mer_01kan6...`
    """
    found = ask_json(data_dir, "GET", f"/v1/grades/{party}/watch")
    if as_json:
        print_json(found)
    else:
        _print_watch(found)


@app.command()
def stop(party: Merchant, data_dir: DataDir = None) -> None:
    """Watch no longer.

    Example: `sealane page stop mer_01kan6...`
    """
    ask(data_dir, "DELETE", f"/v1/grades/{party}/watch")
    talk("No page of this party is watched now.")


@app.command()
def alerts(
    party: Merchant,
    data_dir: DataDir = None,
    after: Annotated[int, typer.Option("--after", min=0, help="Only those above this number.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """List the changes that were found; exits with 1 when there are any.

    Example: `sealane page alerts mer_01kan6... --after 12`
    """
    found = ask_json(data_dir, "GET", f"/v1/grades/{party}/alerts", after=str(after))["items"]
    if as_json:
        print_json({"items": found})
    else:
        print_table(("number", "found", "change", "what", "page"), [_row(one) for one in found])
    if found:
        raise typer.Exit(EXIT_NO)


@app.command()
def authorise(
    party: Merchant,
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="Its address, or inline:DIGEST, as alerts name it.")],
    why: Annotated[str, typer.Option("--because", help="Why the page needs it; goes on the log.")],
    data_dir: DataDir = None,
    digest: Annotated[str, typer.Option("--digest", help="SHA-256 of the text; without it any text may run.")] = "",
) -> None:
    """Let a script run on the payment page, with its written justification.

    Example: `sealane page authorise mer_01kan6... https://psp.example/pay.js --because "Draws the card field"`
    """
    asked = {"name": script, "justification": why, "digest": digest}
    made = ask_json(data_dir, "POST", f"/v1/grades/{party}/scripts", asked)
    print_lines((f"Authorised  {made['name']}", f"Log entry   {made['log_entry']}"))


@app.command()
def scripts(party: Merchant, data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List the scripts that may run, and why.

    Example: `sealane page scripts mer_01kan6...`
    """
    found = ask_json(data_dir, "GET", f"/v1/grades/{party}/scripts")["items"]
    if as_json:
        print_json({"items": found})
    else:
        print_table(
            ("script", "because", "since"), [(o["name"], o["justification"], o["authorised_at"]) for o in found]
        )


@app.command()
def evidence(
    party: Merchant,
    out: Annotated[Path, typer.Option("--out", help="Where to write it, as JSON.")],
    data_dir: DataDir = None,
) -> None:
    """Write the evidence for an assessor: inventory, authorisations, looks, changes, each with its log entry.

    Example: `sealane page evidence mer_01kan6... --out page.json`

    Raises:
        Misconfigured: when the file cannot be written.
    """
    body = msgspec.json.format(ask(data_dir, "GET", f"/v1/grades/{party}/evidence"), indent=1)
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_bytes(body + b"\n")
        part.replace(out)
    except OSError as error:
        raise Misconfigured(f"{out} cannot be written: {error.strerror}.", remedy="Choose another --out.") from None
    talk(f"Wrote {out}.")


def _print_watch(found: dict[str, Any]) -> None:
    looked = found["looked_at"] or "not yet"
    print_lines((f"Pages    {', '.join(found['urls'])}", f"Looked   {looked}", f"Next     {found['next_at']}"))
    if found["fault"]:
        print_lines((f"Failed   {found['fault']}",))


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    change = one["change"]
    return str(one["number"]), one["found_at"], change["kind"], change["subject"], change["page"]
