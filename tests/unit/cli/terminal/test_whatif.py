import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sealane.cli.terminal.whatif import throwaway_copy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "lane"
    (folder / "log" / "tile").mkdir(parents=True)
    (folder / "log" / "tile" / "000").write_bytes(b"tile")
    for name in ("lock", "server.json", "root.key"):
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "root.key").chmod(0o600)
    with closing(sqlite3.connect(folder / "sealane.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kept (number INTEGER)")
        connection.execute("INSERT INTO kept VALUES (7)")
    return folder


def test_the_copy_has_databases_and_keys_and_goes_away(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    with throwaway_copy(folder) as copy:
        assert sorted(path.name for path in copy.iterdir()) == ["root.key", "sealane.db"]
        assert (copy / "root.key").stat().st_mode & 0o777 == 0o600
        assert (copy / "sealane.db").stat().st_mode & 0o777 == 0o600
        assert copy.stat().st_mode & 0o777 == 0o700
        with closing(sqlite3.connect(copy / "sealane.db")) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
            connection.execute("DELETE FROM kept")
            connection.commit()
    assert sorted(path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))) == before
    with closing(sqlite3.connect(folder / "sealane.db")) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_what_is_not_in_the_database_file_yet_is_copied_too(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "sealane.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO kept VALUES (8)")
        with throwaway_copy(folder) as copy, closing(sqlite3.connect(copy / "sealane.db")) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (2,)


def test_a_copy_left_by_a_crash_is_deleted_and_one_in_use_is_not(folder: Path) -> None:
    left = folder / "what-if-left"
    left.mkdir()
    (left / "sealane.db").write_bytes(b"old")
    with throwaway_copy(folder) as first:
        assert not left.exists()
        with throwaway_copy(folder) as second:
            assert first.exists()
            assert not list(second.glob("what-if-*"))


def test_a_folder_that_is_not_there_gives_an_empty_copy(tmp_path: Path) -> None:
    with throwaway_copy(tmp_path / "none") as copy:
        assert list(copy.iterdir()) == []
