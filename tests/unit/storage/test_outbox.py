from collections.abc import Callable
from typing import Any

import pytest

from sealane.model.errors import NotFound
from sealane.storage import outbox
from sealane.storage.database import Database, Transaction


def add(body: bytes) -> Callable[[Transaction], int]:
    def flow(tx: Transaction) -> int:
        outbox.add(tx, "order.decided", "ord_1", body)
        return tx.now_us

    return flow


def test_notices_are_numbered_in_the_order_of_the_flows(database: Database, together: Any) -> None:
    times = together(database, add(b"1"), add(b"2"), add(b"3"))
    with database.reader() as connection:
        notices = outbox.page(connection, 0, 10)
        assert [notice.body for notice in notices] == [b"1", b"2", b"3"]
        assert [notice.created_us for notice in notices] == times
        assert (notices[0].kind, notices[0].order_id) == ("order.decided", "ord_1")
        assert outbox.page(connection, notices[0].number, 1) == [notices[1]]
        assert outbox.page(connection, notices[-1].number, 10) == []


def test_a_failed_flow_tells_nobody(database: Database, together: Any) -> None:
    def fail(tx: Transaction) -> None:
        outbox.add(tx, "order.decided", "ord_2", b"no")
        raise NotFound

    together(database, add(b"1"), fail, add(b"2"))
    with database.reader() as connection:
        assert [notice.body for notice in outbox.page(connection, 0, 10)] == [b"1", b"2"]


def test_one_notice_is_read_by_its_number_and_the_last_number_is_known(database: Database) -> None:
    assert database.run(outbox.last) == 0
    database.run(add(b"1"))

    def add_and_ask(tx: Transaction) -> int:
        outbox.add(tx, "order.decided", "ord_1", b"2")
        return outbox.last(tx)

    assert database.run(add_and_ask) == 2
    with database.reader() as connection:
        assert outbox.read(connection, 2).body == b"2"
        with pytest.raises(NotFound):
            outbox.read(connection, 3)
