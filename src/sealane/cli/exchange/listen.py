"""`sealane listen`: a receiver of webhooks on this machine, which verifies what comes and prints it."""

import contextlib
import signal
from collections.abc import Iterator
from threading import Event
from typing import Annotated, Any

import typer

from sealane.cli.exchange.receiving import Received, receiver
from sealane.cli.oversight.reach import ask_json
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_lines, talk

__all__ = ["command"]


def command(
    data_dir: DataDir = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port, 0 for a free one.")] = 0,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="What to hear; can be repeated (default: all).")
    ] = None,
    secret: Annotated[
        str, typer.Option("--secret", help="`whpk_...` or `whsec_...` of an endpoint that leads here already.")
    ] = "",
    count: Annotated[int, typer.Option("--count", min=0, help="End after so many webhooks; 0 never ends.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Listen on loopback, register there with the folder's server, verify each webhook and print it.

    With --secret nothing is registered. The server has to allow it: `outbound_loopback = true`.

    Example: `sealane listen --kind order.decided`
    """
    over, seen = Event(), 0

    def show(received: Received) -> None:
        nonlocal seen
        seen += 1
        print_lines((received.as_json() if as_json else received.as_text(),))
        if seen == count:
            over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with receiver(port, show) as door, contextlib.ExitStack() as stack:
        door.secret = secret or stack.enter_context(_registered(data_dir, door.url, kind or []))["verify_with"]
        talk(f"Listening on {door.url}; end with Ctrl-C.")
        over.wait()


@contextlib.contextmanager
def _registered(data_dir: str | None, url: str, kinds: list[str]) -> Iterator[dict[str, Any]]:
    """Keep an endpoint that leads here for the length of a `with` block."""
    added = ask_json(data_dir, "POST", "/v1/endpoints", {"url": url, "kinds": kinds})
    try:
        yield added
    finally:
        ask_json(data_dir, "DELETE", f"/v1/endpoints/{added['endpoint_id']}")
