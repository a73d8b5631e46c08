import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.storage.connection import ServerLost
from sealane.storage.database import Database, Transaction
from sealane.storage.postgres.connecting import connect_writer
from sealane.storage.postgres.session import Session
from sealane.storage.postgres.turns import TurnSession, connect_turns


@pytest.fixture
def session(address: str) -> Iterator[TurnSession]:
    session = connect_turns(address, 1)
    yield session
    session.close()


def test_a_single_writer_and_servers_that_share_exclude_each_other(address: str) -> None:
    first = connect_turns(address, 1)
    second = connect_turns(address, 1)
    with pytest.raises(Misconfigured, match="Another Sealane") as refusal:
        connect_writer(address, 2)
    assert "keys_database" in refusal.value.advice
    first.close()
    second.close()
    alone = connect_writer(address, 3)
    with pytest.raises(Misconfigured, match="Another Sealane"):
        connect_turns(address, 4)
    alone.close()


def test_numbers_go_on_where_rows_that_were_moved_here_end(address: str, session: TurnSession) -> None:
    insert = "INSERT INTO risk_mark (layout, segment_id, applied_seq) VALUES ('a', 1, 1) RETURNING mark_id"
    session.execute("BEGIN")
    session.execute("INSERT INTO risk_mark VALUES (7, 'a', 1, 1)")
    session.execute("COMMIT")
    other = connect_turns(address, 2)
    other.execute("BEGIN")
    assert other.execute(insert).fetchone() == (8,)
    other.execute("COMMIT")
    other.close()


def test_a_turn_lasts_until_the_transaction_ends(address: str, session: TurnSession) -> None:
    other = connect_turns(address, 1)
    session.execute("BEGIN")
    began = threading.Event()

    def wait() -> None:
        other.execute("BEGIN")
        began.set()
        other.execute("COMMIT")

    thread = threading.Thread(target=wait)
    thread.start()
    assert not began.wait(0.2)
    session.execute("COMMIT")
    assert began.wait(5)
    thread.join()
    other.close()


def test_whoever_hangs_in_its_turn_is_cut_off_and_cannot_commit(address: str, session: TurnSession) -> None:
    other = connect_turns(address, 1)
    session._connection.execute("SET idle_in_transaction_session_timeout TO '200ms'")
    session.execute("BEGIN")
    session.execute("INSERT INTO log_identity VALUES ('stale')")
    other.execute("BEGIN")
    other.execute("COMMIT")
    with pytest.raises(ServerLost):
        session.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM log_identity").fetchone() == (0,)
    other.close()


def test_the_log_goes_on_without_a_gap_after_another_server_died_in_its_turn(
    address: str, session: TurnSession
) -> None:
    dying = connect_turns(address, 1)
    dying.execute("BEGIN")
    dying.execute("INSERT INTO log_entry (entry_id, leaf) VALUES ('lost', '')")
    dying.close()
    session.execute("BEGIN")
    session.execute("INSERT INTO log_entry (entry_id, leaf) VALUES ('kept', '')")
    session.execute("COMMIT")
    assert session.execute("SELECT position FROM log_entry").fetchall() == [(1,)]


def test_a_newer_schema_is_refused(address: str) -> None:
    connect_turns(address, 1).close()
    with psycopg.connect(address) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, 'later', 'x', 1)")
    with pytest.raises(Misconfigured, match="newer Sealane"):
        connect_turns(address, 2)


def test_a_server_that_is_away_is_named() -> None:
    with pytest.raises(Misconfigured, match="does not answer"):
        connect_turns("postgresql://nobody@127.0.0.1:1/none", 1)


class Cut:
    """Passes on to the session, and cuts the connection at a COMMIT: before it is done, or before it is answered."""

    def __init__(self, session: TurnSession, *, is_done: bool) -> None:
        self._session = session
        self._is_done = is_done
        self.cuts = 0

    def __call__(self, sql: str, params: tuple[object, ...] = ()) -> object:
        if sql != "COMMIT" or self.cuts:
            return TurnSession.execute(self._session, sql, params)
        self.cuts += 1
        if self._is_done:
            TurnSession.execute(self._session, sql, params)
        self._session._connection.close()
        raise ServerLost("cut")


@pytest.mark.parametrize("is_done", [True, False])
def test_an_effect_happens_once_whenever_the_connection_is_lost(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, *, is_done: bool
) -> None:
    lane, other = (Database.open(tmp_path / name, url=address, is_shared=True) for name in ("one", "other"))
    session = lane._writer._connection
    cut = Cut(session, is_done=is_done)  # type: ignore[arg-type]  # on a server it is such a session
    monkeypatch.setattr(session, "execute", cut)
    lane.run(put)
    other.run(put)
    with lane.reader() as conn:
        assert conn.execute("SELECT count(*) FROM log_entry").fetchone() == (2,)
    assert cut.cuts == 1
    lane.close()
    other.close()


def put(tx: Transaction) -> None:
    tx.insert("INSERT INTO log_entry (entry_id, leaf) VALUES (?, ?)", (str(tx.now_us), b"x"))


def test_when_the_server_stays_away_nobody_claims_that_nothing_was_stored(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sealane.storage.connection.RECONNECT_SECONDS", 0.2)
    lane = Database.open(tmp_path, url=address, is_shared=True)
    session = lane._writer._connection
    cut = Cut(session, is_done=True)  # type: ignore[arg-type]  # on a server it is such a session
    monkeypatch.setattr(session, "execute", cut)
    monkeypatch.setattr(session, "reconnect", _refuse)
    with pytest.raises(DependencyUnavailable, match="before it said") as refusal:
        lane.run(put)
    assert "Idempotency-Key" in refusal.value.advice
    monkeypatch.undo()
    time.sleep(0.01)
    lane.close()
    check = Session(address)
    assert check.execute("SELECT count(*) FROM log_entry").fetchone() == (1,)
    check.close()


def _refuse() -> None:
    raise sqlite3.OperationalError("away")
