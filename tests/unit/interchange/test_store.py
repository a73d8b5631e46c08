from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange import store
from sealane.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def row(party: str, name: str | None = None, key_id: str = "thumb") -> store.KeyRow:
    return store.KeyRow(party, key_id, name, "{}", 1, 1, None, None)


def test_a_key_is_found_by_thumbprint_by_name_and_by_both(database: Database) -> None:
    database.run(lambda tx: [store.add_key(tx, row("pty_a", "main")), store.add_key(tx, row("pty_b", "main", "other"))])
    with database.reader() as conn:
        assert [each.party_id for each in store.find_keys(conn, "main")] == ["pty_a", "pty_b"]
        assert [each.party_id for each in store.find_keys(conn, "pty_b/main")] == ["pty_b"]
        assert [each.party_id for each in store.find_keys(conn, "thumb")] == ["pty_a"]
        assert store.find_keys(conn, "nobody/main") == []


def test_old_marks_are_swept(database: Database) -> None:
    database.run(lambda tx: store.add_nonce(tx, b"old", 5))
    database.run(lambda tx: store.sweep_nonces(tx, 6))
    assert not database.run(lambda tx: store.find_nonce(tx, b"old"))
