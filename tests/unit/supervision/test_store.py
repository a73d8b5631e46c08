"""The log's rows: in commit order, without gaps, gone with a failing flow."""

import pytest

from sealane.model.errors import Conflict, NotFound
from sealane.storage.database import Database, Transaction
from sealane.supervision import store


class BoomError(Exception):
    pass


def fill(tx: Transaction, names: str) -> None:
    for name in names:
        store.add(tx, name, f"leaf {name}".encode())


def fail(tx: Transaction) -> None:
    fill(tx, "x")
    raise BoomError


def test_rows_are_numbered_in_commit_order_without_gaps(database: Database) -> None:
    database.run(lambda tx: fill(tx, "cab"))
    with pytest.raises(BoomError):
        database.run(fail)
    with pytest.raises(Conflict):
        database.run(lambda tx: fill(tx, "a"))
    database.run(lambda tx: fill(tx, "d"))
    with database.reader() as connection:
        assert store.size(connection) == 4
        rows = [(0, b"leaf c"), (1, b"leaf a"), (2, b"leaf b"), (3, b"leaf d")]
        assert list(store.entries_from(connection, 0, 10)) == rows
        assert list(store.entries_from(connection, 1, 2)) == rows[1:3]
        assert store.index_of(connection, "d") == 3


def test_an_empty_log_has_size_zero_and_no_name(database: Database) -> None:
    with database.reader() as connection:
        assert store.size(connection) == 0
        assert store.origin(connection) is None
        with pytest.raises(NotFound):
            store.index_of(connection, "a")


def test_the_name_is_kept(database: Database) -> None:
    database.run(lambda tx: store.choose_origin(tx, "sealane.local/one"))
    with database.reader() as connection:
        assert store.origin(connection) == "sealane.local/one"


def test_what_opens_an_entry_is_kept_by_order_and_erased_with_it(database: Database) -> None:
    def keep(tx: Transaction) -> None:
        fill(tx, "abc")
        store.keep_opening(tx, "ord_1", "a", b"one")
        store.keep_opening(tx, "ord_2", "b", b"two")
        store.keep_opening(tx, None, "c", b"three")

    database.run(keep)
    assert database.run(lambda tx: store.erase_order(tx, "ord_1")) == 1
    assert database.run(lambda tx: store.erase_order(tx, "ord_1")) == 0
    with database.reader() as connection:
        kept = [store.opening_of(connection, *key) for key in (("a", "ord_1"), ("b", "ord_2"), ("c", None))]
        assert kept == [None, b"two", b"three"]
        assert store.size(connection) == 3, "the entries stay"


def test_an_entry_of_the_first_releases_has_its_salt_beside_it(database: Database) -> None:
    database.run(lambda tx: fill(tx, "ab"))
    database.run(lambda tx: tx.execute("UPDATE log_entry SET salt = x'00' WHERE entry_id = 'a'"))
    with database.reader() as connection:
        assert store.leaf_of(connection, "a") == (b"leaf a", b"\0")
        assert store.leaf_of(connection, "b") == (b"leaf b", None)
        with pytest.raises(NotFound):
            store.leaf_of(connection, "c")


def test_sealed_entries_are_listed_for_their_authority_alone(database: Database) -> None:
    def seal(tx: Transaction) -> None:
        for name, authority in (("a", "one"), ("b", "two"), ("c", "one"), ("d", "one")):
            store.add_sealed(tx, name, authority, name.encode())

    database.run(seal)
    with database.reader() as connection:
        assert store.sealed_for(connection, "one", "", 2) == ["a", "c"]
        assert store.sealed_for(connection, "one", "c", 2) == ["d"]
        assert store.sealed_of(connection, "b") == ("two", b"b")
        with pytest.raises(NotFound):
            store.sealed_of(connection, "x")
