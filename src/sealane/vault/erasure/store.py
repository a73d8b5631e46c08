"""The SQL of erasure: subjects with all they have, tombstones, and holds; private to the vault."""

import sqlite3
from typing import NamedTuple

from sealane.storage.database import Transaction
from sealane.vault.store import SubjectRow, Tombstone

__all__ = [
    "Hold",
    "Remains",
    "active_holds",
    "add_hold",
    "add_tombstone",
    "blank",
    "cards_paid_only_by",
    "holds_of",
    "lift_hold",
    "owner_of",
    "receipt_of",
    "record_subject",
    "remains_of",
    "tombstones",
]


class Hold(NamedTuple):
    """Why a subject, or one record of it, may not be erased: under which law, and until when (None: until lifted)."""

    hold_id: str
    subject_id: str
    record_id: str | None
    law: str
    reason: str
    until_us: int | None
    set_us: int
    lifted_us: int | None = None

    def is_in_force(self, at_us: int) -> bool:
        """Tell whether it forbids to erase at a moment."""
        ended_us = [each for each in (self.until_us, self.lifted_us) if each is not None]
        return self.set_us <= at_us and all(at_us < each for each in ended_us)


class Remains(NamedTuple):
    """A subject and how much is sealed for it."""

    subject: SubjectRow
    records: int


_HOLD = "SELECT hold_id, subject_id, record_id, law, reason, until_us, set_us, lifted_us FROM vault_hold "


def remains_of(tx: Transaction, subject_id: str) -> Remains | None:
    """Return the subject and the number of its records, None when there is no such subject."""
    sql = "SELECT subject_id, merchant_id, key_number FROM vault_subject WHERE subject_id = ?"
    row = tx.one(sql, (subject_id,))
    if row is None:
        return None
    counted = tx.one("SELECT count(*) FROM vault_record WHERE subject_id = ? AND length(body) > 0", (subject_id,))
    return Remains(SubjectRow(*row), 0 if counted is None else int(counted[0]))


def cards_paid_only_by(tx: Transaction, subject_id: str) -> list[str]:
    """Return the tokens of cards with which this shopper paid and no other."""
    rows = tx.all(
        "SELECT token FROM vault_payer AS mine WHERE subject_id = ? AND NOT EXISTS "
        "(SELECT 1 FROM vault_payer AS other WHERE other.token = mine.token AND other.subject_id <> mine.subject_id)",
        (subject_id,),
    )
    return [token for (token,) in rows]


def blank(tx: Transaction, subject_id: str) -> None:
    """Empty everything sealed for a subject, and make it impossible to find again by who it was."""
    tx.execute("UPDATE vault_record SET body = ? WHERE subject_id = ?", (b"", subject_id))
    tx.execute("UPDATE vault_subject SET identity = NULL WHERE subject_id = ?", (subject_id,))
    tx.execute("DELETE FROM vault_payer WHERE subject_id = ?", (subject_id,))
    tx.execute("DELETE FROM vault_card16 WHERE token = ?", (subject_id,))
    # What a card may be known by goes as well; its row stays, so that the token is answered with `erased`.
    tx.execute("UPDATE vault_card SET link = ?, bin = '', last4 = '' WHERE token = ?", (b"", subject_id))


def add_tombstone(tx: Transaction, tombstone: Tombstone) -> None:
    """Remember that a subject was erased."""
    sql = "INSERT INTO vault_tombstone (key_number, subject_id, erased_us, receipt) VALUES (?, ?, ?, ?) "
    tx.execute(sql + "ON CONFLICT DO NOTHING", tombstone)


def tombstones(conn: sqlite3.Connection) -> list[Tombstone]:
    """Return every erased subject that the database knows of."""
    sql = "SELECT key_number, subject_id, erased_us, receipt FROM vault_tombstone"
    return [Tombstone(*row) for row in conn.execute(sql)]


def receipt_of(conn: sqlite3.Connection, subject_id: str) -> bytes | None:
    """Return the receipt of a subject's erasure, None when it was not erased."""
    row = conn.execute("SELECT receipt FROM vault_tombstone WHERE subject_id = ?", (subject_id,)).fetchone()
    return None if row is None else bytes(row[0])


def owner_of(conn: sqlite3.Connection, subject_id: str) -> str | None:
    """Return the merchant whose subject this is, None when there is no such subject."""
    row = conn.execute("SELECT merchant_id FROM vault_subject WHERE subject_id = ?", (subject_id,)).fetchone()
    return None if row is None else str(row[0])


def record_subject(tx: Transaction, record_id: str) -> str | None:
    """Return the subject that a record belongs to, None when there is no such record."""
    row = tx.one("SELECT subject_id FROM vault_record WHERE record_id = ?", (record_id,))
    return None if row is None else str(row[0])


def add_hold(tx: Transaction, hold: Hold) -> None:
    """Add a hold."""
    tx.insert("INSERT INTO vault_hold VALUES (?, ?, ?, ?, ?, ?, ?, ?)", tuple(hold))


def lift_hold(tx: Transaction, hold_id: str) -> Hold | None:
    """Lift a hold from now on and return it; None when there is none in force with this id."""
    if not tx.execute(
        "UPDATE vault_hold SET lifted_us = ? WHERE hold_id = ? AND lifted_us IS NULL", (tx.now_us, hold_id)
    ):
        return None
    row = tx.one(_HOLD + "WHERE hold_id = ?", (hold_id,))
    return None if row is None else Hold(*row)


def active_holds(tx: Transaction, subject_id: str) -> list[Hold]:
    """Return the holds on a subject or its records that are in force now."""
    rows = tx.all(
        _HOLD + "WHERE subject_id = ? AND lifted_us IS NULL AND (until_us IS NULL OR until_us > ?) ORDER BY set_us",
        (subject_id, tx.now_us),
    )
    return [Hold(*row) for row in rows]


def holds_of(conn: sqlite3.Connection, subject_id: str) -> list[Hold]:
    """Return all holds that were ever set on a subject or its records, oldest first."""
    return [Hold(*row) for row in conn.execute(_HOLD + "WHERE subject_id = ? ORDER BY set_us", (subject_id,))]
