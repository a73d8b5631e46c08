"""kill -9 of a process that writes as fast as it can: what it acknowledged is there, once and whole."""

import itertools
import os
import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from sealane.storage.database import Database

WRITE = textwrap.dedent("""
    import asyncio, itertools, os, sys
    from pathlib import Path
    from sealane.storage import outbox
    from sealane.storage.database import Database
    from sealane.storage.idempotency import Slot, once

    COUNT = "INSERT INTO sums VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET total = total + excluded.total"

    def setup(tx):
        tx.execute("CREATE TABLE IF NOT EXISTS facts (number INTEGER, now_us BIGINT)")
        tx.execute("CREATE TABLE IF NOT EXISTS sums (name TEXT PRIMARY KEY, total BIGINT)")
        tx.execute("INSERT INTO sums VALUES ('at once', 0) ON CONFLICT DO NOTHING")

    def effect(tx, number):
        tx.insert("INSERT INTO facts VALUES (?, ?)", (number, tx.now_us))
        outbox.add(tx, "order.decided", f"ord_{number}", b"x" * 200)
        tx.count(COUNT, ("counted",), 1)
        if number % 7 == 0:
            tx.execute("UPDATE sums SET total = total + 1 WHERE name = 'at once'")
        return b"%d" % number

    async def sender(database, numbers):
        for number in numbers:
            slot = Slot("mer_1", "orders", f"key-{number}")
            answer = await database.run_async(lambda tx: once(tx, slot, b"", lambda tx: effect(tx, number)))
            os.write(1, answer.body + b"\\n")

    async def main():
        database = Database.open(Path(sys.argv[1]))
        database.run(setup)
        numbers = itertools.count(int(sys.argv[2]))
        await asyncio.gather(*(sender(database, numbers) for _ in range(32)))

    asyncio.run(main())
""")


def write_until_killed(folder: Path, first: int, most_bytes: int) -> set[int]:
    """Let a process write from number `first` on, kill it right after an answer, and return what it acknowledged."""
    command = [sys.executable, "-c", WRITE, str(folder), str(first)]
    acknowledged = folder.with_name("acknowledged")
    with acknowledged.open("wb") as output, subprocess.Popen(command, stdout=output) as process:
        deadline = time.monotonic() + 60
        while acknowledged.stat().st_size < most_bytes and time.monotonic() < deadline:
            time.sleep(0.0001)
        process.kill()
        assert process.wait() == -9
    return {int(line) for line in acknowledged.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")}


def crash_repeatedly(folder: Path, times: int) -> None:
    acknowledged: set[int] = set()
    chance = random.Random(times)
    for _ in range(times):
        # A careful caller sends again what was perhaps not acknowledged.
        first = max(max(acknowledged, default=0) - 100, 0)
        acknowledged |= write_until_killed(folder, first, chance.randint(1, 20_000))
    assert len(acknowledged) > 100 * times, "there was load"

    database = Database.open(folder)
    with database.reader() as connection:
        rows = connection.execute("SELECT number, now_us FROM facts ORDER BY rowid").fetchall()
        sums = dict(connection.execute("SELECT name, total FROM sums").fetchall())
        told = [row[0] for row in connection.execute("SELECT order_id FROM outbox ORDER BY number")]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    now_us = database.run(lambda tx: tx.now_us)
    database.close()

    numbers = [number for number, _ in rows]
    moments = [moment for _, moment in rows] + [now_us]
    assert acknowledged <= set(numbers), "nothing acknowledged is lost"
    assert len(numbers) == len(set(numbers)), "nothing is there twice"
    assert told == [f"ord_{number}" for number in numbers], "no flow is there in part"
    assert sums == {"counted": len(numbers), "at once": sum(number % 7 == 0 for number in numbers)}
    assert all(a < b for a, b in itertools.pairwise(moments)), "time never stands still"


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    crash_repeatedly(tmp_path / "lane", 3)


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_in_many_crashes(tmp_path: Path) -> None:
    crash_repeatedly(tmp_path / "lane", int(os.environ.get("CRASHES", "200")))
