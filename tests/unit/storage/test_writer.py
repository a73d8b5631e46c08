import asyncio
import itertools
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import Conflict, DependencyUnavailable, NotFound
from sealane.storage.database import Database, Transaction
from sealane.storage.writer import MOST_FLOWS

PUT = "INSERT INTO facts (name, value) VALUES (?, ?)"

Together = Callable[..., list[Any]]


def put(name: str) -> Callable[[Transaction], int]:
    def flow(tx: Transaction) -> int:
        tx.insert(PUT, (name, tx.now_us))
        return tx.now_us

    return flow


def names(database: Database) -> list[str]:
    with database.reader() as connection:
        return [row[0] for row in connection.execute("SELECT name FROM facts ORDER BY name")]


def test_queued_flows_share_one_commit(database: Database, together: Together, statements: list[str]) -> None:
    together(database, *(put(f"{n:03}") for n in range(100)))
    assert statements.count("COMMIT") == 1
    assert len(names(database)) == 100


def test_a_batch_has_a_most(database: Database, together: Together, statements: list[str]) -> None:
    together(database, *(put(f"{n:04}") for n in range(MOST_FLOWS + 10)))
    assert statements.count("COMMIT") == 2


def test_flows_that_only_read_or_fail_do_not_touch_the_disk(database: Database, statements: list[str]) -> None:
    database.run(lambda tx: tx.one("SELECT 1"))
    with pytest.raises(NotFound):
        database.run(refuse)
    assert "COMMIT" not in statements


def refuse(tx: Transaction) -> None:
    tx.insert(PUT, ("refused", 1))
    raise NotFound("refused")


def test_nobody_hears_of_success_before_the_commit(database: Database, embedded: Database, folder: Path) -> None:
    other = sqlite3.connect(folder / "sealane.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answered = threading.Event()

    def call() -> None:
        database.run(put("a"))
        answered.set()

    caller = threading.Thread(target=call)
    caller.start()
    assert not answered.wait(0.2), "the commit cannot happen while another program writes"
    other.execute("ROLLBACK")
    assert answered.wait(10)
    caller.join()
    other.close()


def test_a_program_that_holds_the_database_is_named(database: Database, embedded: Database, folder: Path) -> None:
    database._writer._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(folder / "sealane.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DependencyUnavailable, match="Another program holds the database"):
        database.run(put("a"))
    other.close()
    database.run(put("a"))


def test_a_failing_flow_answers_at_once_and_harms_nobody(database: Database) -> None:
    gate = threading.Event()

    def last(tx: Transaction) -> str:
        tx.insert(PUT, ("last", 1))
        gate.wait(10)
        return "last"

    async def main() -> None:
        first = asyncio.create_task(database.run_async(put("first")))
        failing = asyncio.create_task(database.run_async(refuse))
        end = asyncio.create_task(database.run_async(last))
        with pytest.raises(NotFound, match="refused"):
            await asyncio.wait_for(failing, 5)
        assert not end.done(), "the batch is still open"
        gate.set()
        assert await end == "last"
        assert await first > 0

    asyncio.run(main())
    assert names(database) == ["first", "last"]


def test_a_refused_flush_finds_the_culprit(database: Database, together: Together, statements: list[str]) -> None:
    runs: list[str] = []

    def counted(name: str) -> Callable[[Transaction], str]:
        def flow(tx: Transaction) -> str:
            runs.append(name)
            tx.insert(PUT, (name, 1))
            return name

        return flow

    results = together(database, counted("a"), counted("b"), counted("b"), counted("c"))
    assert results[:2] == ["a", "b"]
    assert isinstance(results[2], Conflict)
    assert results[3] == "c"
    assert names(database) == ["a", "b", "c"]
    assert runs == ["a", "b", "b", "c"] * 2
    assert statements.count("COMMIT") == 3, "each of the good flows alone"


def test_a_neighbours_bad_row_is_not_blamed_on_the_flow_that_reads(database: Database, together: Together) -> None:
    def look(tx: Transaction) -> int:
        return len(tx.all("SELECT * FROM facts"))

    results = together(database, put("a"), put("a"), look, put("b"))
    assert isinstance(results[1], Conflict)
    assert results[2] == 1
    assert names(database) == ["a", "b"]


def test_memory_is_restored_after_a_roll_back_and_before_any_flow_runs(database: Database, together: Together) -> None:
    total = 0
    restored: list[int] = []

    def restore(tx: Transaction) -> None:
        nonlocal total
        (total,) = tx.one("SELECT count(*) FROM facts") or (0,)
        restored.append(total)

    def counting(name: str) -> Callable[[Transaction], tuple[int, int]]:
        def flow(tx: Transaction) -> tuple[int, int]:
            def effect() -> None:
                nonlocal total
                total += 1

            tx.insert(PUT, (name, 1))
            tx.on_success(effect)
            return total, (tx.one("SELECT count(*) FROM facts WHERE name <> ?", (name,)) or (0,))[0]

        return flow

    database.on_reset(restore)
    database.run(counting("a"))
    assert not restored
    results = together(database, counting("b"), counting("c"), put("c"), counting("d"))
    assert [r for r in results if isinstance(r, tuple)] == [(1, 1), (2, 2), (3, 3)], "memory and table agree"
    assert isinstance(results[2], Conflict)
    assert database.run(lambda _: total) == 4
    assert restored[0] == 1


def test_memory_is_restored_also_when_no_flow_follows(database: Database) -> None:
    restored = threading.Event()
    database.on_reset(lambda _: restored.set())
    with pytest.raises(ValueError, match="effect"):
        database.run(bad_effect)
    assert restored.wait(10)


def bad_effect(tx: Transaction) -> None:
    tx.insert(PUT, ("bad", 1))
    tx.on_success(lambda: (_ for _ in ()).throw(ValueError("effect")))


def test_a_reset_that_fails_is_told_and_tried_again(database: Database, together: Together) -> None:
    attempts = itertools.count()

    def restore(tx: Transaction) -> None:
        if next(attempts) < 2:
            raise NotFound("not yet")

    database.on_reset(restore)
    with pytest.raises(ValueError, match="effect"):
        database.run(bad_effect)
    with pytest.raises(NotFound, match="not yet"):
        database.run(put("a"))
    database.run(put("a"))
    assert names(database) == ["a"]


def test_an_effect_that_fails_costs_only_its_own_flow(database: Database, together: Together) -> None:
    results = together(database, put("a"), bad_effect, put("b"))
    assert isinstance(results[1], ValueError)
    assert names(database) == ["a", "b"]


def test_an_effect_after_the_commit_that_fails_is_told_though_the_rows_stand(database: Database) -> None:
    def flow(tx: Transaction) -> None:
        tx.insert(PUT, ("a", 1))
        tx.after_commit(lambda: (_ for _ in ()).throw(ValueError("effect")))

    with pytest.raises(ValueError, match="effect"):
        database.run(flow)
    assert names(database) == ["a"]
    database.run(put("b"))


def test_time_moves_on_from_flow_to_flow_whatever_the_clock_does(folder: Path, clock: Any, together: Together) -> None:
    database = Database.open(folder, clock=clock)
    times = together(database, *[lambda tx: tx.now_us] * 3)
    assert times == [clock.now_us + 1, clock.now_us + 2, clock.now_us + 3], "the gate took the first moment"
    clock.now_us -= 3_600_000_000
    times.append(
        database.run(lambda tx: tx.execute("UPDATE meta SET value = 1 WHERE name = 'opened_us'") and tx.now_us)
    )
    database.close()
    clock.now_us -= 3_600_000_000
    database = Database.open(folder, clock=clock)
    times.append(database.run(lambda tx: tx.now_us))
    clock.now_us = times[-1] + 1_000
    times.append(database.run(lambda tx: tx.now_us))
    database.close()
    assert times == sorted(set(times))
    assert times[-1] == clock.now_us


def test_a_clock_that_fails_is_told_to_the_caller(folder: Path) -> None:
    broken = False

    def clock() -> int:
        if broken:
            raise OSError("no clock")
        return 1

    database = Database.open(folder, clock=clock)
    broken = True
    with pytest.raises(OSError, match="no clock"):
        database.run(lambda _: None)
    broken = False
    database.run(lambda _: None)
    database.close()


def test_a_full_disk_is_told_to_every_caller_and_heals(
    database: Database, embedded: Database, together: Together
) -> None:
    connection = database._writer._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    restored: list[int] = []
    database.on_reset(lambda _: restored.append(1))

    def big(tx: Transaction) -> None:
        tx.on_success(lambda: None)
        tx.insert(PUT, ("x" * 50_000, 1))

    results = together(database, put("a"), big, put("b"))
    assert [type(result) for result in results] == [DependencyUnavailable] * 3
    assert "full" in results[0].detail
    assert results[0] is not results[1], "each caller gets an error of its own"
    results = together(database, put("a"), lambda tx: tx.execute(PUT, ("x" * 50_000, 1)))
    assert [type(result) for result in results] == [DependencyUnavailable] * 2, "the disk failed inside a flow"
    connection.execute("PRAGMA max_page_count = 1000000")
    database.run(put("later"))
    assert names(database) == ["later"]
    assert restored == [1]


def test_a_reader_never_blocks_the_writer(database: Database) -> None:
    with database.reader() as connection:
        connection.execute("SELECT * FROM facts").fetchall()
        started = time.monotonic()
        for n in range(50):
            database.run(put(f"{n}"))
        database._writer._checkpoint()
        assert time.monotonic() - started < 5
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)


def test_the_log_is_folded_into_the_file_when_there_is_time(
    database: Database, embedded: Database, folder: Path
) -> None:
    database.run(put("a"))
    before = (folder / "sealane.db").stat().st_mtime_ns
    for _ in range(50):
        time.sleep(0.1)
        if (folder / "sealane.db").stat().st_mtime_ns > before:
            break
    (busy, log, done) = database._writer._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    assert (busy, log - done) == (0, 0)
    assert (folder / "sealane.db").stat().st_mtime_ns > before


@pytest.mark.parametrize("callers", [1, 20])
def test_a_dying_writer_answers_everyone(folder: Path, callers: int) -> None:
    database = Database.open(folder)
    connection = database._writer._connection

    def kill(tx: Transaction) -> None:
        connection.close()

    async def main() -> list[Any]:
        tasks = [database.run_async(kill if n == callers // 2 else lambda _: None) for n in range(callers)]
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)

    for result in asyncio.run(main()):
        assert isinstance(result, DependencyUnavailable)
        assert result.detail == "The database writer stopped (ProgrammingError)."
        assert isinstance(result.__cause__, sqlite3.ProgrammingError)
    with pytest.raises(DependencyUnavailable, match="writer stopped"):
        database.run(lambda _: None)
    with pytest.raises(DependencyUnavailable, match="writer stopped"):
        asyncio.run(database.run_async(lambda _: None))
    database.close()
    Database.open(folder).close()


def test_closing_drains_what_was_submitted(folder: Path) -> None:
    database = Database.open(folder)
    database.run(lambda tx: tx.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value BIGINT)"))
    results: list[int] = []
    gate = threading.Event()
    threads = [threading.Thread(target=lambda: database.run(lambda _: gate.wait(10)))]
    threads += [threading.Thread(target=lambda n=n: results.append(database.run(put(f"{n}")))) for n in range(20)]
    for thread in threads:
        thread.start()
    while database._writer._queue.qsize() < 20:
        time.sleep(0.001)
    closer = threading.Thread(target=database.close)
    closer.start()
    gate.set()
    for thread in [*threads, closer]:
        thread.join(10)
    assert len(results) == 20
    with pytest.raises(DependencyUnavailable, match="closed"):
        database.run(put("late"))
    database = Database.open(folder)
    assert len(names(database)) == 20
    database.close()


def test_submitting_and_closing_at_once_leaves_nobody_waiting(tmp_path: Path) -> None:
    for attempt in range(20):
        database = Database.open(tmp_path / str(attempt))
        answered: list[str] = []

        def call(database: Database = database, answered: list[str] = answered) -> None:
            try:
                while True:
                    database.run(lambda _: None)
            except DependencyUnavailable:
                answered.append("closed")

        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        database.close()
        for thread in threads:
            thread.join(10)
        assert len(answered) == 4
