"""`sealane evidence`: build the evidence pack of a party and period; verify one with no server and no configuration."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.oversight.control import moment
from sealane.cli.oversight.files import writing
from sealane.cli.oversight.reach import ask_into
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_lines, talk
from sealane.model.errors import ProofInvalid
from sealane.supervision.evidence.verification import verify_pack

__all__ = ["app"]

app = typer.Typer(help="Evidence packs: build, verify.", no_args_is_help=True)


@app.command(
    epilog="Example: sealane evidence build --party mer_... --from 2026-07-01 --to 2026-10-01 --out q3.evidence"
)
def build(
    since: Annotated[str, typer.Option("--from", help="First day or moment.")],
    until: Annotated[str, typer.Option("--to", help="First day or moment after.")],
    out: Annotated[Path, typer.Option("--out", help="Write the pack to this file.", dir_okay=False)],
    party: Annotated[str, typer.Option("--party", help="About whom (default: everybody).")] = "",
    data_dir: DataDir = None,
) -> None:
    """Build the pack: log entries with proofs, incidents, rates and controls, sealed by the log."""
    body = {"since": moment(since), "until": moment(until), "party_id": party}
    with writing(out) as file:
        ask_into(file, data_dir, "POST", "/v1/evidence", body)
    talk(f"Wrote {out}, {out.stat().st_size} bytes. Anybody can check it: sealane evidence verify {out} --key log.vkey")


@app.command(epilog="Example: sealane evidence verify q3.evidence --key log.vkey")
def verify(
    pack: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="PACK")],
    key: Annotated[Path, typer.Option("--key", help="The log's key line, log.vkey.", exists=True, dir_okay=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Check every claim, proof and byte of a pack; ends with 1 when something does not hold."""
    line = key.read_bytes().decode("utf-8", "replace").strip()
    try:
        with pack.open("rb") as file:
            checked = verify_pack(file, line)
    except ProofInvalid as refusal:
        if as_json:
            print_json({"verified": False, "detail": refusal.detail})
        raise
    if as_json:
        print_json({"verified": True, "pack": checked})
        return
    print_lines(f"{kind}\t{count}" for kind, count in checked.claims.items())
    talk(f"The pack holds: about {checked.about['party']}, sealed by log entry {checked.entry_id}.")
