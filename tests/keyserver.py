"""A stand-in for OpenBao's transit engine: the same two calls over real HTTP, with a real AES-GCM key behind them."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from sealane.keys.sealing import DataKey
from sealane.model.errors import EnvelopeInvalid

__all__ = ["KeyServerStandIn"]


class KeyServerStandIn:
    """Answers `POST /v1/transit/{encrypt,decrypt}/sealane-root` to whoever has the token."""

    def __init__(self) -> None:
        self.token = "hvs.of-these-tests"
        self.key = DataKey.generate()
        self.status = 0
        self.garbled = b""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, token: str | None, body: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if token != self.token:
            return 403, {"errors": ["permission denied"]}
        verb, _, name = path.removeprefix("/v1/transit/").partition("/")
        if name != "sealane-root":
            return 400, {"errors": ["encryption key not found"]}
        if verb == "encrypt":
            sealed = self.key.seal(base64.b64decode(body["plaintext"]), name.encode())
            return 200, {"data": {"ciphertext": f"vault:v1:{base64.b64encode(sealed).decode()}", "key_version": 1}}
        try:
            head, version, text = body["ciphertext"].split(":")
            assert (head, version) == ("vault", "v1")
            opened = self.key.open(base64.b64decode(text, validate=True), name.encode())
        except (ValueError, AssertionError, EnvelopeInvalid):
            return 400, {"errors": ["cipher: message authentication failed"]}
        return 200, {"data": {"plaintext": base64.b64encode(opened).decode()}}

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, document = stand_in.answer(self.path, self.headers.get("X-Vault-Token"), body)
                content = stand_in.garbled or json.dumps(document).encode()
                self.send_response(stand_in.status or status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        return Answering
