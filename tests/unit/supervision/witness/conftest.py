"""Witnesses of a growing log and of its fork, in memory and over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.supervision.witness.policy import Policy, WitnessAddress
from sealane.supervision.witness.state import WitnessFolder
from sealane.supervision.witness.witness import Witness
from witnessing import GrowingLog


@pytest.fixture
def grown(signer: Signer) -> GrowingLog:
    return GrowingLog(signer)


@pytest.fixture
def forked(signer: Signer) -> GrowingLog:
    return GrowingLog(signer, "another")


@pytest.fixture
def make_witness(tmp_path: Path, grown: GrowingLog) -> Callable[[str], Witness]:
    def make(name: str) -> Witness:
        folder = WitnessFolder(tmp_path / "witnesses" / name)
        return Witness(folder, name=f"{name}.example", logs=[grown.key], clock=system_clock)

    return make


@pytest.fixture
def serve() -> Iterator[Callable[[Witness], WitnessAddress]]:
    """Let a witness answer on a port of its own; the protocol alone, without the door that the CLI opens."""
    servers = []

    def serve(witness: Witness) -> WitnessAddress:
        class Calls(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = witness.add_checkpoint(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(answer.status)
                self.send_header("content-type", answer.media)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Calls)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return WitnessAddress(f"http://127.0.0.1:{server.server_port}", witness.key)

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def policy(make_witness: Callable[[str], Witness], serve: Callable[[Witness], WitnessAddress]) -> Policy:
    return Policy(tuple(serve(make_witness(f"w{number}")) for number in range(3)), 2)
