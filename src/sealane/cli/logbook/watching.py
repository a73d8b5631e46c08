"""`sealane log watch`: follow a log that somebody else runs, and keep the evidence when it does not only grow."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sealane.cli.logbook.keys import NeededWitnesses, Witnesses, key_line, quorum_of
from sealane.cli.terminal.output import AsJson, print_json, progress, talk
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotFound
from sealane.supervision.note import NoteKey, parse_vkey

if TYPE_CHECKING:
    from sealane.supervision.monitor.watching import Monitor

__all__ = ["command"]


def command(  # noqa: PLR0913 - each is an option of the command line
    log: Annotated[str, typer.Argument(help="Address or folder of the log.", metavar="URL|DIR")],
    key: Annotated[
        str | None, typer.Option("--key", help="The log's key line or log.vkey; of a folder, its own by default.")
    ] = None,
    view: Annotated[Path, typer.Option("--view", help="Folder of what was seen.", file_okay=False)] = Path("log-view"),
    witness: Witnesses = None,
    quorum: NeededWitnesses = None,
    every: Annotated[float | None, typer.Option("--every", min=0.1, help="Go on, looking every N seconds.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check everything a log published, and that it only grew since the last look; exit code 1 when it did not."""
    from sealane.model.clock import system_clock  # noqa: PLC0415 - checking a proof need not load a web client
    from sealane.supervision.monitor.source import open_source  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.monitor.view import View  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.monitor.watching import Monitor  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.witness.cosignature import parse_cosigner  # noqa: PLC0415 - loaded when it is needed

    trusted = quorum_of(witness, quorum)
    witnesses = ([parse_cosigner(line) for line in trusted.vkeys], trusted.needed)
    source = open_source(log)
    log_key = parse_vkey(key_line(key)) if key else _own_key(source)
    monitor = Monitor(source, View(view), log_key, clock=system_clock, witnesses=witnesses)
    while True:
        try:
            _look(monitor, as_json=as_json)
        except (DependencyUnavailable, NotFound) as error:
            if every is None:
                raise
            talk(f"{error.detail}; looking again.")
        if every is None:
            return
        time.sleep(every)


def _look(monitor: "Monitor", *, as_json: bool) -> None:
    with progress() as bar:
        task = bar.add_task("Checking entries", total=None)
        head = monitor.look(lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        print_json({"origin": head.origin, "size": head.size, "root": head.root.hex()})
    else:
        typer.echo(f"{head.origin}\t{head.size}\t{head.root.hex()}")


def _own_key(source: object) -> NoteKey:
    from sealane.supervision.folder import LogFolder  # noqa: PLC0415 - as above

    key = source.key() if isinstance(source, LogFolder) else None
    if key is None:
        raise InvalidInput("the key of this log is not known", remedy="Give --key: a key line or a file log.vkey.")
    return key
