"""`sealane log`: read the transparency log, check its proofs, witness and watch others, seal what is confidential."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.logbook import checking, opening, sealed, watching, witness
from sealane.cli.logbook.files import write_out
from sealane.cli.terminal.folder import DataDir, folder_of
from sealane.cli.terminal.output import AsJson, print_json, talk
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import open_published, prove_from_folder

__all__ = ["app"]

app = typer.Typer(help="Transparency log: proofs, witnesses, sealed entries.", no_args_is_help=True)


@app.command(epilog="Example: sealane log checkpoint --data-dir DIR")
def checkpoint(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """Print the signed checkpoint, once its signature was checked with the key in the folder."""
    folder = LogFolder(folder_of(data_dir) / "log")
    note, head = open_published(folder)
    if as_json:
        print_json({"origin": head.origin, "size": head.size, "root": head.root.hex(), "key": str(folder.key())})
    else:
        typer.echo(note, nl=False)


@app.command(epilog="Example: sealane log prove ent_01kan6k3zw8t5q1r9v0m2c4d7e --out entry.json")
def prove(
    entry: Annotated[str, typer.Argument(help="Id of the log entry.", metavar="ENTRY")],
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the bundle to this file.", dir_okay=False)] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the bundle that proves an entry to anybody offline; it is JSON with and without --json."""
    bundle = prove_from_folder(folder_of(data_dir), entry)
    if out is None:
        typer.echo(bundle)
        return
    write_out(out, bundle)
    if as_json:
        print_json({"out": str(out), "bytes": len(bundle)})
    talk(f"Anybody can check it: sealane log verify {out} --key log.vkey")


for verb, command, example in (
    ("verify", checking.verify, "sealane log verify entry.json --key DIR/log/log.vkey"),
    ("open", opening.open_field, "sealane log open ent_01kan6k3zw8t5q1r9v0m2c4d7e --field outcome --out outcome.json"),
    ("witness", witness.witness, "sealane log witness --name w1.example.com --log log.vkey --data-dir W"),
    ("watch", watching.command, "sealane log watch https://lane.example --key log.vkey"),
    ("report-suspicion", sealed.report_suspicion, "sealane log report-suspicion FILE --order ORD --authority PTY"),
    ("unseal", sealed.unseal_entry, "sealane log unseal sealed.json --key log.vkey --secret authority.key"),
    ("authority-key", sealed.authority_key, "sealane log authority-key --out authority.key"),
):
    app.command(verb, epilog=f"Example: {example}")(command)
