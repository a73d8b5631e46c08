from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.matching import store
from sealane.interchange.matching.mismatch import Mismatch
from sealane.storage.database import Database

FAR = (1 << 62, "", "", "")
ONE = Mismatch("captured-more", "payment", ("order", "payment"), "1.00 EUR", "2.00 EUR")
TWO = Mismatch("number-shared", "cns_1", ("waybill",), "its own", "X")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def test_findings_open_clear_and_open_again(database: Database) -> None:
    for each in (ONE, TWO):
        database.run(lambda tx, each=each: store.put(tx, "ord_1", "mer_a", each))
    known = database.run(lambda tx: store.open_findings(tx, "ord_1"))
    assert known == {("captured-more", "payment"): ONE, ("number-shared", "cns_1"): TWO}
    database.run(lambda tx: store.clear(tx, "ord_1", ONE))
    with database.reader() as conn:
        assert [each.mismatch.code for each in store.page(conn, "mer_a", code=None, after=FAR, limit=9)] == [
            "number-shared"
        ]
        assert store.page(conn, "mer_b", code=None, after=FAR, limit=9) == []
        assert store.page(conn, None, code="captured-more", after=FAR, limit=9) == []
        assert [each.cleared_us is not None for each in store.of_order(conn, "ord_1")].count(True) == 1
        assert list(store.totals(conn, None)) == [("number-shared", 1, 1)]
    database.run(lambda tx: store.put(tx, "ord_1", "mer_a", ONE))
    assert len(database.run(lambda tx: store.open_findings(tx, "ord_1"))) == 2


def test_the_mark_only_moves_forward(database: Database) -> None:
    database.run(lambda tx: store.move_matched(tx, 7))
    database.run(lambda tx: store.move_matched(tx, 3))
    with database.reader() as conn:
        assert store.matched(conn) == 7
