import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import Misconfigured
from sealane.storage.schema import Migration, check, migrate, shipped

FIRST = Migration(1, "first", "CREATE TABLE one (a INTEGER);\nINSERT INTO one VALUES (1);")
SECOND = Migration(2, "second", "CREATE TABLE two (a INTEGER);\n-- no semicolon at the end\nINSERT INTO two VALUES (2)")


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(tmp_path / "x.db", isolation_level=None)


def numbers(connection: sqlite3.Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT number FROM migrations ORDER BY number")]


def test_migrations_are_applied_once_and_in_order(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,), 5)
    migrate(connection, (FIRST, SECOND), 6)
    migrate(connection, (FIRST, SECOND), 7)
    assert connection.execute("SELECT number, title, applied_us FROM migrations").fetchall() == [
        (1, "first", 5),
        (2, "second", 6),
    ]
    assert connection.execute("SELECT count(*) FROM one").fetchone() == (1,)
    check(connection, (FIRST, SECOND))


def test_a_changed_migration_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,), 5)
    changed = FIRST._replace(script=FIRST.script + "\nINSERT INTO one VALUES (2);")
    with pytest.raises(Misconfigured, match=r"0001 \(first\) was changed"):
        migrate(connection, (changed,), 6)
    with pytest.raises(Misconfigured, match="was changed"):
        check(connection, (changed,))


def test_a_newer_schema_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND), 5)
    with pytest.raises(Misconfigured, match="it has migration 0002, this one knows 0001") as refusal:
        migrate(connection, (FIRST,), 6)
    assert "Install the release" in refusal.value.advice


def test_another_programs_database_is_refused_and_left_alone(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE theirs (a)")
    with pytest.raises(Misconfigured, match="belongs to another program"):
        migrate(connection, (FIRST,), 5)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_failing_script_leaves_nothing_behind(connection: sqlite3.Connection) -> None:
    broken = Migration(2, "broken", "CREATE TABLE two (a INTEGER); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
        migrate(connection, (FIRST, broken), 5)
    assert numbers(connection) == [1]
    migrate(connection, (FIRST, SECOND), 6)
    assert numbers(connection) == [1, 2]


def test_checking_an_older_schema_tells_who_brings_it_up_to_date(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,), 5)
    with pytest.raises(Misconfigured, match=r"lacks migration 0002 \(second\)") as refusal:
        check(connection, (FIRST, SECOND))
    assert "sealane serve" in refusal.value.advice


def test_files_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "0010_late.sql").write_text("SELECT 2;")
    (tmp_path / "0002_early.sql").write_bytes(b"SELECT 1;\r\n")
    (tmp_path / "notes.txt").write_text("not a migration")
    early, late = shipped(tmp_path)
    assert (str(early), str(late)) == ("0002 (early)", "0010 (late)")
    assert early.checksum == Migration(2, "early", "SELECT 1;\n").checksum


def test_what_ships_is_numbered_without_doubles_and_applies(connection: sqlite3.Connection) -> None:
    migrations = shipped()
    assert len({migration.number for migration in migrations}) == len(migrations)
    migrate(connection, migrations, 1)
    assert numbers(connection) == [migration.number for migration in migrations]


SHARED_SINCE = 20
"""The migration with which several servers could share a database, so that upgrades go from one to the next."""


def described(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    """What decides whether a statement works: columns, their types and defaults, what is unique, triggers."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: [
            *connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)),
            *connection.execute('SELECT name, origin FROM pragma_index_list(?) WHERE "unique" ORDER BY name', (name,)),
            *connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (name,)),
        ]
        for name in tables
    }


@pytest.mark.parametrize("newest", [each for each in shipped() if each.number > SHARED_SINCE], ids=str)
def test_statements_of_the_release_before_go_on_working_during_an_upgrade(
    connection: sqlite3.Connection, newest: Migration
) -> None:
    migrate(connection, tuple(each for each in shipped() if each.number < newest.number), 1)
    before = described(connection)
    assert "orders" in before
    migrate(connection, tuple(each for each in shipped() if each.number <= newest.number), 2)
    after = described(connection)
    # Statements name tables without their columns here and there, so even a further column would break one.
    assert {name: after.get(name) for name in before} == before
