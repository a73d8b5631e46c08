"""`sealane migrate`: take an installation from its embedded database to a PostgreSQL server, or back."""

import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Self

import typer

from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import AsJson, print_json, print_table, progress, talk
from sealane.model.clock import from_micros, system_clock
from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, Misconfigured
from sealane.storage.connection import disk_fault

__all__ = ["command"]

EMBEDDED = "sqlite"


def command(
    to: Annotated[str, typer.Option("--to", help="postgresql://user@host:5432/name, or sqlite.", show_default=False)],
    origin: Annotated[str, typer.Option("--from", help="sqlite, or the address of a PostgreSQL database.")] = EMBEDDED,
    data_dir: DataDir = None,
    *,
    schema_only: Annotated[
        bool, typer.Option("--schema-only", help="Only make or update the tables, as the role that owns them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy every table to another kind of database, prove the copy, and put the source aside; no server may run.

    Killed in the middle, the same command goes on where it was. Keys and published log stay in the folder. A password
    is best left out of the address: PGPASSWORD or ~/.pgpass give it as well.

    Example: `sealane migrate --from sqlite --to postgresql://sealane@db/sealane --data-dir /var/lib/sealane`
    """
    if (origin == EMBEDDED) == (to == EMBEDDED):
        detail = f"One side is `{EMBEDDED}`, the other the address of a PostgreSQL database."
        raise InvalidInput(detail, errors=(FieldError("/to", "choice", detail),))
    if find_spec("psycopg") is None:
        raise Misconfigured(
            "PostgreSQL needs the extra `postgres`.",
            remedy="Install it: make extra-postgres or pip install 'sealane[postgres]'",
        )
    folder = Path(settings_of(data_dir).data_dir)
    try:
        if schema_only:
            _make_tables(to)
        elif to == EMBEDDED:
            _return(folder, origin, as_json=as_json)
        else:
            _move(folder, to, as_json=as_json)
    except sqlite3.Error as error:
        fault = disk_fault(error)
        if fault is None:
            raise DependencyUnavailable(
                f"The database refused: {error}.", remedy="Correct that, then run the same command again."
            ) from error
        raise DependencyUnavailable(fault.detail, remedy="Run the same command again; it goes on.") from error


def _make_tables(url: str) -> None:
    from sealane.storage.postgres import connect_writer  # noqa: PLC0415 - an extra, needed here alone

    connect_writer(url, system_clock()).close()
    talk("The tables are those of this release.")


def _move(folder: Path, url: str, *, as_json: bool) -> None:
    from sealane.cli.growing.moving import move_to_server  # noqa: PLC0415 - an extra, needed here alone

    with _Bar() as bar:
        moved = move_to_server(folder, url, from_micros(system_clock()), bar.tick)
    _report(moved.tallies, moved.entries, as_json=as_json)
    if moved.has_resumed:
        talk("It went on from an earlier attempt.")
    talk(f"The source is now {moved.source}; delete it once you do not need it.")
    talk(f"Next: sealane serve --data-dir {folder} --database with the same address.")


def _return(folder: Path, url: str, *, as_json: bool) -> None:
    from sealane.cli.growing.returning import return_to_folder  # noqa: PLC0415 - an extra, needed here alone

    with _Bar() as bar:
        tallies, entries = return_to_folder(folder, url, from_micros(system_clock()), bar.tick)
    _report(tallies, entries, as_json=as_json)
    talk(f"Next: sealane serve --data-dir {folder} without --database, and drop the database on the server.")


def _report(tallies: dict[str, Any], entries: int, *, as_json: bool) -> None:
    rows = [(name, tally.rows, tally.hexadecimal) for name, tally in tallies.items()]
    if as_json:
        tables = [{"table": name, "rows": count, "digest": digest} for name, count, digest in rows]
        print_json({"tables": tables, "log_entries_proven": entries})
    else:
        filled = [(name, str(count), digest[:16]) for name, count, digest in rows if count]
        print_table(("table", "rows", "digest"), filled)
    talk(f"Every row was read back and is the same; {entries} log entries give the root that the checkpoint signs.")


class _Bar:
    """One bar a phase, shown for the length of a `with` block."""

    def __init__(self) -> None:
        self._bar = progress()
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tick(self, name: str, done: int, total: int) -> None:
        """Show how far a phase is."""
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=total)
        self._bar.update(self._tasks[name], completed=done, total=total)
