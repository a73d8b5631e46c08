"""The schema: numbered SQL files, applied once, in order, and remembered by checksum."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sealane.model.errors import Misconfigured

__all__ = ["Migratable", "Migration", "check", "migrate", "shipped"]

_FOLDER = Path(__file__).parent / "migrations"

_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_TABLE = """CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY, title TEXT NOT NULL, checksum TEXT NOT NULL, applied_us BIGINT NOT NULL)"""


class Migration(NamedTuple):
    """One step of the schema, from a file such as `0001_storage.sql`."""

    number: int
    title: str
    script: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the script in hexadecimal."""
        return hashlib.sha256(self.script.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04} ({self.title})"


def shipped(folder: Path = _FOLDER) -> tuple[Migration, ...]:
    """Return the migrations that come with this release, in order."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return tuple(Migration(int(file.stem[:4]), file.stem[5:], file.read_text(encoding="utf-8")) for file in files)


class Migratable(Protocol):
    """What a schema is brought up to date through: a connection of the embedded database, or a session of a server."""

    def execute(self, sql: str, params: Any = ..., /) -> Any:
        """Run one statement."""

    def executescript(self, script: str, /) -> Any:
        """Run a script of definitions."""

    def rollback(self) -> None:
        """Forget everything since the last commit."""


def migrate(
    connection: Migratable, migrations: tuple[Migration, ...], now_us: int, *, tables: str = _SQLITE_TABLES
) -> None:
    """Bring the schema up to this release, each migration in its own transaction; `tables` lists what is there.

    Raises:
        Misconfigured: when the schema is newer, was changed after it was applied, or belongs to another program.
        sqlite3.Error: when a script fails; its transaction is rolled back.
    """
    known = {name for (name,) in connection.execute(tables)}
    if known and "migrations" not in known:
        raise Misconfigured(
            "The database belongs to another program: it has tables, but not those of Sealane.",
            remedy="Move the file sealane.db away, or name another database.",
        )
    if not known:
        # Asking for a table that is there would need the right to make tables, which a writer need not have.
        connection.executescript(_TABLE)
    for migration in _missing(connection, migrations):
        _apply(connection, migration, now_us)


def check(connection: Migratable, migrations: tuple[Migration, ...]) -> None:
    """Make sure that the schema is the one of this release, without writing.

    Raises:
        Misconfigured: when it is older, newer or changed.
    """
    missing = _missing(connection, migrations)
    if missing:
        raise Misconfigured(
            f"The database lacks migration {missing[0]}.", remedy="Start `sealane serve` once; it brings it up to date."
        )


def _missing(connection: Migratable, migrations: tuple[Migration, ...]) -> list[Migration]:
    rows = connection.execute("SELECT number, title, checksum FROM migrations ORDER BY number")
    applied = {number: (title, checksum) for number, title, checksum in rows}
    newest = max((migration.number for migration in migrations), default=0)
    unknown = sorted(applied.keys() - {migration.number for migration in migrations})
    if unknown:
        raise Misconfigured(
            f"A newer Sealane wrote the database: it has migration {unknown[-1]:04}, this one knows {newest:04}.",
            remedy="Install the release that wrote it, or use another --data-dir.",
        )
    for migration in migrations:
        if migration.number in applied and applied[migration.number][1] != migration.checksum:
            raise Misconfigured(
                f"Migration {migration} was changed after it was applied to this database.",
                remedy="Install the release that wrote the database; a changed migration needs a new number.",
            )
    return [migration for migration in migrations if migration.number not in applied]


def _apply(connection: Migratable, migration: Migration, now_us: int) -> None:
    row = (migration.number, migration.title, migration.checksum, now_us)
    try:
        connection.executescript(f"BEGIN;\n{migration.script}")
        connection.execute("INSERT INTO migrations VALUES (?, ?, ?, ?)", row)
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.rollback()
        raise
