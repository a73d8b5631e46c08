from pathlib import Path

from sealane.interchange.gate import store
from sealane.storage.database import Database


def test_messages_are_listed_to_their_recipient(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        row = store.ExchangeRow("msg_1", "a", "b", "ord_1", "customs", "customs", "x", "rec_1", 5)
        database.run(lambda tx: store.add(tx, row))
        with database.reader() as conn:
            assert store.find(conn, "msg_1") == row
            assert store.find(conn, "msg_2") is None
            assert store.page(conn, "b", after=(9, ""), limit=5) == [row]
            assert store.page(conn, "a", after=(9, ""), limit=5) == []
    finally:
        database.close()
