"""Group commit against one commit per request, and its latency against the disk itself, all in one run.

Goals at 64 callers: at least 40 times the rate of one commit per request, and a median answer within twice the time of
one fdatasync. What a group shares is the wait for the disk, so both figures follow from how long that is. Besides the
disk under the folder (`BENCH_DIR`, default /var/tmp) the script therefore shows slower ones: there, both ways wait so
much longer at each commit, and so does the probe.
"""

import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path

from sealane.model.ids import new_id
from sealane.storage.connection import connect_writer
from sealane.storage.database import Database, Transaction

CALLERS = int(os.environ.get("CALLERS", "64"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SLOWER_MS = (0.0, 2.0, 4.0)

_numbers = count()
_EVENT = os.urandom(1000)
_PART = os.urandom(80)
_PARTS = [f"INSERT INTO part{n} VALUES (?, ?, ?)" for n in range(9)]  # noqa: S608  # our own numbers
_STATE = "INSERT INTO state VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

Rows = list[tuple[str, tuple[object, ...]]]


def event_rows() -> Rows:
    """An event of 1 KB and the state it changes."""
    number = next(_numbers)
    return [
        ("INSERT INTO event VALUES (?, ?)", (number, _EVENT)),
        (_STATE, (f"subject-{number % 5000}", number)),
    ]


def order_rows() -> Rows:
    """Nine rows in nine tables, 1 KB together."""
    name, number = new_id("ord"), next(_numbers)
    return [(sql, (name, number, _PART)) for sql in _PARTS]


SCHEMA = [
    "CREATE TABLE event (number INTEGER PRIMARY KEY, body BLOB)",
    "CREATE TABLE state (name TEXT PRIMARY KEY NOT NULL, value BIGINT) WITHOUT ROWID",
    *(
        f"CREATE TABLE part{n} (name TEXT PRIMARY KEY NOT NULL, number BIGINT, body BLOB) WITHOUT ROWID"
        for n in range(9)
    ),
]


def probe(folder: Path, slower_ms: float) -> float:
    """Median milliseconds of an fdatasync after 4 KiB were appended."""
    times = []
    file = os.open(folder / "probe", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for _ in range(30):
        os.write(file, os.urandom(4096))
        started = time.perf_counter()
        os.fdatasync(file)
        time.sleep(slower_ms / 1000)
        times.append(time.perf_counter() - started)
    os.close(file)
    return statistics.median(times) * 1000


class Alone:
    """The plain way: each request is a transaction of its own, on one thread that owns the connection."""

    def __init__(self, folder: Path) -> None:
        self.connection = connect_writer(folder / "alone.db")
        self.connection.execute("PRAGMA wal_autocheckpoint = 1000")
        for sql in SCHEMA:
            self.connection.execute(sql)
        self.pool = ThreadPoolExecutor(1)

    async def request(self, rows: Rows, slower_ms: float) -> None:
        await asyncio.get_running_loop().run_in_executor(self.pool, self._commit, rows, slower_ms)

    def _commit(self, rows: Rows, slower_ms: float) -> None:
        self.connection.execute("BEGIN")
        for sql, row in rows:
            self.connection.execute(sql, row)
        self.connection.execute("COMMIT")
        if slower_ms:
            time.sleep(slower_ms / 1000)

    def close(self) -> None:
        self.pool.shutdown()
        self.connection.close()


class Grouped:
    """Sealane's way."""

    def __init__(self, folder: Path) -> None:
        self.database = Database.open(folder / "grouped")
        self.database.run(lambda tx: [tx.execute(sql) for sql in SCHEMA])

    async def request(self, rows: Rows, slower_ms: float) -> None:
        await self.database.run_async(partial(self._flow, rows, slower_ms))

    def _flow(self, rows: Rows, slower_ms: float, tx: Transaction) -> None:
        for sql, row in rows:
            tx.insert(sql, row)
        if slower_ms and tx.recall("slower") is None:
            tx.remember("slower", value=True)
            tx.after_commit(partial(time.sleep, slower_ms / 1000))

    def close(self) -> None:
        self.database.close()


Request = Callable[[Rows, float], Awaitable[None]]


async def load(request: Request, make: Callable[[], Rows], slower_ms: float, each: int) -> dict[str, float]:
    """Let all callers make `each` requests, one after another; return rate, latencies and CPU."""
    latencies: list[float] = []

    async def caller() -> None:
        for _ in range(each):
            rows = make()
            started = time.perf_counter()
            await request(rows, slower_ms)
            latencies.append(time.perf_counter() - started)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    latencies.sort()
    return {
        "rate": len(latencies) / wall,
        "p50": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[len(latencies) * 99 // 100] * 1000,
        "cpu": cpu / len(latencies) * 1e6,
    }


def middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def compare(folder: Path, make: Callable[[], Rows], slower_ms: float) -> None:
    alone, grouped = Alone(folder), Grouped(folder)
    probes, plain, together = [], [], []
    for _ in range(ROUNDS):
        probes.append(probe(folder, slower_ms))
        plain.append(asyncio.run(load(alone.request, make, slower_ms, 3)))
        together.append(asyncio.run(load(grouped.request, make, slower_ms, 60)))
    alone.close()
    grouped.close()
    disk, a, g = statistics.median(probes), middle(plain), middle(together)
    print(
        f"{make.__name__.removesuffix('_rows'):6} {disk:9.2f} | {a['rate']:7.0f} {a['p50']:7.1f} |"
        f" {g['rate']:7.0f} {g['p50']:6.2f} {g['p99']:6.2f} {g['cpu']:6.1f} |"
        f" {g['rate'] / a['rate']:6.1f} {g['p50'] / disk:6.1f}"
    )


def main() -> None:
    print(f"{CALLERS} callers, medians of {ROUNDS} interleaved rounds, SQLite {sqlite3.sqlite_version}, times in ms")
    print("              disk | one commit each |        group commit          | goal 40 goal 2")
    print("flow   fdatasync | req/s       p50 |   req/s    p50    p99 us CPU |   rate  p50/disk")
    for make in (event_rows, order_rows):
        for slower_ms in SLOWER_MS:
            with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR", "/var/tmp")) as name:  # noqa: S108  # a real disk, unlike /tmp on many machines
                compare(Path(name), make, slower_ms)


if __name__ == "__main__":
    main()
