"""Deliveries of webhooks where receivers fail: does everything arrive, in order, and does a slow one delay others?

python bench/webhooks.py [--notices N]

Ten endpoints hear N notices about N/5 orders; each call fails with one chance in five. Then once more beside an
eleventh endpoint whose receiver takes two seconds a call. The pauses are 1/10,000 of the published ones.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from sealane.app import Sealane
from sealane.interchange import Subscription
from sealane.interchange.outbound import schedule
from sealane.model.party import OPERATOR
from sealane.settings import Settings
from sealane.storage import outbox
from sealane.storage.database import Transaction

ENDPOINTS = 10
FAILING = 0.2


class Receivers:
    """One listener for all endpoints; the path says which, and whether it is slow."""

    def __init__(self) -> None:
        self.taken: dict[str, list[int]] = defaultdict(list)
        self.first: dict[str, dict[int, float]] = defaultdict(dict)
        self.calls = 0
        self._chance = random.Random(3)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            path = head.split(" ", 2)[1]
            size = int(head.lower().partition("content-length:")[2].split("\r\n")[0])
            body = json.loads(await reader.readexactly(size))
            if "slow" in path:
                await asyncio.sleep(2)
            self.calls += 1
            is_taken = self._chance.random() >= FAILING
            if is_taken:
                self.taken[path].append(body["data"]["n"])
                self.first[path].setdefault(body["data"]["n"], time.monotonic())
            writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 0\r\n\r\n" % (204 if is_taken else 503))


def tell(lane: Sealane, begin: int, count: int) -> float:
    """Write notices at once and return when that began."""
    begun = time.monotonic()

    def flow(tx: Transaction, first: int) -> None:
        for n in range(first, min(first + 100, begin + count)):
            outbox.add(tx, "order.decided", f"ord_{n % (count // 5)}", json.dumps({"n": n}).encode())

    for first in range(begin, begin + count, 100):
        lane.rooms.database.run(lambda tx, first=first: flow(tx, first))
    return begun


def wait(receivers: Receivers, paths: list[str], total: int, begun: float) -> tuple[float, float]:
    """Return how long it took until every endpoint had so many notices, and the 99th percentile of one's time."""
    while any(len(receivers.first[path]) < total for path in paths) and time.monotonic() - begun < 600:
        time.sleep(0.05)
    took = [at - begun for path in paths for at in receivers.first[path].values() if at > begun]
    return max(took), statistics.quantiles(took, n=100)[98]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=1_000)
    count = parser.parse_args().notices
    schedule.WAITS_SECONDS = tuple(seconds / 10_000 for seconds in schedule.WAITS_SECONDS)
    receivers, paths = Receivers(), [f"/{number}" for number in range(ENDPOINTS)]
    with tempfile.TemporaryDirectory() as folder:
        lane = Sealane.open(Settings(data_dir=str(Path(folder) / "lane"), outbound_loopback=True))

        def add(path: str) -> None:
            wanted = Subscription(f"http://127.0.0.1:{receivers.port}{path}")
            room = lane.rooms.interchange
            lane.rooms.database.run(lambda tx: room.receivers.add(tx, OPERATOR.party_id, wanted, outbox.last(tx)))
            room.wake_courier()

        for path in paths:
            add(path)
        alone, alone_p99 = wait(receivers, paths, count, tell(lane, 0, count))
        add("/slow")
        beside, beside_p99 = wait(receivers, paths, 2 * count, tell(lane, count, count))
        lane.close()
    arrived = sum(len(receivers.first[path]) for path in paths)
    wrong = 0
    for path in paths:
        seen: dict[tuple[bool, int], int] = {}
        for n in receivers.taken[path]:
            key = (n < count, n % (count // 5))
            wrong += n < seen.get(key, -1)
            seen[key] = max(n, seen.get(key, -1))
    print(f"arrived            {arrived} of {2 * count * ENDPOINTS} deliveries, {receivers.calls} calls")
    print(f"out of order       {wrong}")
    print(f"alone              {alone:.1f} s, {count * ENDPOINTS / alone:.0f} deliveries/s")
    print(f"beside a slow one  {beside:.1f} s, {beside / alone:.2f} x alone; p99 {beside_p99 / alone_p99:.2f} x alone")
    return 0 if arrived == 2 * count * ENDPOINTS and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
