"""`sealane demo`: a server with a made-up world in it, for looking around."""

from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from msgspec.structs import replace

from sealane.app import Sealane
from sealane.cli.demonstration import BACKLOG, PER_MINUTE, Demonstration
from sealane.cli.serve import Host, Port, serve
from sealane.cli.terminal.folder import DataDir, settings_of

__all__ = ["command"]


def command(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    orders: Annotated[int, typer.Option("--orders", min=0, help="Orders of the past to begin with.")] = BACKLOG,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same world.")] = 1,
    per_minute: Annotated[float, typer.Option("--per-minute", min=0.1, help="New orders a minute.")] = PER_MINUTE,
) -> None:
    """Serve a made-up world of shoppers, shops, carriers and fraudsters, from a folder that is deleted at the end.

    With --data-dir the world stays in that folder and goes on there next time.

    Example: `sealane demo --port 8787`
    """
    settings = settings_of(data_dir, host=host, port=port)
    with TemporaryDirectory(prefix="sealane-demo-") as folder:
        if data_dir is None:
            settings = replace(settings, data_dir=folder)
        with Sealane.open(settings) as lane:
            serve(lane, Demonstration(lane, seed=seed, backlog=orders, per_minute=per_minute))
