from collections.abc import Iterator

import pytest

from sealane.storage.postgres.batches import Insert, as_arrays, parse_insert
from sealane.storage.postgres.session import Session


@pytest.fixture
def session(address: str) -> Iterator[Session]:
    session = Session(address)
    session.executescript(
        """CREATE TABLE t (name TEXT PRIMARY KEY, number INTEGER, body BLOB, size REAL);
           CREATE TABLE counted (position INTEGER PRIMARY KEY, name TEXT)"""
    )
    yield session
    session.close()


@pytest.mark.parametrize(
    ("sql", "insert"),
    [
        ("INSERT INTO t VALUES (?, ?)", Insert("t", (), "")),
        ("INSERT INTO t (a, b) VALUES (?, ?)", Insert("t", ("a", "b"), "")),
        ("INSERT INTO t VALUES (?) ON CONFLICT DO NOTHING", Insert("t", (), " ON CONFLICT DO NOTHING")),
        ("INSERT INTO t VALUES (?) ON CONFLICT (a) DO UPDATE SET b = 1", None),
        ("INSERT INTO t VALUES (?, 1)", None),
        ("UPDATE t SET a = ?", None),
    ],
)
def test_an_insert_of_rows_is_told_from_everything_else(sql: str, insert: Insert | None) -> None:
    assert parse_insert(sql) == insert


def test_rows_become_columns() -> None:
    assert as_arrays([("a", True), ("b", None)]) == [["a", "b"], [1, None]]


def test_all_rows_go_in_as_they_are_and_in_order(session: Session) -> None:
    rows = [(f"n{number}", number, bytes([0, 92, 255, number]), number / 3) for number in range(100)]
    session.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [*rows, ("none", None, None, None), ("yes", True, b"", 1)])
    stored = session.execute("SELECT name, number, body, size FROM t ORDER BY number, name").fetchall()
    assert sorted(stored[:-1], key=lambda row: row[0]) == sorted([*rows, ("yes", 1, b"", 1.0)], key=lambda row: row[0])
    assert stored[-1] == ("none", None, None, None)
    session.executemany("INSERT INTO counted (name) VALUES (?)", [(f"n{number}",) for number in range(300)])
    numbered = session.execute("SELECT position, name FROM counted ORDER BY position").fetchall()
    assert numbered == [(number + 1, f"n{number}") for number in range(300)]


def test_a_row_that_comes_twice_is_left_out_where_that_is_asked(session: Session) -> None:
    row = ("same", 1, None, None)
    session.executemany("INSERT INTO t VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", [row, row])
    assert session.execute("SELECT count(*) FROM t").fetchone() == (1,)
