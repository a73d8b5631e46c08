"""Durable decisions a second, and CPU per decision, as ratios to a bare handler measured in the same run.

Goals: at 64 connections at least 0.30 of the bare handler's rate and at most 3.5 times its CPU.
"""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bodies import order_bodies
from load import Run, cpu_seconds, resident_bytes, send

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("ROUNDS", "5"))
ORDERS = int(os.environ.get("ORDERS", "6000"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"the server ended with {process.returncode}")
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("the server did not open its port")


@contextmanager
def serving(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until_open(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def merchant_key(port: int, folder: Path) -> str:
    body = json.dumps({"name": "Bench", "roles": ["merchant"], "country": "PT"}).encode()
    head = {"Authorization": f"Bearer {(folder / 'admin.key').read_text().strip()}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/parties", body, head)
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["api_key"])


def report(name: str, runs: dict[str, list[tuple[Run, float]]]) -> None:
    rate = {side: statistics.median(r.rate for r, _ in rounds) for side, rounds in runs.items()}
    cpu = {side: statistics.median(c / r.requests * 1e6 for r, c in rounds) for side, rounds in runs.items()}
    p50 = statistics.median(r.median for r, _ in runs["sealane"]) * 1e3
    p99 = statistics.median(r.percentile(0.99) for r, _ in runs["sealane"]) * 1e3
    print(
        f"{name:>4} connections: {rate['sealane']:6.0f}/s against bare {rate['bare']:6.0f}/s"
        f" = {rate['sealane'] / rate['bare']:.2f};"
        f" CPU {cpu['sealane']:4.0f} us against {cpu['bare']:3.0f} us = {cpu['sealane'] / cpu['bare']:.1f} x;"
        f" p50 {p50:.1f} ms, p99 {p99:.1f} ms"
    )


def main() -> None:
    bare_port, port = free_port(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="sealane-bench-"))
    bare = [sys.executable, str(HERE / "bare.py"), str(bare_port)]
    lane = [str(Path(sys.executable).parent / "sealane"), "serve", "--data-dir", str(folder), "--port", str(port)]
    environment_rate = {"SEALANE_RATE_PER_SECOND": "1000000", "SEALANE_RATE_BURST": "1000000"}
    os.environ.update(environment_rate)
    sizes = {1: ORDERS // 10, 8: ORDERS // 2, 64: ORDERS}
    bodies = iter(order_bodies(ROUNDS * sum(sizes.values()) + 1000, seed=11))
    with serving(bare, bare_port) as bare_pid, serving(lane, port) as lane_pid:
        key = merchant_key(port, folder)
        warm = [next(bodies) for _ in range(1000)]
        send(bare_port, "/v1/orders", warm, connections=8)
        send(port, "/v1/orders", warm, connections=8, key=key)
        for connections, size in sizes.items():
            runs: dict[str, list[tuple[Run, float]]] = {"bare": [], "sealane": []}
            for _ in range(ROUNDS):
                batch = [next(bodies) for _ in range(size)]
                for side, where, pid in (("bare", bare_port, bare_pid), ("sealane", port, lane_pid)):
                    before = cpu_seconds(pid)
                    run = send(where, "/v1/orders", batch, connections=connections, key=key)
                    if run.refused:
                        sys.exit(f"{side} refused {run.refused} requests")
                    runs[side].append((run, cpu_seconds(pid) - before))
            report(str(connections), runs)
        print(f"memory {resident_bytes(lane_pid) / 2**20:.0f} MiB, bare {resident_bytes(bare_pid) / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
