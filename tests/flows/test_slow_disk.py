"""A disk that hangs: callers wait or are told to come back, readiness and metrics say why, and nothing is lost."""

import asyncio
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from orders import order
from sealane.app import Sealane
from sealane.settings import Settings
from sealane.web.app import Door, build
from sealane.web.auth import operator_key

MOST_WAITING = 12
CALLS = 40


class Disk:
    """The writing connection, whose commits take as long as the gate stays closed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.works = threading.Event()
        self.works.set()
        self.hangs = threading.Event()
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *params: Any) -> sqlite3.Cursor:
        if sql == "COMMIT" and not self.works.is_set():
            self.hangs.set()
            self.works.wait()
        return self._connection.execute(sql, *params)


@pytest.fixture
def lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sealane]:
    monkeypatch.setattr("sealane.storage.writer.MOST_WAITING", MOST_WAITING)
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"), model="scorecard")) as lane:
        yield lane


@pytest.fixture
def disk(lane: Sealane) -> Iterator[Disk]:
    writer: Any = lane.rooms.database._writer
    writer._connection = disk = Disk(writer._connection)
    yield disk
    disk.works.set()


@asynccontextmanager
async def caller(door: Door, key: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(door)
    async with httpx.AsyncClient(transport=transport, base_url="http://lane", headers=headers) as client:
        yield client


async def until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not claim():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def hang(lane: Sealane, disk: Disk) -> tuple[list[httpx.Response], list[httpx.Response]]:
    """Send more orders than may wait while the disk hangs, let it go on, and send the refused ones again."""
    operator_key(lane.folder)
    door = build(lane)
    async with caller(door, (lane.folder / "admin.key").read_text().strip()) as operator:
        party = {"name": "Shop", "roles": ["merchant"], "country": "PT"}
        key = (await operator.post("/v1/parties", json=party)).json()["api_key"]
    async with caller(door, key) as shop:

        async def place(number: int) -> httpx.Response:
            headers = {"idempotency-key": f"key-{number}"}
            return await shop.post("/v1/orders", json=order(f"SO-{number}"), headers=headers)

        disk.works.clear()
        calls = {0: asyncio.create_task(place(0))}
        await until(disk.hangs.is_set)
        calls |= {number: asyncio.create_task(place(number)) for number in range(1, CALLS)}
        await until(lambda: sum(call.done() for call in calls.values()) >= CALLS - 1 - MOST_WAITING)
        refused = {number: call.result() for number, call in calls.items() if call.done()}
        assert (await shop.get("/healthz")).status_code == 200
        unready = await shop.get("/readyz")
        assert (unready.status_code, unready.json()["errors"][0]["pointer"]) == (503, "/database")
        told = metrics((await shop.get("/metrics")).text)
        assert told["sealane_storage_waiting_flows"] == MOST_WAITING
        assert told["sealane_storage_commit_seconds"] > 0
        disk.works.set()
        answers = await asyncio.gather(*calls.values())
        again = [await place(number) for number in refused]
        assert (await shop.get("/readyz")).status_code == 200
        assert metrics((await shop.get("/metrics")).text)["sealane_storage_waiting_flows"] == 0
    return list(refused.values()), [answer for answer in [*answers, *again] if answer.status_code == 201]


def metrics(text: str) -> dict[str, float]:
    lines = [line.split(" ") for line in text.splitlines() if line.startswith("sealane_storage_")]
    return {name: float(value) for name, value in lines}


def test_a_disk_that_hangs_delays_some_turns_others_away_and_loses_nothing(lane: Sealane, disk: Disk) -> None:
    refused, taken = asyncio.run(hang(lane, disk))
    assert len(refused) == CALLS - 1 - MOST_WAITING
    assert {answer.status_code for answer in refused} == {503}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert {answer.json()["code"] for answer in refused} == {"dependency-unavailable"}
    assert len(taken) == CALLS
    with lane.rooms.database.reader() as conn:
        stored = [order_id for (order_id,) in conn.execute("SELECT order_id FROM orders")]
    assert Counter(stored) == Counter(answer.json()["order_id"] for answer in taken)


def test_every_answer_waits_for_its_commit_however_slow_the_disk(lane: Sealane, disk: Disk) -> None:
    answered = threading.Event()

    def place() -> None:
        lane.checkout(order("SO-slow"))
        answered.set()

    lane.merchant("Local merchant")
    disk.works.clear()
    thread = threading.Thread(target=place)
    thread.start()
    assert disk.hangs.wait(30)
    with lane.rooms.database.reader() as conn:
        assert conn.execute("SELECT count(*) FROM orders").fetchone() == (0,)
    assert not answered.is_set()
    disk.works.set()
    thread.join(30)
    assert answered.is_set()
