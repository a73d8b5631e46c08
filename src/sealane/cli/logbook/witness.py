"""`sealane log witness`: cosign other people's checkpoints, one server on a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.cli.logbook.keys import key_line
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import print_lines, talk
from sealane.model.errors import InvalidInput

__all__ = ["witness"]


def witness(
    log: Annotated[
        list[str],
        typer.Option("--log", help="A log to watch: its key line, or a file log.vkey; repeat for more."),
    ],
    data_dir: DataDir = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the witness, needed once: witness.example.com/w1.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port, 0 for a free one.")] = 8788,
) -> None:
    """Serve a witness (C2SP tlog-witness): cosign a checkpoint only when it extends the one cosigned before.

    It needs a folder of its own, best on a machine that those who run the log do not control.
    """
    from sealane.model.clock import system_clock  # noqa: PLC0415 - checking a proof need not load a web server
    from sealane.supervision.note import parse_vkey  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.witness.state import WitnessFolder  # noqa: PLC0415 - loaded when it is needed
    from sealane.supervision.witness.witness import Witness  # noqa: PLC0415 - loaded when it is needed
    from sealane.web.server import address_of, answer, listen  # noqa: PLC0415 - loaded when it is needed
    from sealane.web.witness.door import WitnessDoor  # noqa: PLC0415 - loaded when it is needed

    logs = [parse_vkey(key_line(given)) for given in log]
    folder = Path(data_dir or "sealane-witness")
    if (folder / "sealane.db").exists():
        raise InvalidInput(
            f"{folder} is the folder of an installation, not of a witness.",
            remedy="Give a folder of its own: --data-dir DIR.",
        )
    running = Witness(WitnessFolder(folder), name=name, logs=logs, clock=system_clock)
    with listen(host, port) as listener:
        address = address_of(listener)
        print_lines((f"Witness      {address}", f"Key          {running.key}"))
        talk(f'A log names it so: log_witnesses = "{address} {running.key}"')
        answer(WitnessDoor(running), listener)
