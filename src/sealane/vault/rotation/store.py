"""The SQL of rotation: subjects page by page, their records, and how far a task is; private to the vault."""

import sqlite3
from typing import NamedTuple

from sealane.storage.database import Transaction
from sealane.vault.store import SubjectRow

__all__ = [
    "Task",
    "begin_task",
    "doom",
    "doomed_numbers",
    "end_task",
    "first_erasure_after",
    "first_records",
    "forget_doomed",
    "keep_task",
    "move_identity",
    "move_key",
    "records_of",
    "replace_body",
    "stale_subjects",
    "subjects_up_to",
    "task",
    "task_in",
]

_PREFIX = {"pii": "sub_", "card": "ct_"}


class Task(NamedTuple):
    """How far work is: which number it has done last, and which is the last it has to do."""

    done_to: int
    goes_to: int


def task(conn: sqlite3.Connection, name: str) -> Task | None:
    """Return how far a task is, None when it is not under way."""
    row = conn.execute("SELECT done_to, goes_to FROM vault_task WHERE name = ?", (name,)).fetchone()
    return None if row is None else Task(*row)


def begin_task(tx: Transaction, name: str) -> None:
    """Begin a task over every subject there is now; one that is under way begins anew."""
    tx.execute(
        "INSERT INTO vault_task SELECT ?, 0, coalesce(max(key_number), 0) FROM vault_subject WHERE true "
        "ON CONFLICT (name) DO UPDATE SET done_to = 0, goes_to = excluded.goes_to",
        (name,),
    )


def keep_task(tx: Transaction, name: str, done_to: int) -> None:
    """Remember how far a task is."""
    tx.execute("UPDATE vault_task SET done_to = ? WHERE name = ?", (done_to, name))


def end_task(tx: Transaction, name: str) -> None:
    """Remember that a task is done."""
    tx.execute("DELETE FROM vault_task WHERE name = ?", (name,))


def first_erasure_after(conn: sqlite3.Connection, moment_us: int) -> int | None:
    """Return when the first subject was erased after a moment, None when none was."""
    row = conn.execute("SELECT min(erased_us) FROM vault_tombstone WHERE erased_us >= ?", (moment_us,)).fetchone()
    return None if row[0] is None else int(row[0])


def stale_subjects(tx: Transaction, version: int, after: int, most: int) -> list[SubjectRow]:
    """Return subjects whose identity was made by an older index key: the next ones after a key number."""
    rows = tx.all(
        "SELECT subject_id, merchant_id, key_number FROM vault_subject "
        "WHERE key_number > ? AND identity IS NOT NULL AND index_version < ? ORDER BY key_number LIMIT ?",
        (after, version, most),
    )
    return [SubjectRow(*row) for row in rows]


def move_identity(tx: Transaction, subject_id: str, identity: bytes | None, version: int) -> None:
    """Let a subject be found by an identity under another index key."""
    sql = "UPDATE vault_subject SET identity = ?, index_version = ? WHERE subject_id = ?"
    tx.execute(sql, (identity, version, subject_id))


def subjects_up_to(tx: Transaction, kind: str, task: Task, most: int) -> list[SubjectRow]:
    """Return subjects of a kind whose key number lies within what a task has still to do."""
    rows = tx.all(
        "SELECT subject_id, merchant_id, key_number FROM vault_subject "
        "WHERE key_number > ? AND key_number <= ? AND substr(subject_id, 1, ?) = ? ORDER BY key_number LIMIT ?",
        (*task, len(_PREFIX[kind]), _PREFIX[kind], most),
    )
    return [SubjectRow(*row) for row in rows]


def first_records(tx: Transaction, subject_id: str) -> list[tuple[str, bytes]]:
    """Return the first records of a subject that hold something, oldest first."""
    sql = (
        "SELECT record_id, body FROM vault_record WHERE subject_id = ? AND length(body) > 0 ORDER BY record_id LIMIT 8"
    )
    return [(record_id, body) for record_id, body in tx.all(sql, (subject_id,))]


def records_of(tx: Transaction, subject_id: str) -> list[tuple[str, bytes]]:
    """Return every record of a subject that holds something."""
    sql = "SELECT record_id, body FROM vault_record WHERE subject_id = ? AND length(body) > 0"
    return [(record_id, body) for record_id, body in tx.all(sql, (subject_id,))]


def replace_body(tx: Transaction, record_id: str, body: bytes) -> None:
    """Replace what is sealed in a record by the same under another key."""
    tx.execute("UPDATE vault_record SET body = ? WHERE record_id = ?", (body, record_id))


def move_key(tx: Transaction, subject_id: str, number: int) -> None:
    """Let a subject's records be sealed under the key with another number."""
    tx.execute("UPDATE vault_subject SET key_number = ? WHERE subject_id = ?", (number, subject_id))


def task_in(tx: Transaction, name: str) -> Task | None:
    """Return how far a task is, as this flow sees it."""
    row = tx.one("SELECT done_to, goes_to FROM vault_task WHERE name = ?", (name,))
    return None if row is None else Task(*row)


def doom(tx: Transaction, number: int) -> None:
    """Remember that a data key has to go, because nothing is sealed under it any more."""
    tx.execute("INSERT INTO vault_task VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (f"drop/{number}", number, number))


def doomed_numbers(conn: sqlite3.Connection) -> list[int]:
    """Return the data keys that have to go."""
    return [
        int(number)
        for (number,) in conn.execute("SELECT goes_to FROM vault_task WHERE name >= 'drop/' AND name < 'drop0'")
    ]


def forget_doomed(tx: Transaction, numbers: list[int]) -> None:
    """Remember that data keys are gone."""
    for number in numbers:
        tx.execute("DELETE FROM vault_task WHERE name = ?", (f"drop/{number}",))
