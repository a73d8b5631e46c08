"""`sealane log verify`: check a bundle or an opened field with no server and no configuration."""

from pathlib import Path
from typing import Annotated, Any

import typer

from sealane.cli.logbook.keys import Key, NeededWitnesses, Witnesses, key_line, quorum_of
from sealane.cli.terminal.output import AsJson, print_json, talk
from sealane.model.errors import ProofInvalid
from sealane.supervision.commitment.opening import is_opening
from sealane.supervision.verify import ProvenEntry, ProvenField, verify_bundle, verify_opening

__all__ = ["entry_document", "shown_value", "verify"]


def verify(
    bundle: Annotated[
        Path, typer.Argument(help="Bundle or opened field.", exists=True, dir_okay=False, metavar="BUNDLE")
    ],
    key: Key,
    witness: Witnesses = None,
    quorum: NeededWitnesses = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check a proof with no server and no configuration: signatures, each hash up to the root, the entry, the field."""
    line, trusted = key_line(key), quorum_of(witness, quorum)
    data = bundle.read_bytes()
    try:
        field = verify_opening(data, line, trusted) if is_opening(data) else None
        proven = field.proven if field else verify_bundle(data, line, trusted)
    except ProofInvalid as refusal:
        if as_json:
            print_json({"verified": False, "detail": refusal.detail})
        raise
    if as_json:
        opened = {"field": field.name, "value": shown_value(field)} if field else {}
        print_json({"verified": True, **entry_document(proven), **opened})
        return
    found, head = proven.entry, proven.checkpoint
    typer.echo(f"{found.entry_id}\t{found.kind}\t{found.time}\t{found.order_id or ''}")
    if field:
        typer.echo(f"{field.name}\t{shown_value(field)}")
    talk(f"The proof holds: entry {proven.index} of {head.size} in the log {head.origin}.")
    for one in proven.cosignatures:
        talk(f"Cosigned by the witness {one.key.name}.")


def entry_document(proven: ProvenEntry) -> dict[str, Any]:
    """Return what a proof proves, as JSON shows it."""
    entry, head = proven.entry, proven.checkpoint
    return {
        "entry_id": entry.entry_id,
        "kind": entry.kind,
        "order_id": entry.order_id,
        "time": entry.time,
        "content": entry.content,
        "index": proven.index,
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "witnesses": [{"name": one.key.name, "time": one.time_seconds} for one in proven.cosignatures],
    }


def shown_value(field: ProvenField) -> str:
    """Return a field's value as text, or in hexadecimal where it is none."""
    try:
        text = field.value.decode()
    except UnicodeDecodeError:
        return field.value.hex()
    return text if text.isprintable() else field.value.hex()
