"""CPU per decision on PostgreSQL and a Valkey cluster of three shards, against the embedded server of the same run.

Goal: the server's own CPU per decision at most 2 times that of the embedded one. What the database and the shards
spend on top is printed beside it.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from bodies import order_bodies  # noqa: E402 - the tests' servers come first
from decisions import free_port, merchant_key, serving  # noqa: E402
from load import Run, cpu_seconds, send  # noqa: E402

from servers import fresh_database, postgres_server  # noqa: E402
from shards import valkey_cluster  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "5"))
ORDERS = int(os.environ.get("ORDERS", "2000"))
CONNECTIONS = 64
SEALANE = str(Path(sys.executable).parent / "sealane")

Runs = list[tuple[Run, float, float]]
Beside = Callable[[], float]


def family(pid: int) -> list[int]:
    """A process and its children."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in listed)]


def spent(pids: list[int]) -> float:
    return sum(cpu_seconds(pid) for pid in pids if Path(f"/proc/{pid}").exists())


def measure(
    port: int, pid: int, key: str, bodies: list[bytes], beside: Callable[[], float]
) -> tuple[Run, float, float]:
    own, others = cpu_seconds(pid), beside()
    run = send(port, "/v1/orders", bodies, connections=CONNECTIONS, key=key)
    if run.refused:
        sys.exit(f"{run.refused} requests were refused")
    return run, cpu_seconds(pid) - own, beside() - others


def per_decision(runs: Runs, place: int) -> float:
    return statistics.median(each[place] / each[0].requests * 1e6 for each in runs)


def main() -> None:
    os.environ.update({"SEALANE_RATE_PER_SECOND": "1000000", "SEALANE_RATE_BURST": "1000000"})
    folder = Path(tempfile.mkdtemp(prefix="sealane-bench-"))
    ports = {"embedded": free_port(), "grown": free_port()}
    bodies = iter(order_bodies((ROUNDS + 1) * ORDERS, seed=12))
    with postgres_server() as postgres, valkey_cluster() as shards:
        url = fresh_database(postgres.get_uri())
        flags = {"embedded": [], "grown": ["--database", url, "--features", shards.url]}
        commands = {
            side: [SEALANE, "serve", "--data-dir", str(folder / side), "--port", str(port), *flags[side]]
            for side, port in ports.items()
        }
        servers = [primary.process.pid for primary in shards.primaries if primary.process is not None]
        beside = {"embedded": lambda: 0.0, "grown": lambda: spent(servers) + spent(family(postgres.get_pid()))}
        with (
            serving(commands["embedded"], ports["embedded"]) as embedded,
            serving(commands["grown"], ports["grown"]) as grown,
        ):
            pids = {"embedded": embedded, "grown": grown}
            keys = {side: merchant_key(port, folder / side) for side, port in ports.items()}
            runs: dict[str, Runs] = {"embedded": [], "grown": []}
            for number in range(ROUNDS + 1):
                batch = [next(bodies) for _ in range(ORDERS)]
                for side, told in runs.items():
                    one = measure(ports[side], pids[side], keys[side], batch, beside[side])
                    if number:  # the first round warms up
                        told.append(one)
    own = {side: per_decision(each, 1) for side, each in runs.items()}
    rate = {side: statistics.median(run.rate for run, _, _ in each) for side, each in runs.items()}
    print(
        f"CPU per decision: {own['grown']:.0f} us on PostgreSQL and Valkey, {own['embedded']:.0f} us embedded"
        f" = {own['grown'] / own['embedded']:.2f} x (goal 2);"
        f" database and shards spend {per_decision(runs['grown'], 2):.0f} us more;"
        f" {rate['grown']:.0f}/s against {rate['embedded']:.0f}/s"
    )


if __name__ == "__main__":
    main()
