from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.outbound.deliveries import Deliveries
from sealane.interchange.outbound.store import DeliveryRow
from sealane.storage.database import Database

FAR = 1 << 60
QUEUES = Deliveries()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    database.run(lambda tx: QUEUES.hand_out(tx, 0, 2, [row(1), row(2)]))
    yield database
    database.close()


def row(number: int) -> DeliveryRow:
    return DeliveryRow(
        f"out_{number}", "hook_a", number, "order.decided", "ord_a", "waiting", 0, None, 0, None, None, 1, None
    )


def due(database: Database) -> list[DeliveryRow]:
    with database.reader() as conn:
        return QUEUES.due(conn, "hook_a", FAR, 9)


def test_notices_are_handed_out_once(database: Database) -> None:
    database.run(lambda tx: QUEUES.hand_out(tx, 0, 2, [row(9)]))
    with database.reader() as conn:
        assert QUEUES.handed_out(conn) == 2
        assert [each.number for each in QUEUES.page(conn, "hook_a", before=FAR, limit=9)] == [2, 1]


def test_a_delivery_arrives_waits_or_dies_and_the_next_of_its_order_follows(database: Database) -> None:
    (first,) = database.run(lambda tx: QUEUES.lease(tx, due(database), FAR))
    database.run(lambda tx: QUEUES.postpone(tx, first, FAR + 1))
    assert due(database) == []
    database.run(lambda tx: QUEUES.arrive(tx, first))
    (second,) = due(database)
    database.run(lambda tx: QUEUES.postpone(tx, second, None))
    with database.reader() as conn:
        assert QUEUES.totals(conn, "hook_a") == {"delivered": 1, "dead": 1}
        found = QUEUES.find(conn, "out_2")
    assert found is not None
    assert (found.state, found.next_us, found.done_us is not None) == ("dead", None, True)
    assert database.run(lambda tx: QUEUES.revive(tx, "hook_a")) == 1
    assert database.run(lambda tx: QUEUES.sweep(tx, FAR)) == 1
    assert [each.number for each in due(database)] == [2]


def test_what_was_under_way_is_due_after_a_start(database: Database) -> None:
    database.run(lambda tx: QUEUES.lease(tx, due(database), FAR + 1))
    assert due(database) == []
    database.run(QUEUES.release)
    assert [each.number for each in due(database)] == [1]
