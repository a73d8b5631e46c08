"""A real server for tests: `sealane serve` in a process of its own, on loopback, on a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

__all__ = ["Server", "all_running", "free_port"]

SEALANE = str(Path(sys.executable).parent / "sealane")
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """One running `sealane serve`; `post` and `get` speak to it as the operator or as a party."""

    def __init__(self, folder: Path, *flags: str, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.flags = flags
        self.environment = {**os.environ, **(environment or {})}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=30)
        self.output = folder.parent / f"{folder.name}-{self.port}.log"

    def start(self) -> Self:
        if self.client.is_closed:
            self.client = httpx.Client(base_url=self.url, timeout=30)
        command = [SEALANE, "serve", "--data-dir", str(self.folder), "--port", str(self.port), *self.flags]
        with self.output.open("ab") as sink:
            self.process = subprocess.Popen(command, stdout=sink, stderr=sink, env=self.environment)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.output.read_text()}")
            try:
                if self.client.get("/readyz").status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError(f"the server did not become ready:\n{self.output.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would, and forget the connections to it."""
        self.cut_power()
        self.reconnect()

    def cut_power(self) -> None:
        """End it as a power cut would, while others may still be calling."""
        self.process.kill()
        self.process.wait(30)

    def reconnect(self) -> None:
        """Forget the connections to a server that is gone."""
        self.client.close()
        self.client = httpx.Client(base_url=self.url, timeout=30)

    def stop(self) -> int:
        """Ask it to finish and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.client.close()
        return code

    @property
    def operator_key(self) -> str:
        return (self.folder / "admin.key").read_text(encoding="ascii").strip()

    def party(self, *roles: str, name: str = "Shop", country: str = "PT") -> dict[str, str]:
        """Register a party and return its id and key."""
        answer = self.post("/v1/parties", {"name": name, "roles": list(roles), "country": country}, self.operator_key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if key is not None:
            head["Authorization"] = f"Bearer {key}"
        return self.client.post(path, content=content, headers=head)

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        return self.client.get(path, headers={"Authorization": f"Bearer {key}"} if key else {})

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()


@contextmanager
def all_running(*servers: Server) -> Iterator[None]:
    """Start servers side by side, which takes as long as the slowest; all end, also where one did not start."""
    with ExitStack() as started, ThreadPoolExecutor(len(servers)) as pool:
        for starting in [pool.submit(started.enter_context, server) for server in servers]:
            starting.result()
        yield
