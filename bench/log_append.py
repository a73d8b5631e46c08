"""The log: entries a second as ratio to bare leaf hashing, CPU per append, and the time of proofs, audits and starts.

Goals: at least 30,000 entries a second at batch 1,000 and 15,000 at batch 100, durable and published; at most 6 us CPU
per append on the path of an order; an inclusion proof within 1 ms; 99 of 100 entries under a signed checkpoint within
1.5 s; a cold audit of 1,000,000 entries within 30 s. `ENTRIES=10000000 bench/log_append.py` proves in a tree of that
size.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from sealane.keys.ring import KeyRing
from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.ids import new_id
from sealane.storage.database import Database, Transaction
from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import Checkpoint
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.entry import WITH_FIELDS, Shown, write_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.log import Log, LogKeys
from sealane.supervision.merkle import leaf_hash, verify_inclusion
from sealane.supervision.reading import PublishedTree
from sealane.supervision.tiles import Edge
from sealane.supervision.verify import verify_bundle

ENTRIES = int(os.environ.get("ENTRIES", "200000"))
DURABLE = 40_000
ROUNDS = 5
TRICKLE = 60
CONTENT = os.urandom(1000)
FIELDS = {"outcome": b"approve", "score": b"0.0132", "stage": b"checkout"}
ORDER_ID = new_id("ord")


def cpu_us(work: Callable[[], object], count: int) -> float:
    """Return CPU microseconds per call, the best of several rounds."""
    spans = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for _ in range(count):
            work()
        spans.append((time.thread_time() - begun) / count * 1e6)
    return min(spans)


def wall_us(work: Callable[[], object], count: int) -> float:
    spans = []
    for _ in range(count):
        begun = time.perf_counter()
        work()
        spans.append((time.perf_counter() - begun) * 1e6)
    return statistics.median(spans)


def measure_append(database: Database, log: Log) -> float:
    """Return CPU microseconds of an append inside a flow, on the writer's own thread."""

    def flow(tx: Transaction) -> float:
        return cpu_us(lambda: log.append(tx, "order.decided", order_id=ORDER_ID, content=CONTENT, fields=FIELDS), 4000)

    return database.run(flow)


def measure_publishing(database: Database, log: Log, batch: int) -> float:
    """Return entries a second: appended, committed with fsync, in tiles, and under a signed checkpoint."""

    def flow(tx: Transaction) -> None:
        for _ in range(batch):
            log.append(tx, "order.decided", order_id=ORDER_ID, content=CONTENT, fields=FIELDS)

    before = log.integrate().size
    begun = time.perf_counter()
    for _ in range(DURABLE // batch):
        database.run(flow)
    grown = log.integrate().size - before
    return grown / (time.perf_counter() - begun)


def measure_delay(database: Database, log: Log) -> tuple[float, float]:
    """Return median and 99th percentile of seconds from commit to signed checkpoint, at a steady trickle of entries."""
    log.start()
    waits = []
    for _ in range(TRICKLE):
        entry_id = database.run(lambda tx: log.append(tx, "order.decided", order_id=ORDER_ID, content=CONTENT))
        begun = time.perf_counter()
        log.prove(entry_id)
        waits.append(time.perf_counter() - begun)
        time.sleep(random.uniform(0, 0.3))
    waits.sort()
    return statistics.median(waits), waits[int(len(waits) * 0.99)]


def measure_tree(folder: LogFolder) -> None:
    """Grow a tree of tiny leaves without a database, then prove in it and audit it."""
    edge = Edge()
    begun = time.perf_counter()
    while edge.size < ENTRIES:
        first = edge.size
        count = min(65_536, ENTRIES - first)
        folder.publish(edge.append([f"{index}".encode() for index in range(first, first + count)]), b"")
    folder.publish(edge.partial(), b"")
    print(
        f"growing a tree            {(time.perf_counter() - begun) / ENTRIES * 1e6:8.2f} us/entry, {ENTRIES:,} entries"
    )
    root, index = edge.root(), ENTRIES // 3
    proof = PublishedTree(folder, ENTRIES).inclusion(index)
    print(f"inclusion proof           {wall_us(lambda: PublishedTree(folder, ENTRIES).inclusion(index), 200):8.0f} us")
    check = wall_us(lambda: verify_inclusion(index, ENTRIES, leaf_hash(f"{index}".encode()), root, proof), 200)
    print(f"checking it               {check:8.0f} us, {len(proof)} hashes")
    begun = time.perf_counter()
    audit(folder, Checkpoint("bench", ENTRIES, root))
    spent = time.perf_counter() - begun
    print(f"cold audit                {spent:8.1f} s, {spent * 1e6 / ENTRIES:.1f} s a million (goal 30)")


def main() -> None:
    leaf = write_entry(new_id("ent"), "order.decided", ORDER_ID, system_clock(), Shown(WITH_FIELDS, bytes(32)))
    bare = 1e6 / cpu_us(lambda: sha256(b"\x00" + leaf).digest(), 100_000)
    print(f"bare leaf hashing         {bare:8.0f} a second, {len(leaf)} bytes each")
    with tempfile.TemporaryDirectory() as place:
        lane = Path(place) / "lane"
        database = Database.open(lane)
        keys = LogKeys(Signer.generate(), Safe(KeyRing.open(lane, root_key=None)))
        log = Log.open(database, lane / "log", keys, origin="", clock=system_clock)
        print(f"append in a flow          {measure_append(database, log):8.2f} us CPU (goal 6)")
        for batch, goal in ((100, 15_000), (1000, 30_000)):
            rates = [measure_publishing(database, log, batch) for _ in range(3)]
            rate = statistics.median(rates)
            share = rate / bare
            print(f"published, batch {batch:<5}    {rate:8.0f} a second = {share:.3f} of bare hashing (goal {goal:,})")
        entry_id = database.run(
            lambda tx: log.append(tx, "order.decided", order_id=ORDER_ID, content=CONTENT, fields=FIELDS)
        )
        size = log.integrate().size
        bundle = log.prove(entry_id)
        print(f"bundle of an entry        {wall_us(lambda: log.prove(entry_id), 200):8.0f} us, {size:,} entries")
        print(f"checking the bundle       {wall_us(lambda: verify_bundle(bundle, log.public_key()), 200):8.0f} us")
        begun = time.perf_counter()
        Log.open(database, lane / "log", keys, origin="", clock=system_clock)
        print(f"start, everything checked {(time.perf_counter() - begun) / size * 1e6:8.2f} us/entry")
        begun = time.perf_counter()
        audit(LogFolder(lane / "log"), log.head().checkpoint)
        print(f"audit of the files alone  {(time.perf_counter() - begun) / size * 1e6:8.2f} us/entry")
        median, worst = measure_delay(database, log)
        print(f"commit to checkpoint      {median:8.2f} s, 99 of 100 within {worst:.2f} s (goal 1.5)")
        log.close()
        database.close()
        measure_tree(LogFolder(Path(place) / "tree"))


if __name__ == "__main__":
    main()
