"""Statements over whole rows."""

import sqlite3

import pytest

from sealane.storage.rows.statements import insert_into, places, select_from

COLUMNS = ("party_id", "origin", "created_us")


@pytest.fixture
def conn() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE peers (created_us INTEGER, origin TEXT, party_id TEXT)")
    return made


def test_a_row_comes_back_in_the_order_of_its_columns(conn: sqlite3.Connection) -> None:
    row = ("pty_1", "https://peer.example", 7)
    conn.execute(insert_into("peers", COLUMNS), row)
    assert conn.execute(select_from("peers", COLUMNS)).fetchall() == [row]
    conn.close()


def test_conditions_go_behind(conn: sqlite3.Connection) -> None:
    conn.executemany(insert_into("peers", COLUMNS), [("pty_1", "a", 1), ("pty_2", "b", 2), ("pty_3", "c", 3)])
    some = f"{select_from('peers', ('party_id',))} WHERE party_id IN {places(2)} ORDER BY party_id"
    assert conn.execute(some, ("pty_1", "pty_3")).fetchall() == [("pty_1",), ("pty_3",)]
    conn.close()
