"""All SQL of the vault: its tables in sealane.db, and the separate file of data keys, vault-keys.db.

The keys live apart so that erasing a key reaches every backup of the data, which may be kept for years. Deleted keys
are overwritten (secure_delete).
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sealane.keys.ring import KekKind
from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.storage.database import Transaction

__all__ = [
    "KEYS_FILE",
    "CardRow",
    "KeyRow",
    "SubjectRow",
    "Tombstone",
    "add_card",
    "add_card16",
    "add_keys",
    "add_payer",
    "add_record",
    "add_subject",
    "buried_keys",
    "bury_keys",
    "census",
    "drop_keys",
    "empty_wal",
    "find_card",
    "find_card16",
    "find_identity",
    "find_key",
    "find_record",
    "find_subject",
    "has_issued",
    "highest_number",
    "keys_under_older",
    "move_card",
    "open_keys",
    "record_of_card",
    "replace_keys",
    "reserve_numbers",
    "stored_cards",
    "tenants_of",
    "token_of_card16",
    "writing",
]


class KeyRow(NamedTuple):
    """A data key as stored; it is wrapped under its tenant's key of this kind and version.

    The tenant is empty where an earlier release wrapped it, under the key that all tenants of the kind had in common.
    """

    number: int
    kind: KekKind
    kek_version: int
    wrapped: bytes
    tenant: str


KEYS_FILE = "vault-keys.db"
_KEYS_VERSION = 3
_KEYS_SCHEMA = (
    """
BEGIN;
CREATE TABLE data_key (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, kek_version INTEGER NOT NULL, wrapped BLOB NOT NULL
);
CREATE TABLE issued (highest INTEGER NOT NULL);
INSERT INTO issued VALUES (0);
PRAGMA user_version = 1;
COMMIT;
""",
    """
BEGIN;
CREATE TABLE erased (
    number INTEGER PRIMARY KEY, subject_id TEXT NOT NULL, erased_us INTEGER NOT NULL, receipt BLOB NOT NULL
);
PRAGMA user_version = 2;
COMMIT;
""",
    """
BEGIN;
ALTER TABLE data_key ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 3;
COMMIT;
""",
)
"""One script for each version of the file; what is missing is applied when it is opened."""


class SubjectRow(NamedTuple):
    """A subject as stored: whose it is and which data key seals it."""

    subject_id: str
    merchant_id: str
    key_number: int


class CardRow(NamedTuple):
    """A card as it may be known outside its envelope."""

    token: str
    merchant_id: str
    record_id: str
    link: bytes
    bin: str
    last4: str
    brand: str


class Tombstone(NamedTuple):
    """A subject that was erased, the number of the key that is gone, and the receipt."""

    number: int
    subject_id: str
    erased_us: int
    receipt: bytes


def add_subject(tx: Transaction, subject: SubjectRow, identity: bytes | None, index_version: int) -> None:
    """Add a subject, to be found again by the blinded identity if there is one."""
    tx.insert(
        "INSERT INTO vault_subject VALUES (?, ?, ?, ?, ?, ?)",
        (subject.key_number, subject.subject_id, subject.merchant_id, identity, tx.now_us, index_version),
    )


def find_identity(tx: Transaction, identity: bytes) -> SubjectRow | None:
    """Return the subject with this blinded identity, if any; one of the same batch is remembered, not read."""
    row = tx.one(
        "SELECT subject_id, merchant_id, key_number FROM vault_subject WHERE identity = ?", (identity,), flush=False
    )
    return None if row is None else SubjectRow(*row)


def find_subject(tx: Transaction, subject_id: str) -> SubjectRow | None:
    """Return the subject, if there is one; one of the same batch is remembered, not read."""
    row = tx.one(
        "SELECT subject_id, merchant_id, key_number FROM vault_subject WHERE subject_id = ?", (subject_id,), flush=False
    )
    return None if row is None else SubjectRow(*row)


def add_record(tx: Transaction, record_id: str, subject_id: str, body: bytes) -> None:
    """Add what was sealed."""
    tx.insert("INSERT INTO vault_record VALUES (?, ?, ?)", (record_id, subject_id, body))


def find_record(conn: sqlite3.Connection, record_id: str) -> tuple[SubjectRow, bytes] | None:
    """Return a record's subject and its body, if there is one."""
    row = conn.execute(
        "SELECT subject_id, merchant_id, key_number, body FROM vault_record JOIN vault_subject USING (subject_id) "
        "WHERE record_id = ?",
        (record_id,),
    ).fetchone()
    return None if row is None else (SubjectRow(*row[:3]), row[3])


def add_card(tx: Transaction, card: CardRow) -> None:
    """Add a card."""
    tx.insert("INSERT INTO vault_card VALUES (?, ?, ?, ?, ?, ?, ?)", card)


def find_card(tx: Transaction, token: str) -> CardRow | None:
    """Return the card with this token, if any."""
    row = tx.one("SELECT * FROM vault_card WHERE token = ?", (token,))
    return None if row is None else CardRow(*row)


def record_of_card(conn: sqlite3.Connection, merchant_id: str, token: str) -> str | None:
    """Return the record that holds the details of a merchant's card, None when the merchant has no such card."""
    sql = "SELECT record_id FROM vault_card WHERE token = ? AND merchant_id = ?"
    row = conn.execute(sql, (token, merchant_id)).fetchone()
    return None if row is None else str(row[0])


def move_card(tx: Transaction, card: CardRow, record_id: str) -> None:
    """Let a card's details be those of another record, and delete the record that held them."""
    tx.execute("UPDATE vault_card SET record_id = ? WHERE token = ?", (record_id, card.token))
    tx.execute("DELETE FROM vault_record WHERE record_id = ?", (card.record_id,))


def stored_cards(conn: sqlite3.Connection, limit: int) -> list[tuple[str, bytes]]:
    """Return tokens of cards with the bytes of their rows and records, the visible digits left out."""
    sql = """SELECT token, vault_card.record_id, link, body FROM vault_card
        JOIN vault_record ON vault_record.record_id = vault_card.record_id ORDER BY token LIMIT ?"""
    return [
        (token, b" ".join((record_id.encode(), link, body)))
        for token, record_id, link, body in conn.execute(sql, (limit,))
    ]


def add_card16(tx: Transaction, card: CardRow, digits: str) -> bool:
    """Let 16 digits stand for a card; tells whether they were free."""
    sql = "INSERT INTO vault_card16 VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return tx.execute(sql, (digits, card.merchant_id, card.token)) == 1


def find_card16(tx: Transaction, card: CardRow) -> str | None:
    """Return the 16 digits that stand for a card, if any do."""
    row = tx.one("SELECT digits FROM vault_card16 WHERE token = ?", (card.token,))
    return None if row is None else str(row[0])


def token_of_card16(tx: Transaction, merchant_id: str, digits: str) -> str | None:
    """Return the token of the card that a merchant's 16 digits stand for."""
    row = tx.one("SELECT token FROM vault_card16 WHERE digits = ? AND merchant_id = ?", (digits, merchant_id))
    return None if row is None else str(row[0])


def add_payer(tx: Transaction, subject_id: str, token: str) -> None:
    """Remember that a shopper paid with a card."""
    tx.insert("INSERT INTO vault_payer VALUES (?, ?) ON CONFLICT DO NOTHING", (subject_id, token))


def tenants_of(conn: sqlite3.Connection, first: int, last: int) -> dict[int, str]:
    """Return whose subjects the data keys with these numbers seal; a key that no subject uses is not among them."""
    sql = "SELECT key_number, merchant_id FROM vault_subject WHERE key_number BETWEEN ? AND ?"
    return dict(conn.execute(sql, (first, last)).fetchall())


def highest_number(conn: sqlite3.Connection) -> int:
    """Return the highest number of a data key that a subject uses, 0 when there is none."""
    return int(conn.execute("SELECT coalesce(max(key_number), 0) FROM vault_subject").fetchone()[0])


def open_keys(path: Path) -> sqlite3.Connection:
    """Return a connection to the file of data keys, making it (mode 0600) on first use.

    Raises:
        Misconfigured: when it is no such file, is newer than this release, or cannot be written.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in _KEYS_SCHEMA[version:]:
            connection.executescript(script)
    except sqlite3.Error as error:
        connection.close()
        raise _unusable(path, error) from None
    if version > _KEYS_VERSION:
        connection.close()
        raise Misconfigured(f"{path} is newer than this release.", remedy="Start the release that wrote it, or newer.")
    return connection


def _unusable(path: Path, error: Exception) -> Misconfigured:
    return Misconfigured(f"{path} cannot be used: {error}.", remedy=f"Restore {path.name} from its backup.")


@contextmanager
def writing(keys: sqlite3.Connection) -> Iterator[None]:
    """Make what is written to the file of data keys durable together, or not at all.

    Raises:
        DependencyUnavailable: when the disk refuses.
    """
    try:
        keys.execute("BEGIN IMMEDIATE")
        yield
        keys.execute("COMMIT")
    except sqlite3.Error as error:
        if keys.in_transaction:
            keys.execute("ROLLBACK")
        raise DependencyUnavailable(f"{KEYS_FILE} cannot be written: {error}.") from None


def reserve_numbers(keys: sqlite3.Connection, count: int, above: int) -> range:
    """Return numbers that were never given out, greater than `above`, and remember that they are now."""
    # One statement, so that of several servers each gets numbers of its own.
    sql = "UPDATE issued SET highest = CASE WHEN highest > ? THEN highest ELSE ? END + ? RETURNING highest"
    last = int(keys.execute(sql, (above, above, count)).fetchone()[0])
    return range(last - count + 1, last + 1)


def has_issued(keys: sqlite3.Connection) -> bool:
    """Tell whether a number was ever given out."""
    return int(keys.execute("SELECT highest FROM issued").fetchone()[0]) > 0


def add_keys(keys: sqlite3.Connection, rows: Iterable[KeyRow]) -> None:
    """Add data keys."""
    sql = "INSERT INTO data_key (number, kind, kek_version, wrapped, tenant) VALUES (?, ?, ?, ?, ?)"
    keys.executemany(sql, rows)


def drop_keys(keys: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Delete data keys for good."""
    keys.executemany("DELETE FROM data_key WHERE number = ?", ((number,) for number in numbers))


def find_key(keys: sqlite3.Connection, number: int) -> KeyRow | None:
    """Return the data key with this number, None when it was erased.

    Raises:
        DependencyUnavailable: when the file cannot be read.
    """
    try:
        row = keys.execute(
            "SELECT number, kind, kek_version, wrapped, tenant FROM data_key WHERE number = ?", (number,)
        ).fetchone()
    except sqlite3.Error as error:
        raise DependencyUnavailable(f"{KEYS_FILE} cannot be read: {error}.") from None
    return None if row is None else KeyRow(*row)


def empty_wal(keys: sqlite3.Connection) -> None:
    """Let nothing of what was deleted stay: neither in the write-ahead log, nor in a server's dead rows.

    Raises:
        DependencyUnavailable: when the disk refuses.
    """
    try:
        if isinstance(keys, sqlite3.Connection):
            keys.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        else:
            keys.execute("VACUUM data_key")
    except sqlite3.Error as error:
        raise DependencyUnavailable(f"{KEYS_FILE} cannot be written: {error}.") from None


def census(keys: sqlite3.Connection) -> dict[tuple[str, int], int]:
    """Return how many data keys are wrapped under each kind and version."""
    sql = "SELECT kind, kek_version, count(*) FROM data_key GROUP BY kind, kek_version"
    return {(kind, version): count for kind, version, count in keys.execute(sql)}


def keys_under_older(keys: sqlite3.Connection, kind: KekKind, version: int, page: tuple[int, int]) -> list[KeyRow]:
    """Return data keys of a kind under versions older than this one: those after a number, at most so many."""
    after, most = page
    sql = (
        "SELECT number, kind, kek_version, wrapped, tenant FROM data_key "
        "WHERE number > ? AND kind = ? AND kek_version < ? ORDER BY number LIMIT ?"
    )
    return [KeyRow(*row) for row in keys.execute(sql, (after, kind, version, most))]


def replace_keys(keys: sqlite3.Connection, rows: Iterable[KeyRow]) -> None:
    """Replace the wrappings of data keys by these."""
    sql = "UPDATE data_key SET kek_version = ?, wrapped = ?, tenant = ? WHERE number = ?"
    keys.executemany(sql, ((row.kek_version, row.wrapped, row.tenant, row.number) for row in rows))


def bury_keys(keys: sqlite3.Connection, tombstones: Iterable[Tombstone]) -> None:
    """Delete the data keys of erased subjects for good and remember that they are gone."""
    for tombstone in tombstones:
        keys.execute("DELETE FROM data_key WHERE number = ?", (tombstone.number,))
        keys.execute("INSERT INTO erased VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", tombstone)
        # A number that was erased is never given out again, even to an older copy of this file.
        sql = "UPDATE issued SET highest = ? WHERE highest < ?"
        keys.execute(sql, (tombstone.number, tombstone.number))


def buried_keys(keys: sqlite3.Connection) -> list[Tombstone]:
    """Return every erased subject that the file of data keys knows of."""
    return [Tombstone(*row) for row in keys.execute("SELECT number, subject_id, erased_us, receipt FROM erased")]
