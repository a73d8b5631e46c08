"""The server that holds a data folder, found by the note it leaves there while it runs.

DIR/server.json   {"pid": 4711, "url": "http://127.0.0.1:8787", "commands": "/tmp/sealane-x1/commands"}
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import OK, HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from sealane.model.errors import DependencyUnavailable

__all__ = ["SERVER_FILE", "RunningServer", "announce", "find_server"]

SERVER_FILE = "server.json"
ANSWER_SECONDS = 5.0


class RunningServer(msgspec.Struct, frozen=True):
    """Where a server answers, its process, and the socket that takes the commands of the folder's owner."""

    pid: int
    url: str
    commands: str


@contextmanager
def announce(folder: Path, url: str, commands: str) -> Iterator[None]:
    """Leave the note for the length of a `with` block."""
    note = folder / SERVER_FILE
    note.write_bytes(msgspec.json.encode(RunningServer(os.getpid(), url, commands)))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def find_server(folder: Path) -> RunningServer | None:
    """Return the server of this folder, or None when none runs; a note left by a dead one does not count.

    Raises:
        DependencyUnavailable: when its process is there and does not answer.
    """
    try:
        server = msgspec.json.decode((folder / SERVER_FILE).read_bytes(), type=RunningServer)
        os.kill(server.pid, 0)
        is_up = _is_up(server.url)
    except (FileNotFoundError, ProcessLookupError, PermissionError, ConnectionRefusedError, msgspec.DecodeError):
        return None
    except (OSError, HTTPException):
        is_up = False
    if is_up:
        return server
    raise DependencyUnavailable(
        f"The server of {folder} at {server.url} does not answer.",
        remedy=f"Look at its output, or stop process {server.pid} and try again.",
    )


def _is_up(url: str) -> bool:
    place = urlsplit(url)
    host, port = place.hostname or "", place.port
    connection = HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    if place.scheme == "https":
        # Nothing is told and nothing believed: the note named the address, and whoever answers there is up.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection(host, port, timeout=ANSWER_SECONDS, context=context)
    with closing(connection):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == OK
