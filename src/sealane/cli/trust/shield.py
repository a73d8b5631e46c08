"""`sealane shield`: the registry of official domains, and keys and owners as domains show them."""

import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from sealane.cli.terminal.folder import DataDir, folder_of
from sealane.cli.terminal.output import AsJson, print_json, print_lines, talk
from sealane.model.clock import from_micros, system_clock
from sealane.model.errors import ProofInvalid
from sealane.shield import Edition, as_jwk, edition_in, read_page, read_records, update_registry, verify_owner
from sealane.supervision.verify import verify_bundle, verify_content

__all__ = ["app"]

app = typer.Typer(help="Registry of official domains, and whose keys sign notices.", no_args_is_help=True)

Domain = Annotated[str, typer.Option("--domain", help="The domain that showed it.", metavar="DOMAIN")]


@app.command(epilog="Example: sealane shield registry --json")
def registry(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Say which edition of the registry is in force, who signed it, and until when it counts."""
    edition = edition_in(folder_of(data_dir))
    if as_json:
        print_json(_told(edition))
    else:
        print_lines(f"{name}: {text}" for name, text in _told(edition).items())


@app.command(epilog="Example: sealane shield update registry.toml")
def update(
    file: Annotated[Path, typer.Argument(help="A signed edition.", exists=True, dir_okay=False, metavar="FILE")],
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Put a newer signed edition of the registry in force, also in a server that runs."""
    edition = update_registry(folder_of(data_dir), file.read_bytes(), system_clock())
    if as_json:
        print_json(_told(edition))
    talk(f"Edition {edition.version} is in force until {from_micros(edition.expires_us):%Y-%m-%d}.")


@app.command(epilog="Example: sealane shield keys sealane.json --domain lamps.example")
def keys(
    file: Annotated[
        Path,
        typer.Argument(help="The page of keys, or lines of TXT records.", exists=True, dir_okay=False, metavar="FILE"),
    ],
    domain: Domain,
    *,
    as_json: AsJson = False,
) -> None:
    """Check the keys that a domain shows, and that each stands on the log as the page says."""
    raw = file.read_bytes()
    is_page = raw.lstrip().startswith(b"{")
    found = read_page(raw, domain) if is_page else read_records(raw.decode("utf-8", "replace").splitlines())
    pinned = _pinned(raw, found) if is_page else set()
    rows = [{"kid": kid, "public_key": key.hex(), "on_log": kid in pinned} for kid, key in found.items()]
    if as_json:
        print_json({"domain": domain, "keys": rows})
    else:
        print_lines(f"{row['public_key']}  {'on the log' if row['on_log'] else 'not on a log'}" for row in rows)


@app.command(epilog="Example: sealane shield owner dhl.de --brand dhl --records txt.txt")
def owner(
    domain: Annotated[str, typer.Argument(help="The domain to be proved.", metavar="DOMAIN")],
    brand: Annotated[str, typer.Option("--brand", help="The brand's id in the registry.")],
    records: Annotated[
        Path | None, typer.Option("--records", help="TXT records, one a line.", exists=True, dir_okay=False)
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="The domain's sealane.json.", exists=True, dir_okay=False)
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check that who controls a domain says it belongs to a brand: evidence for a row of the registry."""
    lines = records.read_text(encoding="utf-8", errors="replace").splitlines() if records else []
    place = verify_owner(domain, brand, records=lines, document=page.read_bytes() if page else b"")
    if as_json:
        print_json({"domain": domain, "brand": brand, "evidence": place})
    else:
        print_lines([f"{domain} says that it belongs to {brand}: {place}"])


def _told(edition: Edition) -> dict[str, Any]:
    return {
        "version": edition.version,
        "issued_at": from_micros(edition.issued_us).isoformat(),
        "expires_at": from_micros(edition.expires_us).isoformat(),
        "key": edition.key_id,
        "source": edition.source,
        "brands": edition.brands,
        "domains": edition.domains,
    }


def _pinned(page: bytes, found: dict[str, bytes]) -> set[str]:
    """Return the keys that the page proves to stand on its log.

    Raises:
        ProofInvalid: when a proof does not hold, or is of another key.
    """
    log: dict[str, Any] = json.loads(page).get("log") or {"pins": []}
    pinned = set()
    for pin in log["pins"]:
        proven = verify_bundle(json.dumps(pin["bundle"]).encode(), log["key"])
        content = msgspec.json.encode(as_jwk(found[pin["kid"]]), order="deterministic") if pin["kid"] in found else b""
        verify_content(proven.entry, bytes.fromhex(pin["salt"]), content)
        if proven.entry.kind != "notice_key.published":
            raise ProofInvalid("The log entry is about something else than a key.")
        pinned.add(pin["kid"])
    return pinned
