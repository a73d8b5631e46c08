"""The receiver behind `sealane listen`: takes webhooks as they come and says whether each verifies.

It verifies by the same table-driven verifier that takes webhooks from others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import msgspec

from sealane.interchange import SOURCES, Letter, verify_source
from sealane.model.clock import system_clock
from sealane.model.decoding import read_json
from sealane.model.errors import SealaneError

__all__ = ["Door", "Received", "receiver"]

MOST_BYTES = 1 << 20
_SOURCE = SOURCES["standard-webhooks"]


class Received(msgspec.Struct, frozen=True):
    """A webhook that came: whether it verifies, and what it says."""

    webhook_id: str
    is_verified: bool
    problem: str | None
    document: msgspec.Raw

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        return msgspec.json.encode(self).decode()

    def as_text(self) -> str:
        """Return it as people read it."""
        verdict = "verified" if self.is_verified else f"NOT VERIFIED: {self.problem}"
        return f"{self.webhook_id}  {verdict}\n{msgspec.json.format(bytes(self.document), indent=2).decode()}"


class Door:
    """Where the receiver listens; `secret` is what it verifies by."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.secret = ""

    def take(self, fields: dict[str, str], body: bytes) -> Received:
        """Verify a webhook."""
        name, problem, document = fields.get("webhook-id", ""), None, None
        try:
            document = read_json(body)
            letter = Letter(body, document, fields, {})
            verify_source(_SOURCE, (self.secret,), letter, now_us=system_clock())
        except SealaneError as refusal:
            problem = refusal.detail
        return Received(name, problem is None, problem, msgspec.Raw(msgspec.json.encode(document)))


@contextmanager
def receiver(port: int, show: Callable[[Received], None]) -> Iterator[Door]:
    """Listen on loopback for the length of a `with` block; every webhook that came is shown."""

    class Window(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = self.headers.get("Content-Length", "")
            if not size.isdigit() or int(size) > MOST_BYTES:
                self.send_error(413)
                return
            fields = {name.lower(): value for name, value in self.headers.items()}
            received = door.take(fields, self.rfile.read(int(size)))
            self.send_response(204 if received.is_verified else 401)
            self.end_headers()
            show(received)

        def log_message(self, *_: object) -> None:
            """Print nothing of its own."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Window)
    door = Door(f"http://127.0.0.1:{server.server_port}/")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
