import pytest

from sealane.model.errors import DependencyUnavailable
from sealane.storage.postgres.readers import PostgresReaders
from sealane.storage.postgres.session import Session


def test_a_loan_sees_one_moment_and_cannot_write(address: str) -> None:
    writer, readers = Session(address), PostgresReaders(address)
    writer.executescript("CREATE TABLE t (number INTEGER)")
    with readers.borrow() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        writer.execute("INSERT INTO t VALUES (1)")
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with pytest.raises(Exception, match="read-only"):
            connection.execute("INSERT INTO t VALUES (2)")
    with readers.borrow() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
    readers.close()
    writer.close()


def test_a_session_that_sat_idle_through_a_restart_is_replaced(address: str) -> None:
    other, readers = Session(address), PostgresReaders(address)
    with readers.borrow() as connection:
        [(pid,)] = connection.execute("SELECT pg_backend_pid()").fetchall()
    other.execute("SELECT pg_terminate_backend(?)", (pid,))
    with readers.borrow() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    readers.close()
    other.close()


def test_a_server_that_is_away_is_told() -> None:
    readers = PostgresReaders("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DependencyUnavailable), readers.borrow():
        raise AssertionError("nothing is lent")
