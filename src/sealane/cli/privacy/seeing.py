"""Verbs of `sealane subject` about what was seen: seen, export."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from sealane.cli.review.reaching import reach
from sealane.cli.terminal.folder import DataDir, reading
from sealane.cli.terminal.output import AsJson, print_json, print_table, talk
from sealane.disclosure import disclosures_of
from sealane.model.errors import InvalidInput

__all__ = ["export", "register", "seen"]

SubjectId = Annotated[str, typer.Argument(metavar="SUBJECT", help="Id of the subject, `sub_...`.")]
_MOST = 10_000


def seen(subject_id: SubjectId, data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print who saw which field of a shopper's data, when and why; the latest first."""
    with reading(data_dir) as connection:
        found = disclosures_of(connection, subject_id, limit=_MOST)
    if as_json:
        print_json({"subject_id": subject_id, "disclosures": found})
        return
    rows = [
        (
            each.statement.released_at,
            each.statement.party_name,
            each.statement.purpose,
            each.statement.leg or "",
            ", ".join(f"{given.field} ({given.form})" for given in each.statement.fields),
            each.log_entry,
        )
        for each in found
    ]
    print_table(("when", "who", "why", "leg", "fields", "log entry"), rows)
    if not rows:
        talk("Nobody has seen anything of this subject, or there is no such subject.")


def export(
    subject_id: SubjectId,
    data_dir: DataDir = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Write the package to this file.", dir_okay=False)] = None,
) -> None:
    """Print everything held about a shopper and everyone who saw it, signed; JSON with and without --json."""
    with reach(data_dir) as api:
        package = api.download(f"/v1/subjects/{quote(subject_id, safe='')}/export")
    if out is None:
        typer.echo(package)
        return
    beside = out.with_name(f"{out.name}.new")
    try:
        beside.write_bytes(package)
        beside.replace(out)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror}.", remedy="Choose another --out.") from None
    talk(f"{out} holds personal data in the clear. Hand it to the shopper and delete it here.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the noun."""
    app.command(epilog="Example: sealane subject seen sub_01kan6k3zw8t5q1r9v0m2c4d7e")(seen)
    app.command(epilog="Example: sealane subject export sub_01kan6k3zw8t5q1r9v0m2c4d7e --out ana.json")(export)
