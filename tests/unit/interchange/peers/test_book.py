from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.peers.book import Peers
from sealane.interchange.peers.store import PeerMessageRow, PeerRow, ReceiptRow
from sealane.storage.database import Database

PEERS = Peers()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def test_a_peer_is_found_by_party_and_by_origin(database: Database) -> None:
    row = PeerRow("pty_1", "https://a.example", "hook_1", b"one", 5)
    database.run(lambda tx: PEERS.put(tx, row))
    assert database.run(lambda tx: PEERS.at(tx, row.origin)) == row
    with database.reader() as conn:
        assert PEERS.find(conn, "pty_1") == row
        assert PEERS.find(conn, "pty_2") is None
        assert PEERS.all(conn) == [row]


def test_the_fields_of_old_messages_go_when_a_new_one_comes(database: Database) -> None:
    def message(name: str, received_us: int) -> PeerMessageRow:
        return PeerMessageRow(name, "pty_1", f"theirs_{name}", "x", b"d", b"held", "ent_1", received_us)

    database.run(lambda tx: PEERS.take(tx, message("msg_1", tx.now_us - 10), keep_us=20_000_000))
    database.run(lambda tx: PEERS.take(tx, message("msg_2", tx.now_us + 10), keep_us=0))
    with database.reader() as conn:
        held = {each.message_id: each.held for each in PEERS.messages(conn, after=(1 << 62, ""), limit=9)}
        assert PEERS.message(conn, "msg_3") is None
    assert held == {"msg_1": None, "msg_2": b"held"}


def test_a_receipt_is_kept_for_its_message(database: Database) -> None:
    row = ReceiptRow("msg_1", "pty_1", b"evidence", "ent_1", 1)
    database.run(lambda tx: PEERS.keep_receipt(tx, row))
    with database.reader() as conn:
        assert PEERS.receipt(conn, "msg_1") == row
        assert PEERS.receipt(conn, "msg_2") is None
