"""The log's rows: in commit order, without gaps, gone with a failing flow."""

import pytest

from sealane.model.errors import Conflict, Erased, NotFound
from sealane.storage.database import Database, Transaction
from sealane.supervision import store


class BoomError(Exception):
    pass


def fill(tx: Transaction, names: str) -> None:
    for name in names:
        store.add(tx, name, f"leaf {name}".encode(), f"salt {name}".encode())


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


def test_an_erased_salt_is_told_from_a_missing_entry(database: Database) -> None:
    database.run(lambda tx: fill(tx, "ab"))
    database.run(lambda tx: tx.execute("UPDATE log_entry SET salt = NULL WHERE entry_id = 'b'"))
    with database.reader() as connection:
        assert store.salt_of(connection, "a") == b"salt a"
        with pytest.raises(Erased):
            store.salt_of(connection, "b")
        with pytest.raises(NotFound):
            store.salt_of(connection, "c")
