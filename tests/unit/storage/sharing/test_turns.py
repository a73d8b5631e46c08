"""Two writers on one database: what one commits the other takes in before its next flow."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sealane.model.errors import InvalidInput
from sealane.storage.database import Database, Transaction
from servers import fresh_database

Pair = tuple[Database, Database]


@pytest.fixture
def pair(tmp_path: Path, server: str) -> Iterator[Pair]:
    url = fresh_database(server)
    one, other = (Database.open(tmp_path / name, url=url, is_shared=True) for name in ("one", "other"))
    one.run(lambda tx: tx.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value BIGINT NOT NULL)"))
    yield one, other
    one.close()
    other.close()


def add_leaf(tx: Transaction) -> int:
    tx.insert("INSERT INTO log_entry (entry_id, leaf) VALUES (?, ?)", (str(tx.now_us), b"x"))
    return tx.now_us


def test_no_two_flows_of_two_servers_share_a_moment_or_leave_a_gap(pair: Pair) -> None:
    with ThreadPoolExecutor(8) as pool:
        times = list(pool.map(lambda number: pair[number % 2].run(add_leaf), range(200)))
    assert len(set(times)) == 200
    with pair[0].reader() as conn:
        rows = conn.execute("SELECT position, entry_id FROM log_entry ORDER BY position").fetchall()
    assert [position for position, _ in rows] == list(range(1, 201))
    assert [int(name) for _, name in rows] == sorted(times)


def test_a_flow_that_fails_leaves_no_gap_for_the_other_server(pair: Pair) -> None:
    def fail(tx: Transaction) -> None:
        add_leaf(tx)
        tx.one("SELECT count(*) FROM log_entry")
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        pair[0].run(fail)
    pair[1].run(add_leaf)
    pair[0].run(add_leaf)
    with pair[0].reader() as conn:
        assert [row[0] for row in conn.execute("SELECT position FROM log_entry ORDER BY 1")] == [1, 2]


def test_what_the_other_committed_is_followed_once_and_news_only_when_announced(pair: Pair) -> None:
    seen: list[str] = []
    pair[1].on_turn(lambda _: seen.append("turn"))
    pair[1].on_news(lambda _: seen.append("news"))
    pair[1].run(lambda tx: tx.now_us)
    seen.clear()
    pair[0].run(add_leaf)
    pair[1].run(lambda tx: tx.now_us)
    pair[1].run(lambda tx: tx.now_us)
    assert seen == ["turn"]
    pair[0].run(Transaction.announce)
    pair[1].run(lambda tx: tx.now_us)
    assert seen == ["turn", "turn", "news"]


def test_an_idle_server_takes_in_what_others_commit(pair: Pair) -> None:
    followed = threading.Event()
    pair[1].on_turn(lambda _: followed.set())
    pair[0].run(add_leaf)
    assert followed.wait(8)
