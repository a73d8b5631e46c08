"""Moving an installation to a real PostgreSQL server and back: nothing lost, killed or not, and both are proven."""

import contextlib
import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orders import event, order
from running import SEALANE, Server
from servers import fresh_database, postgres

ORDERS = 300


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with some hundred orders, and the key of their merchant."""
    folder = tmp_path_factory.mktemp("filled") / "lane"
    with Server(folder) as server:
        key = server.party("merchant")["api_key"]
        lines = "\n".join(json.dumps(order(reference=f"SO-{number}")) for number in range(ORDERS))
        answer = server.post("/v1/orders/batch", lines.encode(), key, Content_Type="application/x-ndjson")
        assert answer.text.count('"status":201') == ORDERS, answer.text[:500]
        told = event("consignment.label_created", reference="SO-7")
        assert server.post("/v1/events", told, key).status_code == 201
    return folder, key


@pytest.fixture
def lane(filled: tuple[Path, str], tmp_path: Path) -> Path:
    shutil.copytree(filled[0], tmp_path / "lane")
    return tmp_path / "lane"


def migrate(lane: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [SEALANE, "migrate", *words, "--data-dir", str(lane)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_there_and_back_with_a_server_on_each(filled: tuple[Path, str], lane: Path, address: str) -> None:
    key, url = filled[1], fresh_database(address)
    moved = migrate(lane, "--from", "sqlite", "--to", url, "--json")
    assert moved.returncode == 0, moved.stderr
    report = json.loads(moved.stdout)
    rows = {each["table"]: each["rows"] for each in report["tables"]}
    assert rows["orders"] == ORDERS
    assert report["log_entries_proven"] == rows["log_entry"] > ORDERS
    assert not (lane / "sealane.db").exists()
    assert len(list(lane.glob("sealane.db-moved-*"))) == 1

    with Server(lane, "--database", url) as server:
        again = server.post("/v1/orders", order(reference="SO-7"), key)
        assert again.status_code in {201, 409, 422}
        new = server.post("/v1/orders", order(reference="SO-new"), key)
        assert new.status_code == 201, new.text
        proof = server.get(f"/v1/log/entries/{new.json()['log_entry']}/proof", key)
        assert proof.status_code == 200
        refused = migrate(lane, "--from", url, "--to", "sqlite")
        assert refused.returncode == 78
        assert "in use" in refused.stderr

    back = migrate(lane, "--from", url, "--to", "sqlite", "--json")
    assert back.returncode == 0, back.stderr
    returned = {each["table"]: each["rows"] for each in json.loads(back.stdout)["tables"]}
    assert returned["orders"] == ORDERS + 1
    with Server(lane) as server:
        found = server.get(f"/v1/orders/{new.json()['order_id']}", key)
        assert found.json()["reference"] == "SO-new"


def test_killed_in_the_middle_it_goes_on(lane: Path, address: str) -> None:
    url = fresh_database(address)
    with psycopg.connect(url, autocommit=True) as watcher:
        running = hold_up(lane, url, watcher, "sealane_incoming.risk_fact")
        running.kill()
        running.wait()
        watcher.execute("ROLLBACK")
        copied = watcher.execute("SELECT sum(rows) FROM sealane_incoming.copy_state").fetchone()
        assert copied is not None
        assert copied[0] > ORDERS
        served = subprocess.run(
            [SEALANE, "serve", "--data-dir", str(lane), "--database", url, "--port", "0"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert served.returncode == 78  # the log of the folder is longer than that of an empty database
        watcher.execute("DROP SCHEMA public CASCADE")
        watcher.execute("CREATE SCHEMA public")
    moved = migrate(lane, "--to", url, "--json")
    assert moved.returncode == 0, moved.stderr
    assert "went on" in moved.stderr
    assert {each["table"]: each["rows"] for each in json.loads(moved.stdout)["tables"]}["orders"] == ORDERS


def test_killed_between_publishing_and_putting_aside_it_ends(lane: Path, address: str) -> None:
    url = fresh_database(address)
    first = migrate(lane, "--to", url, "--json")
    (aside,) = lane.glob("sealane.db-moved-*")
    aside.rename(lane / "sealane.db")
    again = migrate(lane, "--to", url, "--json")
    assert again.returncode == 0, again.stderr
    assert "went on" in again.stderr
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert not (lane / "sealane.db").exists()


@pytest.mark.soak
def test_killed_at_any_moment_it_goes_on(lane: Path, address: str) -> None:
    url, chance, kills = fresh_database(address), random.Random(5), 0
    command = [SEALANE, "migrate", "--to", url, "--data-dir", str(lane)]
    while (lane / "sealane.db").exists():
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            assert running.wait(0.8 + chance.random() * (1 + kills / 10)) == 0
            break
        running.kill()
        running.wait()
        kills += 1
        assert kills < 60
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (ORDERS,)


def hold_up(lane: Path, url: str, watcher: Any, table: str) -> subprocess.Popen[bytes]:
    """Start a move and let it run into a lock on one of its tables."""
    sink = subprocess.DEVNULL
    running = subprocess.Popen([SEALANE, "migrate", "--to", url, "--data-dir", str(lane)], stdout=sink, stderr=sink)
    is_there = "SELECT to_regclass('sealane_incoming.copy_source') IS NOT NULL"
    deadline = time.monotonic() + 60
    while watcher.execute(is_there).fetchone() != (True,):
        assert running.poll() is None
        assert time.monotonic() < deadline
    watcher.execute("BEGIN")
    watcher.execute(f"LOCK TABLE {table}")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while watcher.execute(waiting).fetchone() == (0,):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return running


@pytest.mark.soak
def test_a_folder_that_was_served_meanwhile_is_copied_anew(filled: tuple[Path, str], lane: Path, address: str) -> None:
    url = fresh_database(address)
    with psycopg.connect(url, autocommit=True) as watcher:
        running = hold_up(lane, url, watcher, "sealane_incoming.risk_fact")
        running.kill()
        running.wait()
    with Server(lane) as server:
        assert server.post("/v1/orders", order(reference="SO-late"), filled[1]).status_code == 201
        refused = migrate(lane, "--to", url)
        assert refused.returncode == 78
        assert "in use by process" in refused.stderr
    moved = migrate(lane, "--to", url, "--json")
    assert moved.returncode == 0, moved.stderr
    assert "went on" not in moved.stderr
    assert {each["table"]: each["rows"] for each in json.loads(moved.stdout)["tables"]}["orders"] == ORDERS + 1


def test_what_is_not_empty_or_not_the_same_is_refused(lane: Path, address: str, tmp_path: Path) -> None:
    url = fresh_database(address)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    refused = migrate(lane, "--to", url)
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert (lane / "sealane.db").exists()
    nowhere = migrate(lane, "--to", "postgresql://nobody:hush@127.0.0.1:1/none")
    assert nowhere.returncode == 78
    assert "hush" not in nowhere.stderr
    both = migrate(lane, "--to", "sqlite")
    assert both.returncode == 2
    assert migrate(tmp_path / "empty", "--to", url).returncode == 1


def test_a_row_that_changed_on_its_way_is_found(lane: Path, address: str) -> None:
    url = fresh_database(address)
    with psycopg.connect(url, autocommit=True) as watcher:
        running = hold_up(lane, url, watcher, "sealane_incoming.risk_fact")
        watcher.execute("UPDATE sealane_incoming.consignments SET tracking_number = 'X' WHERE ctid = '(0,1)'")
        watcher.execute("COMMIT")
        assert running.wait(60) == 1
    assert (lane / "sealane.db").exists()
    told = migrate(lane, "--to", url)
    assert told.returncode == 1
    assert "The copy of consignments" in told.stderr
