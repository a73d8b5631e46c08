from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import IdempotencyMismatch, NotFound
from sealane.storage.database import Database, Transaction
from sealane.storage.idempotency import Answer, Slot, once

SLOT = Slot("mer_1", "orders", "key-1")
PRINT = b"f" * 32


def work(tx: Transaction) -> bytes:
    tx.insert("INSERT INTO facts VALUES (?, ?)", (f"{tx.now_us}", 1))
    return b"made at %d" % tx.now_us


def ask(slot: Slot = SLOT, fingerprint: bytes = PRINT) -> Callable[[Transaction], Answer]:
    return lambda tx: once(tx, slot, fingerprint, work)


def effects(database: Database) -> int:
    with database.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM facts").fetchone()[0])


def test_the_second_request_gets_the_first_answer(database: Database) -> None:
    first = database.run(ask())
    second = database.run(ask())
    assert (first.replayed, second.replayed) == (False, True)
    assert first.body == second.body
    assert effects(database) == 1


def test_fifty_at_once_have_one_effect(database: Database, together: Any) -> None:
    answers = together(database, *[ask()] * 50)
    assert len({answer.body for answer in answers}) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert effects(database) == 1


def test_the_answer_survives_a_restart(folder: Path) -> None:
    database = Database.open(folder)
    first = database.run(lambda tx: once(tx, SLOT, PRINT, lambda _: b"answer"))
    database.close()
    database = Database.open(folder)
    again = database.run(lambda tx: once(tx, SLOT, PRINT, lambda _: b"another"))
    assert (first.body, again) == (b"answer", Answer(b"answer", replayed=True))
    database.close()


def test_another_body_under_the_same_key_is_refused(database: Database, together: Any) -> None:
    _, refused = together(database, ask(), ask(fingerprint=b"g" * 32))
    assert isinstance(refused, IdempotencyMismatch)
    with pytest.raises(IdempotencyMismatch):
        database.run(ask(fingerprint=b"g" * 32))
    assert effects(database) == 1


@pytest.mark.parametrize(
    "other",
    [Slot("mer_2", "orders", "key-1"), Slot("mer_1", "events", "key-1"), Slot("mer_1", "orders", "key-2")],
)
def test_another_party_route_or_key_is_another_request(database: Database, other: Slot) -> None:
    database.run(ask())
    assert not database.run(ask(other)).replayed
    assert effects(database) == 2


def test_a_failure_is_not_stored(database: Database) -> None:
    def fail(tx: Transaction) -> bytes:
        work(tx)
        raise NotFound

    with pytest.raises(NotFound):
        database.run(lambda tx: once(tx, SLOT, PRINT, fail))
    assert not database.run(ask()).replayed
    assert effects(database) == 1


def test_the_key_itself_is_not_stored(database: Database, embedded: Database, folder: Path) -> None:
    database.run(ask(Slot("mer_1", "orders", "ana.silva@example.com")))
    database.close()
    assert b"ana.silva" not in (folder / "sealane.db").read_bytes()


def test_calls_may_be_nested(database: Database) -> None:
    inner = Slot("mer_1", "event", "e-1")

    def outer(tx: Transaction) -> bytes:
        return once(tx, inner, b"", work).body

    first = database.run(lambda tx: once(tx, SLOT, PRINT, outer))
    assert database.run(lambda tx: once(tx, inner, b"", work)) == Answer(first.body, replayed=True)
    assert effects(database) == 1
