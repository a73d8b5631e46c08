"""What a decision costs, how long a start takes and how much memory is used as the stored orders grow.

Goals: CPU per decision at 1,000,000 stored orders at most 1.5 times that at 10,000; a start within 10 seconds.
`GROWTH=1000000 python bench/growth.py` takes some minutes and a few gigabytes of disk; the default stops at 100,000.
"""

import asyncio
import itertools
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import uvloop
from bodies import order_bodies
from load import resident_bytes

import sealane
from sealane.flows.reception import Call, receive_order
from sealane.model.decoding import decode_order
from sealane.web.server import calm_collector

MARKS = [mark for mark in (10_000, 100_000, 1_000_000) if mark <= int(os.environ.get("GROWTH", "100000"))]
SAMPLE = 2_000
ROUNDS = 5
CONCURRENT = 256


async def feed(lane: sealane.Sealane, bodies: Iterator[bytes], count: int) -> None:
    party = await asyncio.to_thread(lane.merchant, "Growth")

    async def place(body: bytes) -> None:
        request = decode_order(body)
        await lane.rooms.database.run_async(partial(receive_order, lane.rooms, Call(party, body), request))

    while count > 0:
        batch = list(itertools.islice(bodies, min(count, CONCURRENT)))
        await asyncio.gather(*map(place, batch))
        count -= len(batch)


def probe() -> float:
    """Seconds of CPU for a fixed piece of work, so that figures of a drifting machine can be compared."""
    start = time.process_time()
    sum(hash(str(n)) & 1 for n in range(300_000))
    return time.process_time() - start


def main() -> None:
    calm_collector()
    folder = Path(tempfile.mkdtemp(prefix="sealane-growth-"))
    bodies = iter(order_bodies(MARKS[-1] + len(MARKS) * (SAMPLE * ROUNDS) + 1, seed=7))
    stored, first = 0, 0.0
    print(f"{'orders':>10} {'CPU/decision':>13} {'to probe':>9} {'growth':>7} {'start':>8} {'memory':>9} {'disk':>9}")
    for mark in MARKS:
        with sealane.open(folder) as lane:
            uvloop.run(feed(lane, bodies, mark - stored))
            costs, ratios = [], []
            for _ in range(ROUNDS):
                start = time.process_time()
                uvloop.run(feed(lane, bodies, SAMPLE))
                cost = (time.process_time() - start) / SAMPLE
                costs.append(cost)
                ratios.append(cost / probe())
        stored = mark + SAMPLE * ROUNDS
        begin = time.perf_counter()
        lane = sealane.open(folder)
        opened = time.perf_counter() - begin
        memory = resident_bytes(os.getpid()) / 2**20
        lane.close()
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
        ratio = statistics.median(ratios)
        first = first or ratio
        figures = f"{statistics.median(costs) * 1e6:>10.0f} us {ratio * 1e3:>9.2f} {ratio / first:>6.2f}x"
        print(f"{mark:>10,} {figures} {opened:>6.1f} s {memory:>5.0f} MiB {disk:>5.0f} MiB")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
