import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sealane.cli.terminal.server import SERVER_FILE, announce, find_server
from sealane.model.errors import DependencyUnavailable


class Health(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_note_is_there_as_long_as_the_server(tmp_path: Path, url: str) -> None:
    with announce(tmp_path, url, "/run/x/commands"):
        server = find_server(tmp_path)
        assert server is not None
        assert (server.pid, server.url, server.commands) == (os.getpid(), url, "/run/x/commands")
    assert find_server(tmp_path) is None
    assert not (tmp_path / SERVER_FILE).exists()


def test_a_note_of_a_dead_server_does_not_count(tmp_path: Path, url: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with announce(tmp_path, url, ""):
        note = tmp_path / SERVER_FILE
        note.write_text(note.read_text(encoding="utf-8").replace(str(os.getpid()), str(process.pid)), encoding="utf-8")
        assert find_server(tmp_path) is None


def test_a_note_whose_port_is_closed_does_not_count(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with announce(tmp_path, f"http://127.0.0.1:{port}", ""):
        assert find_server(tmp_path) is None
    (tmp_path / SERVER_FILE).write_text("{", encoding="utf-8")
    assert find_server(tmp_path) is None


def test_a_server_that_does_not_answer_well_is_reported(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Health, "status", 503)
    with announce(tmp_path, url, ""), pytest.raises(DependencyUnavailable, match="does not answer"):
        find_server(tmp_path)
