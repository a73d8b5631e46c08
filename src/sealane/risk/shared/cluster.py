"""The shards: where each key lives, and many calls to all of them in one round trip.

The client library has the protocol, TLS and passwords; what it lacks is a pipeline over several shards that sends
everything before it waits for the first answer, so that is here.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from valkey.connection import Connection, SSLConnection, parse_url
from valkey.crc import VALKEY_CLUSTER_HASH_SLOTS, key_slot
from valkey.exceptions import ResponseError, ValkeyError

from sealane.model.errors import DependencyUnavailable, Misconfigured

__all__ = ["TIMEOUT_SECONDS", "Call", "Cluster", "Shard", "addresses_of"]

TIMEOUT_SECONDS = 0.5
"""How long a decision waits for a shard; without it, it goes on without history."""

Call = tuple[bytes, tuple[bytes | str | int, ...]]
"""The key that says which shard is meant, and the whole command."""


def addresses_of(setting: str) -> list[str]:
    """Return the addresses in a setting such as `valkey://user:word@one:6379,two:6379`, each as a URL of its own.

    Raises:
        Misconfigured: when it names no server.
    """
    scheme, _, rest = setting.partition("://")
    login, at, hosts = rest.rpartition("@")
    found = [f"{scheme}://{login}{at}{host.strip()}" for host in hosts.split(",") if host.strip()]
    if scheme not in {"valkey", "valkeys", "redis", "rediss"} or not found:
        raise Misconfigured(
            "The setting `features` names no server.", remedy="Write it so: valkey://one.example:6379,two.example:6379"
        )
    return found


def _with_host(url: str, host: str) -> str:
    """Return a URL with another host and port, its scheme and login kept."""
    scheme, _, rest = url.partition("://")
    login, at, _ = rest.rpartition("@")
    return f"{scheme}://{login}{at}{host}"


class Shard:
    """One primary: its connection and which run of the server answers there."""

    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        options = dict(parse_url(url))
        kind = options.pop("connection_class", Connection)
        if kind not in {Connection, SSLConnection}:
            raise Misconfigured("A server of `features` is named by host and port.")
        self.address = f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
        self._wire: Any = kind(**options, socket_timeout=timeout_seconds, socket_connect_timeout=TIMEOUT_SECONDS)
        told = self.ask("INFO", "server").decode()
        self.run = next(line[7:] for line in told.splitlines() if line.startswith("run_id:"))

    def ask(self, *command: bytes | str | int) -> Any:
        """Run one command and return its answer.

        Raises:
            DependencyUnavailable: when the server is away or refuses.
        """
        self.send([command])
        return self.receive()

    def send(self, commands: Iterable[Sequence[bytes | str | int]]) -> None:
        """Send commands without waiting.

        Raises:
            DependencyUnavailable: when the server is away.
        """
        try:
            packed = [part for command in commands for part in self._wire.pack_command(*command)]
            self._wire.send_packed_command([b"".join(packed)], check_health=False)  # one write for all
        except (ValkeyError, OSError) as error:
            raise self._fault(error) from error

    def receive(self) -> Any:
        """Return the next answer.

        Raises:
            DependencyUnavailable: when the server is away or refuses.
        """
        try:
            return self._wire.read_response(disable_decoding=True)
        except (ValkeyError, OSError) as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Close the connection."""
        self._wire.disconnect()

    def _fault(self, error: Exception) -> DependencyUnavailable:
        kind = "refuses" if isinstance(error, ResponseError) else "does not answer"
        return DependencyUnavailable(f"The shard {self.address} of the signals {kind} ({type(error).__name__}).")


class Cluster:
    """All primaries; a server that is no cluster holds all slots itself."""

    def __init__(self, shards: Sequence[Shard], owners: bytes) -> None:
        self.shards = shards
        self._owners = owners

    @classmethod
    def connect(cls, urls: Sequence[str], timeout_seconds: float = TIMEOUT_SECONDS) -> Self:
        """Learn from the first server that answers who holds which slots, and connect to all of them.

        Each waits so long for an answer.

        Raises:
            DependencyUnavailable: when none answers, one of the primaries is away, or a slot has no owner.
        """
        fault = None
        for url in urls:
            try:
                seed = Shard(url)
            except DependencyUnavailable as error:
                fault = error
                continue
            try:
                return cls._around(seed, url, timeout_seconds)
            except DependencyUnavailable as error:
                fault = error
            finally:
                seed.close()
        raise fault or DependencyUnavailable("No server of the signals is named.")

    @classmethod
    def _around(cls, seed: Shard, url: str, timeout_seconds: float) -> Self:
        if b"cluster_enabled:1" not in seed.ask("INFO", "cluster"):
            return cls([Shard(url, timeout_seconds)], bytes(VALKEY_CLUSTER_HASH_SLOTS))
        if b"cluster_state:ok" not in seed.ask("CLUSTER", "INFO"):
            raise DependencyUnavailable("The cluster of the signals is not whole.")
        owners = bytearray(VALKEY_CLUSTER_HASH_SLOTS)
        shards: dict[str, int] = {}
        for start, end, primary, *_ in seed.ask("CLUSTER", "SLOTS"):
            address = _with_host(url, f"{primary[0].decode()}:{primary[1]}")
            number = shards.setdefault(address, len(shards))
            owners[start : end + 1] = bytes([number]) * (end + 1 - start)
        return cls([Shard(address, timeout_seconds) for address in shards], bytes(owners))

    def shard_of(self, key: bytes) -> int:
        """Return the number of the shard that holds a key."""
        return self._owners[key_slot(key)]

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Run calls on all shards in one round trip and return the answers in the order of the calls.

        Raises:
            DependencyUnavailable: when a shard is away or refuses; the connections are of no more use then.
        """
        owners = [self.shard_of(key) for key, _ in calls]
        batches: dict[int, list[Sequence[bytes | str | int]]] = {}
        for owner, (_, command) in zip(owners, calls, strict=True):
            batches.setdefault(owner, []).append(command)
        for owner, commands in batches.items():
            self.shards[owner].send(commands)
        return [self.shards[owner].receive() for owner in owners]

    def close(self) -> None:
        """Close all connections."""
        for shard in self.shards:
            shard.close()
