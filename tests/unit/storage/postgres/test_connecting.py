import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import Conflict, Misconfigured
from sealane.storage.connection import ServerLost
from sealane.storage.database import Database, Transaction
from sealane.storage.postgres.connecting import WriterSession, connect_writer
from sealane.storage.postgres.session import Session


def test_a_second_writer_is_refused_until_the_first_one_ends(address: str) -> None:
    first = connect_writer(address, 1)
    with pytest.raises(Misconfigured, match="Another Sealane"):
        connect_writer(address, 2)
    first.close()
    connect_writer(address, 3).close()


def test_a_database_of_another_program_is_refused(address: str) -> None:
    session = Session(address)
    session.executescript("CREATE TABLE t (number INTEGER)")
    session.close()
    with pytest.raises(Misconfigured, match="another program"):
        connect_writer(address, 1)


def test_a_server_that_is_away_is_named() -> None:
    with pytest.raises(Misconfigured, match="does not answer"):
        connect_writer("postgresql://nobody@127.0.0.1:1/none", 1)


def cut(address: str, session: Any) -> None:
    """End the writer's connection from the server's side."""
    other = Session(address)
    other.execute("SELECT pg_terminate_backend(?)", (session._connection.info.backend_pid,))
    other.close()


@pytest.fixture
def lane(tmp_path: Path, address: str) -> Any:
    database = Database.open(tmp_path, url=address)
    database.run(lambda tx: tx.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value BIGINT NOT NULL)"))
    yield database
    database.close()


def put(tx: Transaction) -> int:
    tx.insert("INSERT INTO facts VALUES (?, ?)", (f"n{tx.now_us}", 1))
    return tx.now_us


def stored(database: Database) -> int:
    with database.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM facts").fetchone()[0])


def test_a_connection_lost_between_batches_goes_unnoticed(lane: Database, address: str) -> None:
    lane.run(put)
    cut(address, lane._writer._connection)
    lane.run(put)
    assert stored(lane) == 2


def test_a_connection_lost_inside_a_batch_runs_it_again_once(lane: Database, address: str) -> None:
    runs = []

    def flow(tx: Transaction) -> None:
        put(tx)
        runs.append(tx.now_us)
        if len(runs) == 1:
            cut(address, lane._writer._connection)

    lane.run(flow)
    assert len(runs) == 2
    assert stored(lane) == 1


@pytest.mark.parametrize("is_done", [True, False])
def test_a_commit_whose_answer_is_lost_counts_once(
    lane: Database, monkeypatch: pytest.MonkeyPatch, *, is_done: bool
) -> None:
    genuine, lost = WriterSession.execute, []

    def execute(self: WriterSession, sql: str, params: Any = ()) -> Any:
        if sql == "COMMIT" and not lost:
            lost.append(1)
            if is_done:
                genuine(self, sql)
            raise ServerLost("the answer of the commit is lost")
        return genuine(self, sql, params)

    monkeypatch.setattr(WriterSession, "execute", execute)
    lane.run(put)
    assert lost
    assert stored(lane) == 1


def test_a_writer_that_was_overtaken_does_not_write(address: str) -> None:
    first = connect_writer(address, 1)
    cut(address, first)
    second = connect_writer(address, 2)
    with pytest.raises(sqlite3.OperationalError):
        first.reconnect()
    second.close()


def test_running_numbers_leave_no_gap(address: str, tmp_path: Path) -> None:
    database = Database.open(tmp_path, url=address)
    add = "INSERT INTO outbox (kind, order_id, body, created_us) VALUES ('k', 'o', ?, 0)"
    database.run(lambda tx: tx.insert(add, (b"1",)))

    def fail(tx: Transaction) -> None:
        tx.insert(add, (b"2",))
        tx.insert("INSERT INTO outbox (number, kind, order_id, body, created_us) VALUES (1, 'k', 'o', ?, 0)", (b"3",))

    with pytest.raises(Conflict):
        database.run(fail)
    database.run(lambda tx: tx.insert(add, (b"4",)))
    with database.reader() as connection:
        assert connection.execute("SELECT number, body FROM outbox ORDER BY number").fetchall() == [
            (1, b"1"),
            (2, b"4"),
        ]
    database.close()
