"""The mender: an empty cluster is filled from the facts, and one that cannot be reached stops nobody from starting."""

import time
from pathlib import Path
from typing import Any

from sealane.risk import facts, store
from sealane.risk.memory import Memory
from sealane.risk.shared.cluster import addresses_of
from sealane.risk.shared.memory import SharedMemory
from sealane.risk.signals import ALL
from sealane.storage.database import Database, Transaction
from shards import ValkeyCluster

AT = 1_790_000_000_000_000


def test_facts_from_before_are_brought_at_the_start_and_after_a_flush(
    tmp_path: Path, shards: ValkeyCluster, make_fact: Any
) -> None:
    shards.empty()
    database = Database.open(tmp_path / "lane")

    def fill(tx: Transaction) -> None:
        for seq in range(1, 30):
            fact = make_fact(at=AT + seq, card=b"c" * 16, amount_eur=seq, account=(seq % 4).to_bytes(16))
            tx.insert(store.INSERT_FACT, (seq, fact.observed_us, b"", facts.encode(fact)))

    database.run(fill)
    probe = make_fact(at=AT + 99, card=b"c" * 16, account=(2).to_bytes(16))
    expected = Memory(ALL, database).observe(probe)
    shared = SharedMemory(ALL, database, addresses_of(shards.url))
    assert shared.fault is None
    assert shared.observe(probe) == expected
    shards.empty()
    deadline = time.monotonic() + 20
    while (shared.fault is None and shared.observe(probe) != expected) or shared.fault is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert shared.observe(probe) == expected
    shared.close()
    database.close()


def test_facts_of_a_time_without_the_shards_are_brought(tmp_path: Path, shards: ValkeyCluster, make_fact: Any) -> None:
    shards.empty()
    database = Database.open(tmp_path / "lane")
    SharedMemory(ALL, database, addresses_of(shards.url)).close()
    fact = make_fact(at=AT, card=b"c" * 16, order_id="ord_1")
    row = (1, fact.observed_us, b"", facts.encode(fact))
    database.run(lambda tx: tx.insert(store.INSERT_FACT, row))
    probe = make_fact(at=AT + 9, card=b"c" * 16)
    shared = SharedMemory(ALL, database, addresses_of(shards.url))
    assert shared.observe(probe) == Memory(ALL, database).observe(probe)
    assert shared.observe(probe)[1][0]["card"] == 1
    shared.close()
    database.close()


def test_a_server_starts_without_its_shards(tmp_path: Path, make_fact: Any) -> None:
    database = Database.open(tmp_path / "lane")
    shared = SharedMemory(ALL, database, ["valkey://127.0.0.1:1"])
    assert shared.fault is not None
    values, heads = shared.observe(make_fact(at=AT, card=b"c" * 16))
    assert heads == ()
    assert len(values) == len(ALL.by_stage["checkout"])
    assert shared.carriers("cns_1", AT) == (None, None)
    shared.close()
    database.close()
