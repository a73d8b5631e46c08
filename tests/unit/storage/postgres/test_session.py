import sqlite3

import pytest

from sealane.storage.connection import ServerLost
from sealane.storage.postgres.session import Session


def test_values_come_back_as_the_embedded_database_gives_them(address: str) -> None:
    session = Session(address)
    session.executescript("CREATE TABLE t (number INTEGER PRIMARY KEY, name TEXT, body BLOB, is_open INTEGER)")
    session.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(1, "Ä", b"\0\xff", True), (2**40, None, None, False)])
    rows = session.execute("SELECT * FROM t ORDER BY number").fetchall()
    assert rows == [(1, "Ä", b"\0\xff", 1), (2**40, None, None, 0)]
    assert [type(value) for value in rows[0]] == [int, str, bytes, int]
    assert session.execute("SELECT sum(number), avg(is_open) FROM t").fetchone() == (2**40 + 1, 0.5)
    session.close()


def test_text_is_ordered_by_its_bytes(address: str) -> None:
    session = Session(address)
    session.executescript("CREATE TABLE t (name TEXT)")
    session.executemany("INSERT INTO t VALUES (?)", [("b",), ("B",), ("a",), ("_",)])
    assert [name for (name,) in session.execute("SELECT name FROM t ORDER BY name")] == ["B", "_", "a", "b"]
    session.close()


def test_refusals_are_those_the_room_reads_and_tell_no_value(address: str) -> None:
    session = Session(address)
    session.executescript("CREATE TABLE t (name TEXT PRIMARY KEY NOT NULL)")
    session.execute("INSERT INTO t VALUES (?)", ("a-private-name",))
    with pytest.raises(sqlite3.IntegrityError) as refusal:
        session.execute("INSERT INTO t VALUES (?)", ("a-private-name",))
    assert "private" not in str(refusal.value)
    with pytest.raises(sqlite3.OperationalError):
        session.execute("SELECT * FROM nowhere")
    assert not session.in_transaction
    session.execute("BEGIN")
    assert session.in_transaction
    session.rollback()
    assert not session.in_transaction
    session.close()


def test_a_closed_session_is_lost_and_connects_again(address: str) -> None:
    session, other = Session(address), Session(address)
    [(pid,)] = session.execute("SELECT pg_backend_pid()").fetchall()
    other.execute("SELECT pg_terminate_backend(?)", (pid,))
    with pytest.raises(ServerLost):
        session.execute("SELECT 1")
    assert session.is_lost
    session.reconnect()
    assert session.execute("SELECT 1").fetchone() == (1,)
    session.close()
    other.close()


def test_nobody_at_the_address_is_a_lost_server() -> None:
    with pytest.raises(ServerLost):
        Session("postgresql://nobody@127.0.0.1:1/none")
