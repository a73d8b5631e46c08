"""A receiver of webhooks for tests: answers as it is told, remembers what came, verifies with the official packages."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

__all__ = ["Letter", "Receiver"]


class Letter(NamedTuple):
    """One webhook as it came in."""

    headers: dict[str, str]
    body: bytes
    at: float
    status: int

    @property
    def name(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Listens on loopback; `answer` chooses the status of each call by its letter so far and how often it came."""

    def __init__(
        self, answer: Callable[[dict[str, str], int], int] = lambda _headers, _times: 200, pause: float = 0.0
    ) -> None:
        self.letters: list[Letter] = []
        self.reply = b""
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()
        outer = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender was killed in the middle
                headers = {name.lower(): value for name, value in self.headers.items()}
                if pause:
                    time.sleep(pause)
                with outer._lock:
                    name = headers.get("webhook-id", "")
                    outer._times[name] += 1
                    status = answer(headers, outer._times[name])
                    outer.letters.append(Letter(headers, body, time.monotonic(), status))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:1/inside")
                self.send_header("Content-Length", str(len(outer.reply)))
                self.end_headers()
                self.wfile.write(outer.reply)

            do_GET = do_POST  # noqa: N815 - the name is http.server's

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def taken(self) -> list[Letter]:
        with self._lock:
            return [each for each in self.letters if each.status < 300]

    def wait(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"only {len(self.letters)} letters came"
            time.sleep(0.02)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
