from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.peers import store
from sealane.interchange.peers.store import PeerMessageRow, PeerRow, ReceiptRow
from sealane.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def test_a_peer_is_found_by_party_and_origin_and_gets_a_new_document(database: Database) -> None:
    row = PeerRow("pty_1", "https://a.example", "hook_1", b"one", 5)
    database.run(lambda tx: store.put_peer(tx, row))
    database.run(lambda tx: store.put_peer(tx, PeerRow("pty_1", "https://a.example", "hook_1", b"two", 9)))
    found = database.run(lambda tx: store.peer_at(tx, "https://a.example"))
    assert found is not None
    assert (found.document, found.created_us) == (b"two", 5)
    with database.reader() as conn:
        assert store.find_peer(conn, "pty_1") == found
        assert store.find_peer(conn, "pty_2") is None
        assert store.list_peers(conn) == [found]


def test_messages_are_listed_and_their_fields_forgotten(database: Database) -> None:
    rows = [PeerMessageRow(f"msg_{n}", "pty_1", f"theirs_{n}", "x", b"d", b"held", "ent_1", n) for n in (1, 2)]
    for row in rows:
        database.run(lambda tx, row=row: store.add_message(tx, row))
    assert database.run(lambda tx: store.forget_messages(tx, 2)) == 1
    with database.reader() as conn:
        listed = store.list_messages(conn, after=(9, ""), limit=5)
        assert [(each.message_id, each.held) for each in listed] == [("msg_2", b"held"), ("msg_1", None)]
        assert store.find_message(conn, "msg_2") == rows[1]
        assert store.find_message(conn, "msg_3") is None


def test_the_first_receipt_stays(database: Database) -> None:
    for evidence in (b"first", b"second"):
        database.run(lambda tx, e=evidence: store.add_receipt(tx, ReceiptRow("msg_1", "pty_1", e, "ent_1", 1)))
    with database.reader() as conn:
        found = store.find_receipt(conn, "msg_1")
        assert store.find_receipt(conn, "msg_2") is None
    assert found is not None
    assert found.evidence == b"first"
