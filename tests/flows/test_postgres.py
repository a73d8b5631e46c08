"""A whole server on PostgreSQL: the story of an order, and a database that loses its power under load."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from orders import event, order
from running import Server
from sealane.app import Sealane
from sealane.settings import Settings
from sealane.storage import orderbook
from servers import fresh_database, postgres_server, power_cut

ORDERS = 240


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    with postgres_server() as server:
        yield server


def serving(folder: Path, url: str) -> Server:
    return Server(folder, "--database", url, environment={**os.environ, "SEALANE_RATE_PER_SECOND": "100000"})


def test_the_story_of_an_order_is_the_same(database: Any, tmp_path: Path) -> None:
    url = fresh_database(database.get_uri())
    with serving(tmp_path / "lane", url) as server:
        key = server.party("merchant")["api_key"]
        placed = server.post("/v1/orders", order(reference="SO-1"), key).json()
        again = server.post("/v1/orders", order(reference="SO-1"), key)
        assert again.json() == placed
        told = server.post("/v1/events", event("consignment.label_created", order=placed["order_id"]), key)
        assert told.json()["decision"]["stage"] == "dispatch"
        assert not (tmp_path / "lane" / "sealane.db").exists()
    with serving(tmp_path / "lane", url) as server:
        read = server.get(f"/v1/orders/{placed['order_id']}", key)
        assert read.json()["reference"] == "SO-1"
        kinds = [item["kind"] for item in server.get(f"/v1/orders/{placed['order_id']}/timeline", key).json()["items"]]
        assert "consignment.label_created" in kinds
        proof = server.get(f"/v1/log/entries/{placed['log_entry']}/proof", key)
        assert proof.status_code == 200


def test_no_acknowledged_order_is_lost_or_doubled_when_the_database_dies(database: Any, tmp_path: Path) -> None:
    url = fresh_database(database.get_uri())
    with serving(tmp_path / "lane", url) as server:
        key = server.party("merchant")["api_key"]
        acknowledged: dict[str, str] = {}
        refused: list[int] = []

        def send(numbers: range) -> None:
            for number in numbers:
                reference = f"SO-{number}"
                for _ in range(200):
                    answer = server.post("/v1/orders", order(reference=reference), key)
                    if answer.status_code == 201:
                        acknowledged[reference] = answer.json()["order_id"]
                        break
                    refused.append(answer.status_code)
                    time.sleep(0.1)

        threads = [threading.Thread(target=send, args=(range(start, ORDERS, 8),)) for start in range(8)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            time.sleep(0.4)
            power_cut(database)
        for thread in threads:
            thread.join()
        assert len(acknowledged) == ORDERS
        assert set(refused) <= {503}
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT reference, order_id FROM orders").fetchall()
            doubled = connection.execute("SELECT order_id FROM risk_decision GROUP BY 1 HAVING count(*) > 1").fetchall()
        assert dict(rows) == acknowledged
        assert len(rows) == ORDERS
        assert not doubled
    with serving(tmp_path / "lane", url) as server:
        assert server.get("/readyz").status_code == 200


def test_a_server_that_was_alone_brings_its_keys_to_the_ones_that_share(database: Any, tmp_path: Path) -> None:
    url, keys = fresh_database(database.get_uri()), fresh_database(database.get_uri())
    settings = Settings(data_dir=str(tmp_path / "lane"), database=url, model="scorecard")
    shopper = {"account": "a-1", "email": "ana@example.com"}
    with Sealane.open(settings) as lane:
        before = lane.place(order(reference="SO-1", shopper=shopper))
    with Sealane.open(replace(settings, keys_database=keys)) as lane:
        after = lane.place(order(reference="SO-2", shopper=shopper))
        with lane.rooms.database.reader() as conn:
            seal = orderbook.read(conn, before.order_id).seal
            opened = lane.rooms.vault.reveal(conn, seal.record_id, ["/shopper/email"], purpose="claim")
    assert after.subject_id == before.subject_id
    assert opened == {"/shopper/email": "ana@example.com"}
