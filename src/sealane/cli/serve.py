"""`sealane serve`: one server on one data folder, until it is told to end."""

from contextlib import nullcontext
from typing import Annotated

import typer

from sealane.app import Sealane
from sealane.cli.demonstration import BACKLOG, Demonstration
from sealane.cli.imports.channel import open_channel
from sealane.cli.terminal.folder import DataDir, settings_of
from sealane.cli.terminal.output import print_lines, talk
from sealane.cli.terminal.server import announce
from sealane.web.auth import OPERATOR_FILE, operator_key
from sealane.web.server import address_of, listen, run, tls_of
from sealane.web.sessions import issue_link

__all__ = ["Host", "Port", "command", "serve"]

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on (default: 127.0.0.1).")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port, 0 for a free one (default: 8787).")]

Database = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="PostgreSQL database in place of the embedded one.")
]
KeysDatabase = Annotated[
    str | None, typer.Option("--keys-database", metavar="URL", help="PostgreSQL database of the keys, for replicas.")
]
Features = Annotated[
    str | None, typer.Option("--features", metavar="URL", help="Valkey or Redis Cluster that holds the signals.")
]
Model = Annotated[
    str | None, typer.Option("--model", metavar="FILE", help="Model that judges, as `sealane risk train` wrote it.")
]


def command(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    database: Database = None,
    keys_database: KeysDatabase = None,
    features: Features = None,
    model: Model = None,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Tell it a made-up world; see `sealane demo`.")] = False,
) -> None:
    """Serve the API, the console and the public pages from a data folder, made on first use.

    Example: `sealane serve --data-dir /var/lib/sealane --port 8787`
    """
    places = {"database": database, "keys_database": keys_database, "features": features}
    with Sealane.open(settings_of(data_dir, host=host, port=port, model=model, **places)) as lane:
        serve(lane, Demonstration(lane, seed=1, backlog=BACKLOG) if demo else None)


def serve(lane: Sealane, demonstration: Demonstration | None = None) -> None:
    """Listen, say where, and answer until SIGTERM or SIGINT; what was accepted is finished first.

    Raises:
        Misconfigured: when the address or the TLS files cannot be used.
    """
    settings = lane.settings
    operator_key(lane.folder, settings.operator_key)  # Whoever finds the port open finds the key as well.
    tls = tls_of(settings)
    with listen(settings.host, settings.port) as listener, open_channel(lane) as commands:
        address = address_of(listener, tls)
        reached = settings.public_url.rstrip("/") or address
        link = lane.rooms.database.run(issue_link)
        print_lines(
            (
                f"Console      {reached}/console/signin?token={link}",
                f"Public page  {reached}/",
                f"API          {reached}/v1",
            )
        )
        talk(f"Orders are judged by {lane.rooms.risk.policy.model} (setting `model`).")
        talk(f"The console link works once, within 15 minutes. The operator's key is in {lane.folder / OPERATOR_FILE}.")
        with announce(lane.folder, address, commands), demonstration.running() if demonstration else nullcontext():
            run(lane, listener, tls)
    talk("Stopped; everything accepted is stored.")
