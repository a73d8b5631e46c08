import sqlite3
import stat
from pathlib import Path

import pytest

from sealane.model.errors import DependencyUnavailable, Misconfigured, NotFound
from sealane.storage.connection import Readers, connect_writer, disk_fault, start_fault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder?with#marks" / "sealane.db"


@pytest.fixture
def writer(path: Path) -> sqlite3.Connection:
    path.parent.mkdir()
    connection = connect_writer(path)
    connection.execute("CREATE TABLE facts (name TEXT)")
    return connection


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_writer_forces_each_commit_to_the_disk(writer: sqlite3.Connection, path: Path) -> None:
    assert pragma(writer, "journal_mode") == "wal"
    assert pragma(writer, "synchronous") == 2, "FULL"
    assert pragma(writer, "wal_autocheckpoint") == 0, "the writer chooses the moment"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.with_name("sealane.db-wal").stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sealane.db").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(Misconfigured, match="no SQLite database") as refusal:
        connect_writer(tmp_path / "sealane.db")
    assert "Move that file away" in refusal.value.advice
    assert (tmp_path / "sealane.db").read_bytes().startswith(b"this is not")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sealane.db").mkdir()
    with pytest.raises(Misconfigured, match="cannot be opened"):
        connect_writer(tmp_path / "sealane.db")


def test_a_missing_parent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be used"):
        connect_writer(tmp_path / "absent" / "sealane.db")


def test_a_reader_cannot_write(writer: sqlite3.Connection, path: Path) -> None:
    with pytest.raises(DependencyUnavailable, match="cannot be written"), Readers(path).borrow() as connection:
        connection.execute("INSERT INTO facts VALUES ('no')")


def test_a_reader_sees_one_moment_and_does_not_block_the_writer(writer: sqlite3.Connection, path: Path) -> None:
    readers = Readers(path)
    with readers.borrow() as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)
        writer.execute("INSERT INTO facts VALUES ('new')")
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)
    with readers.borrow() as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (1,)


def test_connections_are_lent_again_also_after_a_refusal(writer: sqlite3.Connection, path: Path) -> None:
    readers = Readers(path)
    with readers.borrow() as first:
        pass
    with pytest.raises(NotFound), readers.borrow() as second:
        raise NotFound
    with readers.borrow() as third, readers.borrow() as fourth:
        pass
    assert first is second is third
    assert fourth is not third
    readers.close()
    readers.close()
    with readers.borrow() as fifth:
        assert fifth is not first


def test_a_wrong_statement_is_not_blamed_on_the_disk(writer: sqlite3.Connection, path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), Readers(path).borrow() as connection:
        connection.execute("SELECT * FROM nowhere")


def test_a_damaged_file_is_told_as_damage(writer: sqlite3.Connection, path: Path) -> None:
    writer.executemany("INSERT INTO facts VALUES (?)", [("x" * 3000,)] * 50)
    writer.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(DependencyUnavailable, match="damaged"), Readers(path).borrow() as connection:
        connection.execute("SELECT * FROM facts").fetchall()


def test_errors_that_are_not_the_machines_fault_are_none() -> None:
    assert disk_fault(ValueError("x")) is None
    with pytest.raises(sqlite3.OperationalError) as error:
        sqlite3.connect(":memory:").execute("SELECT")
    assert disk_fault(error.value) is None


def test_extended_codes_are_understood(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    fault = disk_fault(error)
    assert fault is not None
    assert fault.status == 503
    assert "nothing of it was stored" in fault.advice
    refusal = start_fault(error, tmp_path)
    assert "fails to read or write" in refusal.detail
    assert str(tmp_path) in refusal.detail
