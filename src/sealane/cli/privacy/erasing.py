"""Verbs of `sealane subject` about erasure: erase, hold, lift, and check a receipt alone."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sealane.cli.privacy.keyholder import keyholder
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, talk
from sealane.model.errors import InvalidInput
from sealane.vault.erasure.receipt import Receipt, parse_receipt, verify_receipt

__all__ = ["erase", "hold", "lift", "register", "verify"]

SubjectId = Annotated[str, typer.Argument(metavar="SUBJECT", help="Id of the subject, `sub_...`.")]
_INDENT = "  "


def erase(
    subject_id: SubjectId,
    data_dir: DataDir = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write the receipt to this file.", dir_okay=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Erase a subject for good: its key is destroyed, so backups stay closed too. Prints the receipt."""
    with keyholder(settings_of(data_dir)) as holder:
        document = holder.erase(subject_id)
    receipt = parse_receipt(document)
    if out is not None:
        _write(out, document)
    if as_json:
        print_json(msgspec.Raw(document))
    else:
        _print(receipt)
    talk(f"No backup opens it after {receipt.unrecoverable_at:%Y-%m-%d %H:%M} UTC. Log entry: {receipt.log_entry}")


def hold(
    subject_id: SubjectId,
    law: Annotated[str, typer.Option("--law", help="The law, such as `HGB section 257`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it applies.")],
    data_dir: DataDir = None,
    *,
    until: Annotated[
        str | None, typer.Option("--until", help="RFC 3339 time when it ends; none: until lifted.")
    ] = None,
    record: Annotated[str | None, typer.Option("--record", help="The one record that it is about.")] = None,
) -> None:
    """Forbid to erase a subject; prints the id of the hold."""
    asked = {"law": law, "reason": reason, "until": until, "record_id": record}
    with keyholder(settings_of(data_dir)) as holder:
        typer.echo(holder.hold(subject_id, {name: value for name, value in asked.items() if value is not None}))


def lift(
    hold_id: Annotated[str, typer.Argument(metavar="HOLD", help="Id of the hold, `hld_...`.")],
    data_dir: DataDir = None,
) -> None:
    """Lift a hold."""
    with keyholder(settings_of(data_dir)) as holder:
        holder.lift(hold_id)
    talk(f"{hold_id} is lifted.")


def verify(
    receipt: Annotated[Path, typer.Argument(help="The receipt.", exists=True, dir_okay=False, metavar="RECEIPT")],
    key: Annotated[str, typer.Option("--key", help="Its key for receipts: `x` of GET /v1/receipts/key.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a receipt with no server and no configuration; ends with 1 when it does not hold."""
    found = parse_receipt(receipt.read_bytes())
    verify_receipt(found, key)
    if as_json:
        print_json({"verified": True, "subject_id": found.subject_id, "log_entry": found.log_entry})
    else:
        _print(found)
    talk("The signature holds.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the noun."""
    app.command(epilog="Example: sealane subject erase sub_01kan6k3zw8t5q1r9v0m2c4d7e --out receipt.json")(erase)
    app.command(epilog="Example: sealane subject hold sub_01kan6... --law 'HGB section 257' --reason audit")(hold)
    app.command(epilog="Example: sealane subject lift hld_01kan6k3zw8t5q1r9v0m2c4d7e")(lift)
    app.command("verify", epilog="Example: sealane subject verify receipt.json --key dBvbxF62...")(verify)


def _print(receipt: Receipt) -> None:
    typer.echo(f"{receipt.subject_id}  erased {receipt.erased_at:%Y-%m-%d %H:%M:%S} UTC")
    typer.echo("Gone:")
    for gone in receipt.gone:
        typer.echo(f"{_INDENT}{gone.what}. {gone.how}")
    typer.echo("Stays:")
    for stays in receipt.stays:
        until = "no end is set" if stays.until is None else f"until {stays.until:%Y-%m-%d}"
        typer.echo(f"{_INDENT}{stays.what} ({until}). {stays.why}")


def _write(path: Path, document: bytes) -> None:
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_bytes(document)
        beside.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.", remedy="Choose another --out.") from None
