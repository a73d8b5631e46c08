"""A real database in a folder of its own, flows that share a batch, and orders as they are stored."""

import asyncio
import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sealane.model.clock import from_micros
from sealane.model.consignment import Consignment
from sealane.model.decision import Decision
from sealane.model.event import Event
from sealane.model.ids import new_id
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Payment
from sealane.model.sealed import EventSeal, OrderLinks, OrderSeal, OrderTraits
from sealane.storage.database import Database, Transaction
from servers import fresh_database, postgres

Flow = Callable[[Transaction], Any]

START_US = 1_790_000_000_000_000

_numbers = itertools.count()


class SteppingClock:
    """A clock that shows what it is set to."""

    def __init__(self) -> None:
        self.now_us = START_US

    def __call__(self) -> int:
        return self.now_us


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lane"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a real PostgreSQL server."""
    with postgres() as url:
        yield url


EMBEDDED_ONLY = {"statements", "embedded"}
"""Fixtures of tests that look behind the embedded database's door."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on each kind of it: the contract is one."""
    if "database" in metafunc.fixturenames:
        kinds = (
            ["embedded"]
            if EMBEDDED_ONLY & set(metafunc.fixturenames)
            else ["embedded", "postgresql", pytest.param("turns", marks=pytest.mark.soak)]
        )
        metafunc.parametrize("kind", kinds)


@pytest.fixture
def kind() -> str:
    """Which kind of database a test runs on."""
    return "embedded"


@pytest.fixture
def embedded(database: Database) -> Database:
    """The embedded database alone, for what only that has: files, checkpoints, query plans."""
    return database


@pytest.fixture
def database(folder: Path, kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An open database with one more table, `facts`."""
    url = "" if kind == "embedded" else fresh_database(request.getfixturevalue("server"))
    database = Database.open(folder, url=url, is_shared=kind == "turns")
    database.run(lambda tx: tx.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value BIGINT NOT NULL)"))
    yield database
    database.close()


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """Run flows in one batch; give back what each returned or raised."""

    def run(database: Database, *flows: Flow) -> list[Any]:
        gate = threading.Event()

        async def main() -> list[Any]:
            held = [lambda _: gate.wait(10), *flows]
            tasks = [asyncio.create_task(database.run_async(flow)) for flow in held]
            await asyncio.sleep(0)
            gate.set()
            return (await asyncio.gather(*tasks, return_exceptions=True))[1:]

        return asyncio.run(main())

    return run


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that the writing connection runs."""
    connection: sqlite3.Connection = database._writer._connection
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    yield seen
    connection.set_trace_callback(None)


@pytest.fixture
def make_order() -> Callable[..., Order]:
    def make(**changes: Any) -> Order:
        number = next(_numbers)
        tracking_number = changes.pop("tracking_number", None)
        lane = changes.pop("lane", ("CN", "PT"))
        values: dict[str, Any] = {
            "order_id": new_id("ord"),
            "merchant_id": "mer_1",
            "reference": f"SO-{number}",
            "placed_us": START_US + number,
            "observed_us": START_US + number,
            "payment": Payment("card", Money(12990, "EUR")),
            "consignments": (
                Consignment(
                    new_id("cns"), consignee_country=lane[1], shipper_country=lane[0], tracking_number=tracking_number
                ),
            ),
            "seal": OrderSeal("sub_1", "rec_1", OrderLinks(email=b"0" * 16), OrderTraits(), (), ()),
        }
        return Order(**values | changes)

    return make


@pytest.fixture
def make_decision() -> Callable[..., Decision]:
    def make(order: Order, stage: Any = "checkout", outcome: Any = "approve", score: float = 0.01) -> Decision:
        return Decision(
            decision_id=new_id("dec"),
            order_id=order.order_id,
            stage=stage,
            outcome=outcome,
            score=score,
            reasons=(),
            rules=(),
            model="checkout-1",
            ruleset="1",
            case_id=None,
            decided_at=from_micros(order.observed_us + 5),
        )

    return make


@pytest.fixture
def make_event() -> Callable[..., Event]:
    def make(order: Order, source_event_id: str, **changes: Any) -> Event:
        values: dict[str, Any] = {
            "event_id": new_id("evt"),
            "source": "pty_carrier",
            "source_event_id": source_event_id,
            "kind": "consignment.arrived",
            "occurred_us": START_US,
            "observed_us": START_US,
            "order_id": order.order_id,
            "accepted_as": "confirmed",
            "seal": EventSeal("rec_2"),
        }
        return Event(**values | changes)

    return make
