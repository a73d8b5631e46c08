"""The alliance's SQL: a custodian's sealed key halves, quotas, the register, and a member's own copy of it."""

import sqlite3
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from sealane.alliance.inputs import KINDS, Kind
from sealane.alliance.wire import Indicator, Reason, Severity
from sealane.model.clock import from_micros
from sealane.storage.transaction import Transaction

__all__ = [
    "COPY_SCHEMA",
    "SealedKey",
    "Word",
    "add_key",
    "add_report",
    "apply_change",
    "change",
    "changes",
    "copied_until",
    "end_report",
    "find_copy",
    "find_report",
    "find_reports",
    "is_canary",
    "key",
    "overturned",
    "plant",
    "standing",
    "use",
    "used",
]

_KEY = "SELECT kek_version, sealed, public_key, entry_id FROM alliance_key WHERE kind = ? AND epoch = ?"
_ADD_KEY = "INSERT INTO alliance_key VALUES (?, ?, ?, ?, ?, ?)"
_USED = "SELECT used FROM alliance_use WHERE party_id = ? AND day = ?"
_USE = """INSERT INTO alliance_use VALUES (?, ?, ?)
    ON CONFLICT (party_id, day) DO UPDATE SET used = alliance_use.used + excluded.used"""
_ADD_REPORT = """INSERT INTO alliance_report
    (indicator_id, party_id, kind, epoch, tag, reason, severity, reported_us, expires_us) VALUES (?,?,?,?,?,?,?,?,?)"""
_FIND_REPORT = "SELECT indicator_id, party_id, kind, epoch, tag, ended FROM alliance_report"
_END = "UPDATE alliance_report SET ended = ? WHERE indicator_id = ? AND ended IS NULL"
_STANDING = """SELECT party_id, reason, severity, expires_us FROM alliance_report
    WHERE tag = ? AND kind = ? AND epoch = ? AND ended IS NULL AND expires_us > ? ORDER BY number"""
_OVERTURNED = "SELECT count(*) FROM alliance_report WHERE party_id = ? AND ended = 'overturned'"
_CHANGE = "INSERT INTO alliance_change (kind, epoch, tag) VALUES (?, ?, ?)"
_CHANGES = "SELECT number, kind, epoch, tag FROM alliance_change WHERE number > ? ORDER BY number LIMIT ?"
_CANARY = "SELECT 1 FROM alliance_canary WHERE tag = ? AND kind = ? AND epoch = ?"
_PLANT = "INSERT INTO alliance_canary VALUES (?, ?, ?)"

COPY_SCHEMA = """
CREATE TABLE IF NOT EXISTS copied (
    tag BLOB NOT NULL, kind TEXT NOT NULL, epoch TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (tag, kind, epoch)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS progress (name TEXT PRIMARY KEY NOT NULL, number INTEGER NOT NULL);
"""
_COPY = "INSERT OR REPLACE INTO copied VALUES (?, ?, ?, ?)"
_UNCOPY = "DELETE FROM copied WHERE tag = ? AND kind = ? AND epoch = ?"
_FIND_COPY = "SELECT body FROM copied WHERE tag = ? AND kind = ? AND epoch = ?"
_UNTIL = "SELECT number FROM progress WHERE name = 'register'"
_KINDS: Final[dict[str, Kind]] = {kind: kind for kind in KINDS}
_ADVANCE = "INSERT OR REPLACE INTO progress VALUES ('register', ?)"

Place = tuple[bytes, Kind, str]
"""Where a tag stands: its 16 bytes, its kind and its epoch."""


class Word(NamedTuple):
    """What one member says of a tag, while it stands."""

    party_id: str
    reason: Reason
    severity: Severity
    expires_us: int


class SealedKey(msgspec.Struct, frozen=True):
    """A custodian's key half as it is stored, with the version of the key that seals it."""

    kek_version: int
    sealed: bytes
    public_key: bytes
    entry_id: str


class Report(msgspec.Struct, frozen=True):
    """One member's word about a tag."""

    indicator_id: str
    party_id: str
    place: Place
    ended: str | None


def key(tx: Transaction, kind: str, epoch: str) -> SealedKey | None:
    """Return the key half of a kind and epoch, if it was made."""
    row = tx.one(_KEY, (kind, epoch))
    return None if row is None else SealedKey(*row)


def add_key(tx: Transaction, kind: str, epoch: str, sealed: SealedKey) -> None:
    """Store a new key half."""
    tx.insert(_ADD_KEY, (kind, epoch, sealed.kek_version, sealed.sealed, sealed.public_key, sealed.entry_id))


def used(tx: Transaction, party_id: str, day: int) -> int:
    """Return how many elements a member had evaluated on a day."""
    row = tx.one(_USED, (party_id, day))
    return 0 if row is None else int(row[0])


def use(tx: Transaction, party_id: str, day: int, count: int) -> None:
    """Add to what a member used on a day."""
    tx.execute(_USE, (party_id, day, count))


def add_report(tx: Transaction, indicator_id: str, party_id: str, place: Place, word: tuple[str, str, int]) -> None:
    """Store a member's word about a tag: reason, severity, and the microsecond at which it expires."""
    tag, kind, epoch = place
    reason, severity, expires_us = word
    row = (indicator_id, party_id, kind, epoch, tag, reason, severity, tx.now_us, expires_us)
    tx.execute(_ADD_REPORT, row)


def find_report(tx: Transaction, indicator_id: str) -> Report | None:
    """Return a report by its id."""
    return _report(tx.one(f"{_FIND_REPORT} WHERE indicator_id = ?", (indicator_id,)))


def find_reports(tx: Transaction, place: Place, party_id: str) -> Report | None:
    """Return what this member reported of this tag, ended or not."""
    where = f"{_FIND_REPORT} WHERE tag = ? AND kind = ? AND epoch = ? AND party_id = ?"
    return _report(tx.one(where, (*place, party_id)))


def _report(row: tuple[Any, ...] | None) -> Report | None:
    return None if row is None else Report(row[0], row[1], (bytes(row[4]), _KINDS[row[2]], row[3]), row[5])


def end_report(tx: Transaction, indicator_id: str, how: str) -> None:
    """End a report; what was ended once stays ended so."""
    tx.execute(_END, (how, indicator_id))


def overturned(tx: sqlite3.Connection, party_id: str) -> int:
    """Return how many reports of a member were overturned."""
    return int(tx.execute(_OVERTURNED, (party_id,)).fetchone()[0])


def standing(conn: sqlite3.Connection, place: Place, now_us: int) -> list[Word]:
    """Return the reports of a tag that stand, oldest first."""
    return msgspec.convert(conn.execute(_STANDING, (*place, now_us)).fetchall(), list[Word])


def change(tx: Transaction, place: Place) -> None:
    """Say that members must look at this tag again."""
    tag, kind, epoch = place
    tx.insert(_CHANGE, (kind, epoch, tag))


def changes(conn: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, Place]]:
    """Return the tags that changed after a number, oldest first."""
    rows = conn.execute(_CHANGES, (after, limit))
    return [(number, (bytes(tag), _KINDS[kind], epoch)) for number, kind, epoch, tag in rows]


def plant(tx: Transaction, place: Place) -> None:
    """Store a canary: a tag that belongs to nothing."""
    tx.insert(_PLANT, place)


def is_canary(tx: Transaction, place: Place) -> bool:
    """Tell whether a tag belongs to nothing."""
    return tx.one(_CANARY, place) is not None


def copied_until(copy: sqlite3.Connection) -> int:
    """Return the number of the last change that a member's copy has."""
    row = copy.execute(_UNTIL).fetchone()
    return 0 if row is None else int(row[0])


def apply_change(copy: sqlite3.Connection, items: Iterable[Indicator]) -> None:
    """Bring a member's copy up to these changes, all of them or none."""
    last = 0
    with copy:
        for item in items:
            place = (bytes.fromhex(item.tag), item.kind, item.epoch)
            if item.is_withdrawn:
                copy.execute(_UNCOPY, place)
            else:
                copy.execute(_COPY, (*place, msgspec.msgpack.encode(item)))
            last = max(last, item.number)
        if last:
            copy.execute(_ADVANCE, (last,))


def find_copy(copy: sqlite3.Connection, place: Place, now_us: int) -> Indicator | None:
    """Return what a member's copy says about a tag, unless that has expired."""
    row = copy.execute(_FIND_COPY, place).fetchone()
    if row is None:
        return None
    found = msgspec.msgpack.decode(row[0], type=Indicator)
    return found if found.expires_at > from_micros(now_us) else None
