"""`sealane simulate`: write a seeded world of orders, later events and the truth about them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sealane.model.clock import to_micros
from sealane.simulator import World, write_world
from sealane.simulator.world import START_US

__all__ = ["simulate"]


def simulate(
    orders: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many orders the world has.")],
    seed: Annotated[int, typer.Option(help="The same seed always gives the same bytes.")],
    out: Annotated[Path, typer.Option(help="The folder for orders.ndjson, events.ndjson and truth.csv.")],
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day (UTC); 2025-03-03 unless told.")
    ] = None,
) -> None:
    """Write a seeded world: orders, later events, and the truth about each order.

    Raises:
        Misconfigured: when the folder cannot be written to.
    """
    world = World(seed, orders, start_us=START_US if start is None else to_micros(start.replace(tzinfo=UTC)))
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("Orders", total=orders)
        written = write_world(world, out, on_order=lambda: progress.advance(task))
    typer.echo(f"Wrote {written.orders:,} orders and {written.events:,} events to {out}.", err=True)
