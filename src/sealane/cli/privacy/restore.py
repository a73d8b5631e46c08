"""`sealane restore`: put a backup back, and carry out every erasure made since, before anything is served."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.privacy.restoring import restore
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, talk
from sealane.model.clock import from_micros, system_clock

__all__ = ["command"]


def command(
    data: Annotated[Path, typer.Option("--data", help="Backup of the data.", exists=True, file_okay=False)],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", help="Backup of the keys (default: the keys in the folder).", exists=True, file_okay=False
        ),
    ] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Put a backup into a data folder that no server runs on; what lay there before is moved aside.

    Erasures are gathered from the folder and from all backups beside the named ones.
    Example: `sealane restore --data /backup/data-20261122T093000Z --keys /backup/keys-20261122T093000Z`
    """
    settings = settings_of(data_dir)
    restored = restore(settings, data, keys, from_micros(system_clock()))
    if as_json:
        print_json({"data_dir": settings.data_dir, "erasures": restored.erasures, "replaced": restored.replaced})
    talk(f"Restored. {restored.erasures} erasures hold; the log is the one that the backup's checkpoint signs.")
    if restored.replaced is not None:
        talk(f"What lay there before is in {restored.replaced}; delete it once you do not need it.")
