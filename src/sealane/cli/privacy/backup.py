"""`sealane backup`: the data and the keys, each into a folder of its own, beside a running server."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from sealane.cli.privacy.archive import expire, write_backup
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, print_lines, progress, talk
from sealane.model.clock import from_micros, system_clock

__all__ = ["command"]


def command(
    out: Annotated[Path, typer.Option("--out", help="Folder for the backups.", file_okay=False)],
    keys_out: Annotated[
        Path | None, typer.Option("--keys-out", help="Another folder for the backups of the keys.", file_okay=False)
    ] = None,
    data_dir: DataDir = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Back up the data, to be kept as long as you like, and the keys, to be kept for days only.

    Backups of the keys whose time is over are deleted: so an erasure reaches every backup. The root key is in none
    of them. Example: `sealane backup --out /backup/data --keys-out /backup/keys`
    """
    settings = settings_of(data_dir)
    now = from_micros(system_clock())
    life = timedelta(days=settings.erasure_horizon_days - 1)
    place = keys_out or out
    with progress() as bar:
        tasks: dict[str, Any] = {}

        def tick(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        data, keys = write_backup(settings, (out, place), now, life, tick)
    expired = expire(place, now)
    if as_json:
        print_json({"data": str(data), "keys": str(keys), "expired": [str(each) for each in expired]})
    else:
        print_lines((str(data), str(keys)))
    talk(f"The backup of the keys has to be gone by {now + life:%Y-%m-%d %H:%M} UTC; the next backup deletes it.")
    if expired:
        talk(f"Deleted {len(expired)} backups of keys whose time was over.")
