"""`sealane log`: read the transparency log and check its proofs, without a server or beside one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from sealane.cli.terminal.folder import DataDir, folder_of
from sealane.cli.terminal.output import AsJson, print_json, talk
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import open_published, prove_from_folder
from sealane.supervision.verify import ProvenEntry, verify_bundle

__all__ = ["app"]

app = typer.Typer(help="Transparency log: checkpoint, prove, verify.", no_args_is_help=True)


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
    _write(out, bundle)
    if as_json:
        print_json({"out": str(out), "bytes": len(bundle)})
    talk(f"Anybody can check it: sealane log verify {out} --key log.vkey")


@app.command(epilog="Example: sealane log verify entry.json --key DIR/log/log.vkey")
def verify(
    bundle: Annotated[Path, typer.Argument(help="Bundle from the log.", exists=True, dir_okay=False, metavar="BUNDLE")],
    key: Annotated[Path, typer.Option("--key", help="The log's key line, log.vkey.", exists=True, dir_okay=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a bundle with no server and no configuration: the signature, every hash up to the root, the entry."""
    line = key.read_bytes().decode("utf-8", "replace").strip()
    try:
        proven = verify_bundle(bundle.read_bytes(), line)
    except ProofInvalid as refusal:
        if as_json:
            print_json({"verified": False, "detail": refusal.detail})
        raise
    if as_json:
        print_json(_document(proven))
        return
    found, head = proven.entry, proven.checkpoint
    typer.echo(f"{found.entry_id}\t{found.kind}\t{found.time}\t{found.order_id or ''}")
    talk(f"The proof holds: entry {proven.index} of {head.size} in the log {head.origin}.")


def _document(proven: ProvenEntry) -> dict[str, Any]:
    entry, head = proven.entry, proven.checkpoint
    return {
        "verified": True,
        "entry_id": entry.entry_id,
        "kind": entry.kind,
        "order_id": entry.order_id,
        "time": entry.time,
        "content": entry.content,
        "index": proven.index,
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
    }


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}", remedy="Choose another --out.") from error
