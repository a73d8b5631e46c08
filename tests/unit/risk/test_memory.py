"""The memory comes back: after a restart, a lost batch, a broken segment, a changed layout."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import Conflict
from sealane.risk import facts, memory, store
from sealane.risk.facts import Fact
from sealane.risk.memory import Memory
from sealane.risk.signals import ALL
from sealane.risk.windows.segments import Round
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


@pytest.fixture(autouse=True)
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "ROUND", 20)
    monkeypatch.setattr(memory, "SWEEP", 1)
    monkeypatch.setattr(memory, "LONG_REPLAY", 60)


def observe(database: Database, kept: Memory, fact: Fact) -> None:
    def flow(tx: Any) -> None:
        kept.observe(fact)[0]
        seq = kept.number()
        tx.insert(store.INSERT_FACT, (seq, fact.observed_us, b"", facts.encode(fact)))
        tx.on_success(lambda: kept.register(seq, fact))
        kept.checkpoint(tx)

    database.run(flow)


def fill(database: Database, kept: Memory, make_fact: Callable[..., Fact], first: int, last: int) -> None:
    for number in range(first, last):
        who = (number % 7).to_bytes(16)
        observe(database, kept, make_fact(at=START_US + number, account=who, address=who, device=number.to_bytes(16)))


def values(kept: Memory, make_fact: Callable[..., Fact], after: int = 10**9) -> dict[str, Any]:
    fact = make_fact(at=START_US + after, account=(3).to_bytes(16), address=(3).to_bytes(16))
    return dict(zip([s.name for s in ALL.by_stage["checkout"]], kept.observe(fact)[0], strict=True))


def cells_on_disk(database: Database) -> int:
    with database.reader() as conn:
        return len(list(store.segments(conn)))


def test_a_restart_without_a_close_gives_the_same_values(database: Database, make_fact: Any) -> None:
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 150)
    assert cells_on_disk(database) > 1
    again = Memory(ALL, database)
    assert again.fault is None
    assert values(again, make_fact) == values(kept, make_fact)
    assert values(again, make_fact)["account_orders_365d"] == 21


def test_after_a_close_nothing_is_replayed(database: Database, make_fact: Any) -> None:
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 33)
    kept.close()
    again = Memory(ALL, database)
    assert all(not cells.hot for cells in again.state.cells.values())
    assert again.state.newest_us == START_US + 32
    assert values(again, make_fact) == values(Memory(ALL, database), make_fact)
    again.close()


def test_full_rounds_replace_old_segments(database: Database, make_fact: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[Round] = []
    monkeypatch.setattr(memory, "WASTE", 1)
    monkeypatch.setattr(memory, "Round", lambda *told, **named: rounds.append(Round(*told, **named)) or rounds[-1])
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 400)
    with database.reader() as conn:
        ids = [segment_id for segment_id, _, _ in store.segments(conn)]
    assert ids[0] > 1
    assert kept._kept <= 2 * kept._live() + 20
    assert not all(due.is_full for due in rounds)
    assert values(Memory(ALL, database), make_fact) == values(kept, make_fact)


def test_a_lost_batch_leaves_no_trace(database: Database, make_fact: Any) -> None:
    kept = Memory(ALL, database)
    database.on_reset(lambda _: kept.restore())
    fill(database, kept, make_fact, 0, 50)
    before = values(kept, make_fact)["account_orders_365d"]
    fact = make_fact(at=START_US + 2 * 10**9, account=(3).to_bytes(16))

    def lost(tx: Any) -> None:
        kept.observe(fact)[0]
        tx.on_success(lambda: kept.register(kept.number(), fact))
        tx.insert(store.INSERT_FACT, (1, 0, b"", b"taken already"))

    with pytest.raises(Conflict, match="UNIQUE"):
        database.run(lost)
    assert database.run(lambda _: values(kept, make_fact))["account_orders_365d"] == before
    fill(database, kept, make_fact, 3 * 10**9, 3 * 10**9 + 7)
    assert values(kept, make_fact, 4 * 10**9)["account_orders_365d"] == before + 1


def test_a_flow_that_fails_while_it_writes_a_slice_restarts_the_round(database: Database, make_fact: Any) -> None:
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 20)
    fact = make_fact(at=START_US + 500)

    def failing(tx: Any) -> None:
        kept.observe(fact)[0]
        kept.checkpoint(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(failing)
    fill(database, kept, make_fact, 600, 640)
    assert values(Memory(ALL, database), make_fact) == values(kept, make_fact)


def test_a_flow_of_many_facts_goes_on_with_its_own_round(database: Database, make_fact: Any) -> None:
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 20)

    def many(tx: Any) -> None:
        for number in range(8):
            kept.observe(make_fact(at=START_US + 100 + number))
            kept.checkpoint(tx)

    database.run(many)
    assert kept._round is None
    with database.reader() as conn:
        assert store.last_mark(conn, kept.state.layout) > 0


def test_segments_of_another_layout_are_read_again_from_the_facts(database: Database, make_fact: Any) -> None:
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 130)
    kept.close()
    database.run(lambda tx: tx.execute("UPDATE risk_segment SET layout = 'older'"))
    database.run(lambda tx: tx.execute("UPDATE risk_mark SET layout = 'older'"))
    again = Memory(ALL, database)
    assert values(again, make_fact) == values(kept, make_fact)
    again.close()
    with database.reader() as conn:
        assert {layout for _, layout, _ in store.segments(conn)} == {again.state.layout}
    for _ in range(2):
        later = Memory(ALL, database)
        assert later.state.applied == 130
        assert all(not cells.hot for cells in later.state.cells.values())
        assert values(later, make_fact) == values(kept, make_fact)
        later._is_partial = True  # As after an upgrade of which old segments are left.
        later.close()


@pytest.mark.parametrize("statement", ["UPDATE risk_segment SET body = x'c1'", "UPDATE risk_fact SET body = x'c1'"])
def test_what_cannot_be_read_makes_a_fault_and_no_wrong_value(
    database: Database, make_fact: Any, statement: str
) -> None:
    kept = Memory(ALL, database)
    fill(database, kept, make_fact, 0, 45)
    database.run(lambda tx: tx.execute(statement))
    again = Memory(ALL, database)
    assert again.fault is not None
    assert values(again, make_fact)["account_orders_365d"] is None
    assert again.observe(make_fact("payment.captured", at=START_US + 10**9)) == ((), ())
    fill(database, again, make_fact, 10**10, 10**10 + 30)
    again.close()


def test_an_unused_memory_closes_without_a_word(database: Database, tmp_path: Path) -> None:
    Memory(ALL, database).close()
    with database.reader() as conn:
        assert isinstance(conn, sqlite3.Connection)
        assert list(store.segments(conn)) == []


def test_a_server_that_follows_sees_what_the_one_that_writes_sees(database: Database, make_fact: Any) -> None:
    leader, follower = Memory(ALL, database), Memory(ALL, database)
    follower.follow_only()
    for first in range(0, 150, 50):
        fill(database, leader, make_fact, first, first + 50)
        database.run(lambda tx: follower.follow(tx, is_writing=False))
    assert values(follower, make_fact) == values(leader, make_fact)
    follower.restore()
    assert values(follower, make_fact) == values(leader, make_fact)


def test_whoever_takes_over_the_writing_leaves_segments_that_a_restart_needs(
    database: Database, make_fact: Any
) -> None:
    first, second = Memory(ALL, database), Memory(ALL, database)
    second.follow_only()
    fill(database, first, make_fact, 0, 70)
    database.run(lambda tx: second.follow(tx, is_writing=True))
    fill(database, second, make_fact, 70, 140)
    again = Memory(ALL, database)
    assert again.fault is None
    assert values(again, make_fact) == values(second, make_fact)


def test_a_clock_that_ran_ahead_in_a_failed_flow_does_not_shut_others_out(database: Database, make_fact: Any) -> None:
    one, other = Memory(ALL, database), Memory(ALL, database)
    other.observe(make_fact(at=START_US + 10**6))
    fill(database, one, make_fact, 0, 3)
    database.run(lambda tx: other.follow(tx, is_writing=False))
    assert values(other, make_fact) == values(one, make_fact)
