import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from sealane.model.errors import NotFound
from sealane.storage.answering import AwaitedJob, BlockingJob, answer
from sealane.storage.database import Database, Transaction


def nothing(tx: Transaction) -> None: ...


def put(number: int) -> Callable[[Transaction], int]:
    def flow(tx: Transaction) -> int:
        tx.insert("INSERT INTO facts VALUES (?, 1)", (f"{number}",))
        return number

    return flow


def test_all_tasks_of_a_loop_are_woken_at_once(
    database: Database, together: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wakes: list[int] = []
    original = asyncio.BaseEventLoop.call_soon_threadsafe

    def counted(self: asyncio.BaseEventLoop, callback: Any, *args: Any, **options: Any) -> asyncio.Handle:
        wakes.append(len(args[0]) if args else 0)
        return original(self, callback, *args, **options)

    monkeypatch.setattr(asyncio.BaseEventLoop, "call_soon_threadsafe", counted)
    assert together(database, *[lambda _: 7] * 50) == [7] * 50
    assert [n for n in wakes if n] == [51], "the gate and the fifty"


def test_each_loop_gets_its_own() -> None:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        jobs = [AwaitedJob(nothing, loop) for _ in range(3)]
        for number, job in enumerate(jobs):
            job.value = number
        threading.Thread(target=answer, args=(jobs,)).start()
        return await asyncio.gather(*(job.future for job in jobs))

    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(asyncio.run(main()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == [[0, 1, 2]] * 3


def test_a_cancelled_caller_breaks_nothing(database: Database) -> None:
    gate = threading.Event()

    async def main() -> list[Any]:
        first = asyncio.create_task(database.run_async(lambda _: gate.wait(10)))
        tasks = [asyncio.create_task(database.run_async(put(n))) for n in range(9)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        gate.set()
        await first
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(main())
    assert results[1::2] == [1, 3, 5, 7]
    assert all(isinstance(result, asyncio.CancelledError) for result in results[::2])
    count = database.run(lambda tx: tx.one("SELECT count(*) FROM facts"))
    assert count == (9,), "a flow that was submitted runs, whoever still waits for it"


def test_a_loop_that_is_gone_hears_nothing(database: Database) -> None:
    loop = asyncio.new_event_loop()
    job = AwaitedJob(nothing, loop)
    loop.close()
    answer([job])


def test_a_flow_that_stops_an_iteration_still_answers(database: Database) -> None:
    def stop(tx: Transaction) -> None:
        raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(database.run_async(stop))
    with pytest.raises(RuntimeError, match="StopIteration"):
        database.run(stop)


def test_a_blocked_thread_gets_the_result_or_the_error() -> None:
    done, failed = BlockingJob(nothing), BlockingJob(nothing)
    done.value = 3
    failed.fail(NotFound("gone"))
    answer([done, failed])
    answer([done])
    assert done.wait() == 3
    with pytest.raises(NotFound, match="gone"):
        failed.wait()


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_even_errors_that_end_programs_reach_their_caller_only(database: Database, error: BaseException) -> None:
    def leave(tx: Transaction) -> None:
        raise error

    with pytest.raises(type(error)):
        database.run(leave)
    assert database.run(lambda _: "alive") == "alive"
