"""Tables in the order of their keys, batches that lose nothing, and digests that tell any difference."""

import hashlib
import sqlite3
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.cli.growing.tables import BATCH_BYTES, EMPTY, Table, Tally, batches, rows_after, tables_of

VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(max_size=8), st.binary(max_size=8)
)
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=20)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    made.executescript(
        """CREATE TABLE migrations (number INTEGER PRIMARY KEY);
        CREATE TABLE notes (body TEXT, number BIGINT);
        CREATE TABLE pairs (b TEXT NOT NULL, a BIGINT NOT NULL, c BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;"""
    )
    yield made
    made.close()


def test_a_row_is_hashed_as_its_page_says() -> None:
    packed = bytes.fromhex("92a76c6173745f7573cf") + (1_790_000_000_000_000).to_bytes(8, "big")
    expected = int.from_bytes(hashlib.sha256(packed).digest(), "big")
    assert EMPTY.plus([("last_us", 1_790_000_000_000_000)]) == Tally(1, expected)
    assert len(Tally(1, 7).hexadecimal) == 64


@given(ROWS, st.randoms(use_true_random=False))
def test_the_digest_does_not_know_the_order(rows: list[tuple[Any, Any]], chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    middle = len(rows) // 2
    assert EMPTY.plus(rows) == EMPTY.plus(shuffled) == EMPTY.plus(rows[:middle]).plus(rows[middle:])


@given(ROWS, VALUES, VALUES)
def test_the_digest_knows_one_more_row_and_one_changed(rows: list[tuple[Any, Any]], one: Any, other: Any) -> None:
    assert EMPTY.plus(rows) != EMPTY.plus([*rows, (one, other)])
    assert EMPTY.plus([*rows, (one, "x")]) != EMPTY.plus([*rows, (one, "y")])
    assert EMPTY.plus([("1", 1)]) != EMPTY.plus([(1, "1")]) != EMPTY.plus([(b"1", 1)])


def test_tables_and_keys_are_found(connection: sqlite3.Connection) -> None:
    assert tables_of(connection) == [
        Table("notes", ("body", "number"), ("rowid",)),
        Table("pairs", ("b", "a", "c"), ("a", "b")),
    ]


def test_reading_goes_on_behind_any_key(connection: sqlite3.Connection) -> None:
    connection.executemany("INSERT INTO pairs VALUES (?, ?, ?)", [(b, a, b"x") for a in range(4) for b in "zyx"])
    (_, pairs) = tables_of(connection)
    whole = list(rows_after(connection, pairs, None))
    assert [row[:2] for row in whole] == sorted((a, b) for a in range(4) for b in "xyz")
    for place, row in enumerate(whole):
        assert list(rows_after(connection, pairs, row[:2])) == whole[place + 1 :]


@given(st.lists(st.integers(0, BATCH_BYTES), max_size=12))
def test_batches_keep_every_row_and_stay_small(sizes: list[int]) -> None:
    filler = memoryview(bytes(BATCH_BYTES))
    rows = [(place, bytes(filler[: size // 4])) for place, size in enumerate(sizes)]
    made = list(batches(rows, 1))
    assert list(chain.from_iterable(batch.rows for batch in made)) == [(body,) for _, body in rows]
    assert all(one.last < next_.last for one, next_ in pairwise(made))
    for batch in made:
        assert sum(len(body) for (body,) in batch.rows[:-1]) < BATCH_BYTES
