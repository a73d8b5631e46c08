"""The server: uvicorn with uvloop and httptools, told to trust nothing that a caller says about its address.

    with sealane.open("lane-data") as lane, listen("127.0.0.1", 8787) as listener:
        print(address_of(listener))
        run(lane, listener)

The socket is made first, so that its address can be told before the first call.
"""

import gc
import socket
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

import uvicorn

from sealane.app import Sealane
from sealane.model.errors import Misconfigured
from sealane.settings import Settings
from sealane.shield import prepare
from sealane.web.app import build
from sealane.web.protocol import GuardedProtocol
from sealane.web.tracing.setup import tracing

__all__ = ["address_of", "answer", "calm_collector", "listen", "run", "tls_of"]

Application = Callable[[Any, Any, Any], Awaitable[None]]

WAITING_CALLS = 2048
KEEP_ALIVE_SECONDS = 75
SHUTDOWN_SECONDS = 10
SWITCH_SECONDS = 0.001
"""How long a thread may hold the interpreter while others wait.

A call goes from the event loop to the writer and back, and waited Python's usual 5 ms at each turn when a thread in
the background was busy; that is most of what the slowest calls took.
"""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address; port 0 takes a free one.

    Raises:
        Misconfigured: when the address is not one of this machine, or is in use.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=WAITING_CALLS)
    except OSError as error:
        raise Misconfigured(
            f"Cannot listen on {host}, port {port}: {error.strerror}.",
            remedy="Stop the program that uses this port, or choose another --port or --host.",
        ) from None


def address_of(listener: socket.socket, tls: ssl.SSLContext | None = None) -> str:
    """Return the address that the socket answers on: `http://127.0.0.1:8787`."""
    host, port = listener.getsockname()[:2]
    scheme = "http" if tls is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """Return how TLS is spoken, 1.2 or newer, or None when a proxy does that.

    Raises:
        Misconfigured: when a file cannot be read, or is not what its setting says.
    """
    if not settings.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key or None)
        if settings.tls_client_ca:
            # Asked for and not required: most callers have a key or a signature and no certificate.
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(settings.tls_client_ca)
    except OSError as refusal:
        raise Misconfigured(
            f"TLS cannot be set up: {refusal.strerror or refusal}.",
            remedy="Look at the files of tls_certificate, tls_key and tls_client_ca: each is PEM.",
        ) from None
    return context


def run(lane: Sealane, listener: socket.socket, tls: ssl.SSLContext | None = None) -> None:
    """Answer calls until the process is told to end; those that are running get 10 seconds to finish.

    Raises:
        Misconfigured: when traces are wanted and their extra is not installed.
    """
    with tracing(lane.settings.traces) as tracer:
        application = build(lane, tracer)
        calm_collector()
        sys.setswitchinterval(SWITCH_SECONDS)
        # The shield's lists take a tenth of a second to load; the first shopper who asks should not wait for them.
        threading.Thread(target=prepare, name="shield-lists", daemon=True).start()
        answer(application, listener, tls)


def answer(application: Application, listener: socket.socket, tls: ssl.SSLContext | None = None) -> None:
    """Let an ASGI application answer calls until the process is told to end."""
    config = uvicorn.Config(
        application,
        http=GuardedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_context_factory=None if tls is None else lambda *_: tls,
    )
    Server(config).run([listener])


class Server(uvicorn.Server):
    """uvicorn, ending on a signal as on any other wish: with the data folder closed in order and exit code 0."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note that the process is to end; uvicorn would raise the signal once more when it is done."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()


def calm_collector() -> None:
    """Let the cyclic collector look seldom, and never at what lives for ever.

    An order makes hundreds of short-lived records and no cycles; looking for cycles after every 700 of them took about
    a sixth of the time of a decision.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
