import sqlite3
from pathlib import Path

import pytest

from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.vault import store
from vaults import Lane


def test_numbers_begin_above_everything_known(tmp_path: Path) -> None:
    keys = store.open_keys(tmp_path / "vault-keys.db")
    with store.writing(keys):
        assert store.reserve_numbers(keys, 3, 0) == range(1, 4)
        assert store.reserve_numbers(keys, 2, 10) == range(11, 13)
        assert store.reserve_numbers(keys, 1, 5) == range(13, 14)
    keys.close()


def test_what_fails_half_way_is_not_there(tmp_path: Path) -> None:
    keys = store.open_keys(tmp_path / "vault-keys.db")

    def write_twice() -> None:
        with store.writing(keys):
            store.reserve_numbers(keys, 3, 0)
            store.add_keys(keys, [store.KeyRow(1, "pii", 1, each, "mer_1") for each in (b"a", b"b")])

    with pytest.raises(DependencyUnavailable):
        write_twice()
    assert store.find_key(keys, 1) is None
    with store.writing(keys):
        assert store.reserve_numbers(keys, 1, 0) == range(1, 2)
    keys.close()


def test_a_dropped_key_is_overwritten_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "vault-keys.db"
    keys = store.open_keys(path)
    other = store.KeyRow(2, "pii", 1, b"TheWrappedKeyOfTwo", "mer_1")
    with store.writing(keys):
        store.add_keys(keys, (store.KeyRow(1, "pii", 1, b"TheWrappedKeyOfOne", "mer_1"), other))
    keys.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"TheWrappedKeyOfOne" in path.read_bytes()
    with store.writing(keys):
        store.drop_keys(keys, [1])
    keys.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"TheWrappedKeyOfOne" not in path.read_bytes()
    assert b"TheWrappedKeyOfTwo" in path.read_bytes()
    keys.close()


def test_the_key_file_is_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault-keys.db"
    store.open_keys(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_no_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vault-keys.db"
    path.write_bytes(b"this is text, not a database, and long enough to be looked at" * 20)
    with pytest.raises(Misconfigured, match="cannot be used"):
        store.open_keys(path)
    with pytest.raises(Misconfigured):
        store.open_keys(tmp_path / "none" / "vault-keys.db")


def test_a_newer_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vault-keys.db"
    store.open_keys(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 4")
    connection.close()
    with pytest.raises(Misconfigured, match="newer"):
        store.open_keys(path)


def test_a_closed_file_cannot_be_read(tmp_path: Path) -> None:
    keys = store.open_keys(tmp_path / "vault-keys.db")
    keys.close()
    with pytest.raises(DependencyUnavailable):
        store.find_key(keys, 1)


def test_rows_are_found_as_they_were_added(lane: Lane) -> None:
    subject = store.SubjectRow("sub_1", "mer_1", 7)
    card = store.CardRow("ct_1", "mer_1", "rec_1", b"l" * 16, "411111", "1111", "visa")

    def add(tx: store.Transaction) -> None:
        store.add_subject(tx, subject, b"who", 1)
        store.add_record(tx, "rec_1", "sub_1", b"body")
        store.add_card(tx, card)

    lane.database.run(add)
    assert lane.database.run(lambda tx: store.find_identity(tx, b"who")) == subject
    assert lane.database.run(lambda tx: store.find_identity(tx, b"nobody")) is None
    assert lane.database.run(lambda tx: store.find_subject(tx, "sub_1")) == subject
    assert lane.database.run(lambda tx: store.find_subject(tx, "sub_2")) is None
    assert lane.database.run(lambda tx: store.find_card(tx, "ct_1")) == card
    assert lane.database.run(lambda tx: store.find_card(tx, "ct_2")) is None
    with lane.database.reader() as conn:
        assert store.find_record(conn, "rec_1") == (subject, b"body")
        assert store.tenants_of(conn, 1, 7) == {7: "mer_1"}
        assert store.tenants_of(conn, 1, 6) == {}
        assert store.find_record(conn, "rec_2") is None
        assert store.highest_number(conn) == 7


def test_a_number_and_an_identity_belong_to_one_subject(lane: Lane) -> None:
    lane.database.run(lambda tx: store.add_subject(tx, store.SubjectRow("sub_1", "mer_1", 7), b"who", 1))
    for row, identity in (
        (store.SubjectRow("sub_2", "mer_1", 7), None),
        (store.SubjectRow("sub_2", "mer_1", 8), b"who"),
    ):
        with pytest.raises(Exception, match="UNIQUE"):
            lane.database.run(lambda tx, row=row, identity=identity: store.add_subject(tx, row, identity, 1))
    for number in (8, 9):
        row = store.SubjectRow(f"sub_{number}", "mer_1", number)
        lane.database.run(lambda tx, row=row: store.add_subject(tx, row, None, 1))


def test_moving_a_card_deletes_the_record_it_leaves(lane: Lane) -> None:
    card = store.CardRow("ct_1", "mer_1", "rec_1", b"l" * 16, "411111", "1111", "visa")

    def add(tx: store.Transaction) -> None:
        store.add_card(tx, card)
        store.add_record(tx, "rec_1", "ct_1", b"old")
        store.add_record(tx, "rec_2", "ct_1", b"new")
        store.move_card(tx, card, "rec_2")

    lane.database.run(add)
    assert lane.query("SELECT record_id FROM vault_record") == [("rec_2",)]
    assert lane.database.run(lambda tx: store.find_card(tx, "ct_1")) == card._replace(record_id="rec_2")
