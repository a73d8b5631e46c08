"""`sealane log open`: show one field of an entry to somebody, and nothing else of it."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.logbook.files import write_out
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, talk

__all__ = ["open_field"]


def open_field(
    entry: Annotated[str, typer.Argument(help="Id of the log entry.", metavar="ENTRY")],
    field: Annotated[str, typer.Option("--field", help="Name of the field, such as outcome; `content` is the whole.")],
    data_dir: DataDir = None,
    content: Annotated[
        Path | None, typer.Option("--content", help="File with the content, which the log does not keep.", exists=True)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the opening to this file.", dir_okay=False)] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the document that proves one field of an entry to anybody; it tells nothing of the other fields."""
    from sealane.app import open_ring  # noqa: PLC0415 - checking a proof need not load what opens one
    from sealane.supervision.commitment.safe import Safe  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.reading import open_from_folder  # noqa: PLC0415 - loaded when it is needed

    settings = settings_of(data_dir)
    folder = Path(settings.data_dir)
    safe = Safe(open_ring(settings))
    opening = open_from_folder(folder, safe, entry, field, content.read_bytes() if content else None)
    if out is None:
        typer.echo(opening)
        return
    write_out(out, opening)
    if as_json:
        print_json({"out": str(out), "bytes": len(opening)})
    talk(f"Anybody can check it: sealane log verify {out} --key log.vkey")
