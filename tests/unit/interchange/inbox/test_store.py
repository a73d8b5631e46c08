from pathlib import Path

from msgspec.structs import replace

from sealane.interchange.inbox import store
from sealane.storage.database import Database


def test_messages_come_once_and_wait_for_their_time(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        row = store.MessageRow("msg_1", "hook_1", "mer_1", "ups", "e1", "consignment.delivered", "claimed", None,
                               "ord_1", b"held", 0, 10, 5)  # fmt: skip
        database.run(lambda tx: store.add_message(tx, row))
        assert database.run(lambda tx: store.has_come(tx, "hook_1", "e1"))
        assert not database.run(lambda tx: store.has_come(tx, "hook_2", "e1"))
        with database.reader() as conn:
            assert [each.message_id for each in store.due(conn, 10, 5)] == ["msg_1"]
            assert store.due(conn, 9, 5) == store.due(conn, 10, 5, {"dhl", "ups"}) == []
            assert store.due(conn, 10, 5, {"dhl"}) == [row]
            assert store.list_messages(conn, "mer_1", after=(1 << 60, ""), limit=5) == [row]
            assert store.list_messages(conn, "mer_2", after=(1 << 60, ""), limit=5) == []
        database.run(lambda tx: store.change_message(tx, replace(row, attempts=1)))
        assert database.run(lambda tx: store.corroborate(tx, "ord_1", "consignment.delivered")) == 1
        found = database.run(lambda tx: store.find_message(tx, "msg_1"))
        assert found is not None
        assert (found.state, found.held, found.next_us, found.attempts) == ("corroborated", None, None, 1)
    finally:
        database.close()


def test_a_closed_endpoint_is_gone_with_its_secrets(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        database.run(lambda tx: store.add_endpoint(tx, store.EndpointRow("hook_1", "mer_1", "ups", b"sealed", 1)))
        database.run(lambda tx: store.put_secrets(tx, "hook_1", b"new"))
        with database.reader() as conn:
            assert [each.secrets for each in store.list_endpoints(conn, source="ups")] == [b"new"]
        database.run(lambda tx: store.remove_endpoint(tx, "hook_1"))
        with database.reader() as conn:
            assert store.find_endpoint(conn, "hook_1") is None
            assert conn.execute("SELECT secrets FROM inbox_endpoints").fetchone() == (b"",)
    finally:
        database.close()
