"""What servers that share one PostgreSQL database decide, against a single one that has the database to itself.

Servers take turns with their batches, so they are for staying up: what counts is that sharing costs little. Printed
for 1, 2 and 3 servers that share: orders a second and CPU of the servers an order, both also as ratios to the single
server of the same run.
"""

import os
import shutil
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from bodies import order_bodies  # noqa: E402 - the tests' servers come first
from decisions import free_port, merchant_key, serving  # noqa: E402
from load import Run, cpu_seconds, send  # noqa: E402

from servers import fresh_database, postgres_server  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "4"))
ORDERS = int(os.environ.get("ORDERS", "1500"))
CONNECTIONS = 60
SEALANE = str(Path(sys.executable).parent / "sealane")


class Served(NamedTuple):
    """Servers of one installation: ports and processes, and a merchant's key."""

    ports: list[int]
    pids: list[int]
    key: str


def measure(served: Served, bodies: list[bytes]) -> tuple[float, float]:
    """Send the orders, spread evenly; return orders a second and CPU microseconds of all servers an order."""
    parts = [bodies[number :: len(served.ports)] for number in range(len(served.ports))]
    before = sum(map(cpu_seconds, served.pids))

    def part(port: int, share: list[bytes]) -> Run:
        return send(port, "/v1/orders", share, connections=CONNECTIONS // len(served.ports), key=served.key)

    with ThreadPoolExecutor(len(parts)) as pool:
        runs = list(pool.map(part, served.ports, parts))
    if any(run.refused for run in runs):
        sys.exit("requests were refused")
    spent = sum(map(cpu_seconds, served.pids)) - before
    return len(bodies) / max(run.seconds for run in runs), spent / len(bodies) * 1e6


def start(stack: ExitStack, folder: Path, flags: list[str], count: int) -> Served:
    """Start so many servers of one installation."""
    ports, pids = [], []
    for number in range(count):
        lane = folder / f"{len(flags)}-{count}-{number}"
        lane.mkdir(mode=0o700)
        if number:
            for name in ("root.key", "admin.key"):
                shutil.copy(folder / f"{len(flags)}-{count}-0" / name, lane / name)
        port = free_port()
        command = [SEALANE, "serve", "--data-dir", str(lane), "--port", str(port), *flags]
        pids.append(stack.enter_context(serving(command, port)))
        ports.append(port)
    return Served(ports, pids, merchant_key(ports[0], folder / f"{len(flags)}-{count}-0"))


def main() -> None:
    os.environ.update({"SEALANE_RATE_PER_SECOND": "1000000", "SEALANE_RATE_BURST": "1000000"})
    folder = Path(tempfile.mkdtemp(prefix="sealane-bench-"))
    bodies = iter(order_bodies((ROUNDS + 1) * ORDERS, seed=13))
    with postgres_server() as postgres, ExitStack() as stack:
        ways = {"alone": start(stack, folder, ["--database", fresh_database(postgres.get_uri())], 1)}
        for count in (1, 2, 3):
            flags = ["--database", fresh_database(postgres.get_uri())]
            flags += ["--keys-database", fresh_database(postgres.get_uri())]
            ways[f"{count} sharing"] = start(stack, folder, flags, count)
        told: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for number in range(ROUNDS + 1):
            batch = [next(bodies) for _ in range(ORDERS)]
            for way, served in ways.items():
                one = measure(served, batch)
                if number:  # the first round warms up
                    told[way].append(one)
    rates = {way: statistics.median(rate for rate, _ in each) for way, each in told.items()}
    costs = {way: statistics.median(cost for _, cost in each) for way, each in told.items()}
    for way in ways:
        print(
            f"{way:10} {rates[way]:6.0f} orders/s = {rates[way] / rates['alone']:.2f} x alone;"
            f" CPU {costs[way]:5.0f} us an order = {costs[way] / costs['alone']:.2f} x"
        )
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
