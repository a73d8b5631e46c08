import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.storage.connection import connect_writer
from sealane.storage.database import DATABASE_FILE, Database, open_readers


def python(code: str, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*prefix, sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_flow_returns_its_result_to_a_thread_and_to_a_task(database: Database) -> None:
    assert database.run(lambda tx: tx.one("SELECT 7")) == (7,)
    assert asyncio.run(database.run_async(lambda tx: tx.all("SELECT 7"))) == [(7,)]


def test_what_was_acknowledged_is_there_after_reopening(folder: Path) -> None:
    database = Database.open(folder)
    database.run(lambda tx: tx.execute("CREATE TABLE facts (name TEXT)"))
    database.run(lambda tx: tx.insert("INSERT INTO facts VALUES (?)", ("kept",)))
    database.close()
    assert not (folder / "sealane.db-wal").exists(), "the log was folded in"
    database = Database.open(folder)
    with database.reader() as connection:
        assert connection.execute("SELECT name FROM facts").fetchall() == [("kept",)]
    database.close()


def test_closing_can_be_repeated_and_frees_the_folder(folder: Path) -> None:
    database = Database.open(folder)
    database.close()
    database.close()
    Database.open(folder).close()


def test_a_flow_that_starts_a_flow_is_told_so_instead_of_waiting_forever(database: Database) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction already"):
        database.run(lambda _: database.run(lambda _: None))


def test_a_second_process_is_refused(database: Database, folder: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from sealane.storage.database import Database
        Database.open(Path(sys.argv[1]))
    """
    ended = python(code, str(folder))
    assert ended.returncode == 1
    assert "Misconfigured: The data folder" in ended.stderr
    assert "in use by process" in ended.stderr
    database.run(lambda tx: tx.execute("DELETE FROM facts"))


def test_a_refused_start_leaves_the_folder_free(folder: Path) -> None:
    folder.mkdir()
    (folder / DATABASE_FILE).write_bytes(b"no database" * 1000)
    for _ in range(2):
        with pytest.raises(Misconfigured, match="no SQLite database"):
            Database.open(folder)


def test_a_newer_schema_is_refused(folder: Path) -> None:
    database = Database.open(folder)
    database.run(lambda tx: tx.execute("INSERT INTO migrations VALUES (9999, 'future', 'x', 1)"))
    database.close()
    with pytest.raises(Misconfigured, match="it has migration 9999"):
        Database.open(folder)
    with pytest.raises(Misconfigured, match="it has migration 9999"):
        open_readers(folder)


def test_readers_of_another_process_need_no_lock(database: Database, embedded: Database, folder: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from sealane.storage.database import open_readers
        with open_readers(Path(sys.argv[1])).borrow() as connection:
            print(connection.execute("SELECT count(*) FROM facts").fetchone()[0])
    """
    database.run(lambda tx: tx.insert("INSERT INTO facts VALUES ('a', 1)", ()))
    assert python(code, str(folder)).stdout == "1\n"


def test_readers_work_after_a_crash_before_anybody_wrote_again(folder: Path) -> None:
    code = """
        import os, sys
        from pathlib import Path
        from sealane.storage.database import Database
        database = Database.open(Path(sys.argv[1]))
        database.run(lambda tx: tx.execute("CREATE TABLE facts (name TEXT)"))
        os.kill(os.getpid(), 9)
    """
    assert python(code, str(folder)).returncode == -9
    with open_readers(folder).borrow() as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)


def test_readers_of_a_folder_without_a_database_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be opened"):
        open_readers(tmp_path)
    connect_writer(tmp_path / DATABASE_FILE).close()
    with pytest.raises(Misconfigured, match="no such table"):
        open_readers(tmp_path)


IN_A_SMALL_DISK = """
    mount -t tmpfs -o size={size} tmpfs "$1" || exit 99
    shift
    exec "$@"
"""


@pytest.mark.parametrize("size", ["4k", "64k", "2m"])
def test_a_full_disk_is_a_clear_error_at_the_start_and_at_work(tmp_path: Path, size: str) -> None:
    code = """
        import sys
        from pathlib import Path
        from sealane.model.errors import DependencyUnavailable, Misconfigured
        from sealane.storage.database import Database
        try:
            database = Database.open(Path(sys.argv[1]))
        except Misconfigured as refusal:
            print("start:", refusal.detail, refusal.advice)
            sys.exit(78)
        database.run(lambda tx: tx.execute("CREATE TABLE facts (number INTEGER, text TEXT)"))
        stored = 0
        try:
            while True:
                database.run(lambda tx: tx.insert("INSERT INTO facts VALUES (?, ?)", (stored, "x" * 1000)))
                stored += 1
        except DependencyUnavailable as refusal:
            print("work:", refusal.detail)
        with database.reader() as connection:
            assert connection.execute("SELECT count(*) FROM facts").fetchone() == (stored,)
        try:
            database.run(lambda tx: tx.insert("INSERT INTO facts VALUES (?, ?)", (stored, "x" * 100_000)))
        except DependencyUnavailable as refusal:
            print("again:", refusal.detail)
        database.close()
    """
    script = IN_A_SMALL_DISK.format(size=size)
    ended = python(code, str(tmp_path), prefix=("unshare", "-m", "sh", "-c", script, "sh", str(tmp_path)))
    if (ended.returncode in {1, 99} and "unshare" in ended.stderr + ended.stdout) or ended.returncode == 99:
        pytest.skip("this user may not mount a small disk")
    if size == "2m":
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.splitlines() == [
            "work: The disk that holds the database is full.",
            "again: The disk that holds the database is full.",
        ]
    else:
        assert ended.returncode == 78, ended.stderr
        assert "full" in ended.stdout


def test_a_disk_that_fails_to_write_is_told(folder: Path) -> None:
    code = """
        import resource, sys
        from pathlib import Path
        from sealane.model.errors import DependencyUnavailable
        from sealane.storage.database import Database
        database = Database.open(Path(sys.argv[1]))
        database.run(lambda tx: tx.execute("CREATE TABLE facts (text TEXT)"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 22, 1 << 22))
        try:
            database.run(lambda tx: tx.insert("INSERT INTO facts VALUES (?)", ("x" * (1 << 23),)))
        except DependencyUnavailable as refusal:
            print(refusal.detail)
        database.run(lambda tx: tx.insert("INSERT INTO facts VALUES (?)", ("small",)))
        with database.reader() as connection:
            print(connection.execute("SELECT text FROM facts").fetchall())
    """
    ended = python(code, str(folder))
    assert ended.stdout.splitlines() == [
        "The disk that holds the database fails to read or write.",
        "[('small',)]",
    ], ended.stderr


def test_a_checkpoint_that_the_disk_refuses_is_put_off(folder: Path) -> None:
    code = """
        import resource, sys
        from pathlib import Path
        from sealane.storage.database import DATABASE_FILE, Database
        folder = Path(sys.argv[1])
        database = Database.open(folder)
        database.run(lambda tx: tx.execute("CREATE TABLE facts (text TEXT)"))
        database._writer._checkpoint()
        size = (folder / DATABASE_FILE).stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        database.run(lambda tx: tx.insert("INSERT INTO facts VALUES (?)", ("x" * (size // 2),)))
        database._writer._checkpoint()
        print((folder / DATABASE_FILE).stat().st_size - size)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        database._writer._checkpoint()
        print((folder / DATABASE_FILE).stat().st_size > size)
        database.close()
    """
    ended = python(code, str(folder))
    assert ended.stdout.split() == ["0", "True"], ended.stderr


def test_a_reader_after_closing_reads_what_is_there(folder: Path) -> None:
    database = Database.open(folder)
    database.close()
    with database.reader() as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)
    with pytest.raises(DependencyUnavailable, match="closed"):
        database.run(lambda _: None)
