"""The shared memory answers as the one in the process does: after lost flows, a lost shard, a dead server."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import Conflict
from sealane.risk import facts, store
from sealane.risk.facts import Fact
from sealane.risk.memory import Memory
from sealane.risk.shared import mending
from sealane.risk.shared.cluster import addresses_of
from sealane.risk.shared.memory import SharedMemory
from sealane.risk.signals import ALL
from sealane.storage.database import Database, Transaction
from shards import ValkeyCluster

AT = 1_790_000_000_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


@pytest.fixture
def shared(database: Database, shards: ValkeyCluster) -> Iterator[SharedMemory]:
    shards.empty()
    memory = SharedMemory(ALL, database, addresses_of(shards.url))
    database.on_reset(lambda _: memory.restore())
    yield memory
    memory.close()


def take(database: Database, kept: SharedMemory, fact: Fact, *, fails: bool = False) -> Any:
    def flow(tx: Transaction) -> Any:
        values, heads = kept.observe(fact)
        if kept.knows(fact):
            return values, heads
        seq = kept.number()
        tx.insert(store.INSERT_FACT, (seq, fact.observed_us, b"", facts.encode(fact)))
        tx.on_success(partial(kept.register, seq, fact))
        kept.checkpoint(tx)
        if fails:
            raise Conflict("This flow fails.")
        return values, heads

    return database.run(flow)


def order(make_fact: Callable[..., Fact], number: int) -> Fact:
    who, where = (number % 7).to_bytes(16), (number % 3).to_bytes(16)
    return make_fact(at=AT + number * 1_000, account=who, card=who, address=where, amount_eur=number)


def differing(database: Database, shared: SharedMemory, probes: list[Fact]) -> list[Fact]:
    alone = Memory(ALL, database)
    return [probe for probe in probes if alone.observe(probe) != shared.observe(probe)]


def mended(shared: SharedMemory) -> None:
    deadline = time.monotonic() + 20
    while shared.fault is not None:
        assert time.monotonic() < deadline, shared.fault
        time.sleep(0.02)


def test_it_reads_as_the_memory_of_the_process(database: Database, shared: SharedMemory, make_fact: Any) -> None:
    for number in range(40):
        take(database, shared, order(make_fact, number))
    with pytest.raises(Conflict, match="fails"):
        take(database, shared, order(make_fact, 41), fails=True)
    with pytest.raises(Conflict, match="older"):
        shared.observe(order(make_fact, 3))
    assert differing(database, shared, [order(make_fact, 50 + number) for number in range(7)]) == []
    with database.reader() as conn:
        assert len(store.pending_page(conn, None, 99)) <= 1


def test_an_event_counts_once_and_tells_who_has_the_parcel(
    database: Database, shared: SharedMemory, make_fact: Any
) -> None:
    scan = make_fact("consignment.handed_over", at=AT, consignment="cns_1", courier=b"k" * 16, event_id="evt_a")
    take(database, shared, scan)
    assert shared.carriers("cns_1", AT + 1) == (b"k" * 16, None)
    assert shared.carriers("cns_2", AT + 1) == (None, None)
    again = make_fact(
        "consignment.handed_over", at=AT + 5, consignment="cns_1", event_id="evt_a", order_id=scan.order_id
    )
    take(database, shared, again)
    assert shared.knows(again)
    with database.reader() as conn:
        assert len(store.fact_page(conn, 0, 9)) == 1


def test_a_lost_shard_degrades_and_comes_back_whole(
    database: Database, shared: SharedMemory, shards: ValkeyCluster, make_fact: Any
) -> None:
    for number in range(20):
        take(database, shared, order(make_fact, number))
    shards.primaries[1].kill()
    _, heads = take(database, shared, order(make_fact, 20))
    while heads:  # until a key of the lost third is asked for
        _, heads = take(database, shared, order(make_fact, int(shared.newest_us - AT) // 1_000 + 1))
    assert shared.fault is not None
    newest = int(shared.newest_us - AT) // 1_000
    take(database, shared, order(make_fact, newest + 1))
    shards.primaries[1].start()
    mended(shared)
    probes = [order(make_fact, newest + 10 + number) for number in range(7)]
    assert differing(database, shared, probes) == []


def test_what_a_dead_server_left_unsent_counts(
    database: Database, shared: SharedMemory, shards: ValkeyCluster, make_fact: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "STALE_US", -60_000_000)
    fact = order(make_fact, 1)

    def orphan(tx: Transaction) -> None:
        tx.insert(store.INSERT_FACT, (1, fact.observed_us, b"", facts.encode(fact)))
        tx.insert(store.INSERT_PENDING, (1, "another server", 0))

    database.run(orphan)
    database.run(lambda tx: shared.follow(tx, is_writing=False))
    assert differing(database, shared, [order(make_fact, 8)]) == []
    deadline = time.monotonic() + 20
    left: list[Any] = [fact]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        with database.reader() as conn:
            left = store.pending_page(conn, None, 9)
    assert left == []
    database.run(lambda tx: shared.follow(tx, is_writing=False))
    assert differing(database, shared, [order(make_fact, 15)]) == []
