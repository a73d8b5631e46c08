from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from sealane.interchange.outbound import store
from sealane.interchange.outbound.store import DeliveryRow, ReceiverRow
from sealane.storage.database import Database

FAR = 1 << 60


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def row(number: int, order: str = "ord_a", endpoint: str = "hook_a") -> DeliveryRow:
    return DeliveryRow(
        f"out_{endpoint}{number}", endpoint, number, "order.decided", order, "waiting", 0, None, 0, None, None, 1, None
    )


def due(database: Database, endpoint: str = "hook_a") -> list[int]:
    with database.reader() as conn:
        return [each.number for each in store.due(conn, endpoint, FAR, 10)]


def find(database: Database, number: int) -> DeliveryRow:
    with database.reader() as conn:
        found = store.find_delivery(conn, f"out_hook_a{number}")
    assert found is not None
    return found


def test_only_the_first_of_an_order_is_due_and_the_next_follows_once_it_is_over(database: Database) -> None:
    rows = [row(1), row(2), row(3, "ord_b"), row(2, endpoint="hook_b")]
    database.run(lambda tx: store.add_deliveries(tx, rows))
    database.run(lambda tx: store.add_deliveries(tx, [row(4)]))
    assert due(database) == [1, 3]
    assert due(database, "hook_b") == [2]
    failed = replace(find(database, 1), attempts=1, next_us=FAR + 1)
    database.run(lambda tx: store.change(tx, failed))
    assert due(database) == [3]
    database.run(lambda tx: store.change(tx, replace(failed, state="delivered", next_us=None, done_us=5)))
    assert due(database) == [3, 2]
    database.run(lambda tx: store.change(tx, replace(find(database, 2), state="dead", next_us=None, done_us=6)))
    assert due(database) == [3, 4]


def test_a_lease_is_given_once_and_released_at_the_start(database: Database) -> None:
    database.run(lambda tx: store.add_deliveries(tx, [row(1)]))
    with database.reader() as conn:
        waiting = store.due(conn, "hook_a", FAR, 10)
    assert len(database.run(lambda tx: store.lease(tx, waiting, FAR + 1))) == 1
    assert database.run(lambda tx: store.lease(tx, waiting, FAR + 1)) == []
    assert due(database) == []
    database.run(store.release)
    assert due(database) == [1]


def test_dead_letters_come_back_in_their_order(database: Database) -> None:
    database.run(lambda tx: store.add_deliveries(tx, [row(1), row(2), row(3)]))
    for number in (1, 2):
        dead = replace(find(database, number), state="dead", next_us=None, attempts=10, done_us=9)
        database.run(lambda tx, dead=dead: store.change(tx, dead))
    assert due(database) == [3]
    assert database.run(lambda tx: store.revive(tx, "hook_a")) == 2
    assert due(database) == [3, 1] or due(database) == [1, 3]
    assert find(database, 1).attempts == 0
    assert database.run(lambda tx: store.revive(tx, "hook_a", "out_hook_a1")) == 0
    assert database.run(lambda tx: store.revive(tx, "hook_b", "out_hook_a1")) == 0


def test_endpoints_are_listed_paused_and_forgotten(database: Database) -> None:
    made = ReceiverRow("hook_a", "mer_a", "https://a.example/", "order.decided case.closed", "v1", b"secret", 0, 1)
    database.run(lambda tx: store.add_receiver(tx, made))
    database.run(lambda tx: store.add_deliveries(tx, [row(1)]))
    assert made.hears("case.closed")
    assert not made.hears("message.sent")
    assert "secret" not in repr(made)
    database.run(lambda tx: store.pause(tx, "hook_a", 7))
    with database.reader() as conn:
        assert [each.paused_us for each in store.list_receivers(conn, "mer_a")] == [7]
        assert store.list_receivers(conn, "mer_b") == []
        assert store.totals(conn, "hook_a") == {"waiting": 1}
        listed = store.list_deliveries(conn, "hook_a", state="waiting", before=FAR, limit=5)
        assert [each.number for each in listed] == [1]
        assert store.list_deliveries(conn, "hook_a", state="dead", before=FAR, limit=5) == []
    database.run(lambda tx: store.put_secrets(tx, "hook_a", b"new"))
    database.run(lambda tx: store.remove_receiver(tx, "hook_a"))
    with database.reader() as conn:
        assert store.find_receiver(conn, "hook_a") is None
        assert store.totals(conn, "hook_a") == {}


def test_what_was_handed_out_moves_once_and_old_deliveries_are_swept(database: Database) -> None:
    assert database.run(lambda tx: store.move_told(tx, 0, 5))
    assert not database.run(lambda tx: store.move_told(tx, 0, 6))
    with database.reader() as conn:
        assert store.told(conn) == 5
    database.run(lambda tx: store.add_deliveries(tx, [row(1), row(2, "ord_b")]))
    database.run(lambda tx: store.change(tx, replace(find(database, 1), state="delivered", next_us=None, done_us=5)))
    database.run(lambda tx: store.change(tx, replace(find(database, 2), state="dead", next_us=None, done_us=5)))
    assert database.run(lambda tx: store.sweep(tx, 6)) == 1
    assert find(database, 2).state == "dead"
