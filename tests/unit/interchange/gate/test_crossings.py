from pathlib import Path

import pytest

from sealane.interchange.gate.crossings import Crossings
from sealane.interchange.gate.store import ExchangeRow
from sealane.model.errors import NotFound
from sealane.storage.database import Database


def test_a_message_is_for_its_two_sides_only(tmp_path: Path) -> None:
    database, crossings = Database.open(tmp_path / "lane"), Crossings()
    try:
        row = ExchangeRow("msg_1", "a", "b", "ord_1", "customs", "customs", "x", "rec_1", 5)
        database.run(lambda tx: crossings.add(tx, row))
        with database.reader() as conn:
            assert crossings.between(conn, "msg_1", "a") == crossings.between(conn, "msg_1", "b") == row
            assert crossings.find(conn, "msg_1") == row
            assert crossings.find(conn, "msg_2") is None
            assert crossings.page(conn, "b", after=(9, ""), limit=5) == [row]
            for message_id, party_id in (("msg_1", "c"), ("msg_2", "a")):
                with pytest.raises(NotFound):
                    crossings.between(conn, message_id, party_id)
    finally:
        database.close()
