"""Grading's SQL: grades, scripts, watched pages and their changes, appeals, profiles. Documents are msgpack."""

import sqlite3
from typing import Any

import msgspec

from sealane.grading.changes import Change
from sealane.grading.own import Profile
from sealane.grading.record import Alert, Appeal, Authorisation, Published, Watch, WatchTerms
from sealane.grading.rubric.table import GRADES, Grade
from sealane.grading.sight import Scan
from sealane.model.clock import from_micros, to_micros
from sealane.storage.transaction import Transaction

__all__ = [
    "add_alert",
    "add_grade",
    "add_script",
    "alerts",
    "appeal",
    "appeals",
    "baseline",
    "due",
    "end_script",
    "grade",
    "grades",
    "latest",
    "looked",
    "profile",
    "put_appeal",
    "put_profile",
    "put_watch",
    "scan_of",
    "scripts",
    "standing",
    "stop_watch",
    "watch",
]

_pack = msgspec.msgpack.Encoder().encode
_read_grade = msgspec.msgpack.Decoder(Published).decode
_read_scan = msgspec.msgpack.Decoder(Scan).decode
_read_terms = msgspec.msgpack.Decoder(WatchTerms).decode
_read_change = msgspec.msgpack.Decoder(Change).decode
_read_appeal = msgspec.msgpack.Decoder(Appeal).decode
_read_profile = msgspec.msgpack.Decoder(Profile).decode

_GRADES = "SELECT body, entry_id FROM grading_grade WHERE party_id = ? ORDER BY graded_us DESC, grade_id DESC LIMIT ?"
_STANDING = "SELECT grade FROM grading_grade WHERE party_id = ? ORDER BY graded_us DESC, grade_id DESC LIMIT 1"
_SCRIPTS = """SELECT name, digest, justification, authorised_by, authorised_us, entry_id FROM grading_script
    WHERE party_id = ? AND ended_us IS NULL ORDER BY name"""
_END_SCRIPT = "UPDATE grading_script SET ended_us = ? WHERE party_id = ? AND name = ? AND ended_us IS NULL"
_PUT_WATCH = """INSERT INTO grading_watch VALUES (?, ?, ?, 0, ?, NULL, NULL, '') ON CONFLICT (party_id)
    DO UPDATE SET terms = excluded.terms, next_us = excluded.next_us"""
_FORGET = "UPDATE grading_watch SET baseline = NULL WHERE party_id = ?"
_WATCH = "SELECT party_id, terms, since_us, looked_us, next_us, unauthorised_us, fault FROM grading_watch"
_LOOKED = """UPDATE grading_watch SET looked_us = ?, next_us = ?, baseline = coalesce(?, baseline),
    unauthorised_us = ?, fault = ? WHERE party_id = ?"""
_ADD_ALERT = "INSERT INTO grading_change (party_id, found_us, entry_id, body) VALUES (?, ?, ?, ?)"
_ALERTS = """SELECT number, found_us, entry_id, body FROM grading_change WHERE party_id = ? AND number > ?
    ORDER BY number LIMIT ?"""
_PUT_APPEAL = """INSERT INTO grading_appeal VALUES (?, ?, ?, ?)
    ON CONFLICT (appeal_id) DO UPDATE SET body = excluded.body"""
_APPEALS = "SELECT body FROM grading_appeal WHERE party_id = ? ORDER BY opened_us DESC, appeal_id DESC"
_PUT_PROFILE = "INSERT INTO grading_profile VALUES (?, ?) ON CONFLICT (party_id) DO UPDATE SET body = excluded.body"


def add_grade(tx: Transaction, published: Published, scan: Scan) -> None:
    """Store a published grade with what was seen."""
    row = (published.grade_id, published.party_id, published.graded_us, published.graded.grade, published.entry_id)
    tx.execute("INSERT INTO grading_grade VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, _pack(published), _pack(scan)))


def grades(conn: sqlite3.Connection, party_id: str, limit: int) -> list[Published]:
    """Return a party's grades, the newest first."""
    return [_read_grade(body) for body, _ in conn.execute(_GRADES, (party_id, limit))]


def latest(conn: sqlite3.Connection, party_id: str) -> Published | None:
    """Return a party's newest grade, if it has one."""
    return next(iter(grades(conn, party_id, 1)), None)


def grade(conn: sqlite3.Connection, party_id: str, grade_id: str) -> Published | None:
    """Return one grade of a party by its id."""
    sql = "SELECT body FROM grading_grade WHERE grade_id = ? AND party_id = ?"
    row = conn.execute(sql, (grade_id, party_id)).fetchone()
    return None if row is None else _read_grade(row[0])


def scan_of(conn: sqlite3.Connection, grade_id: str) -> Scan:
    """Return what was seen when a grade was made; the grade exists."""
    return _read_scan(conn.execute("SELECT scan FROM grading_grade WHERE grade_id = ?", (grade_id,)).fetchone()[0])


def standing(tx: Transaction, party_id: str) -> Grade | None:
    """Return the letter of a party's newest grade."""
    row = tx.one(_STANDING, (party_id,))
    return None if row is None else next(grade for grade in GRADES if grade == row[0])


def add_script(tx: Transaction, party_id: str, one: Authorisation) -> None:
    """Store an authorisation; one of the same name ends."""
    at_us = to_micros(one.authorised_at)
    tx.execute(_END_SCRIPT, (at_us, party_id, one.name))
    row = (party_id, one.name, one.digest, one.justification, one.authorised_by, at_us, one.log_entry)
    tx.execute("INSERT INTO grading_script VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)


def end_script(tx: Transaction, party_id: str, name: str) -> bool:
    """End an authorisation; tell whether there was one."""
    return tx.execute(_END_SCRIPT, (tx.now_us, party_id, name)) > 0


def scripts(conn: sqlite3.Connection, party_id: str) -> tuple[Authorisation, ...]:
    """Return the authorisations in force, by name."""
    rows = conn.execute(_SCRIPTS, (party_id,))
    return tuple(
        Authorisation(name, digest, why, who, from_micros(at), entry) for name, digest, why, who, at, entry in rows
    )


def put_watch(tx: Transaction, party_id: str, terms: WatchTerms) -> None:
    """Begin to watch; the first look is due at once. The baseline stays while the pages are the same."""
    known = _watch(tx.one(f"{_WATCH} WHERE party_id = ?", (party_id,)))
    if known is not None and known.terms.scan.urls != terms.scan.urls:
        tx.execute(_FORGET, (party_id,))
    tx.execute(_PUT_WATCH, (party_id, _pack(terms), tx.now_us, tx.now_us))


def stop_watch(tx: Transaction, party_id: str) -> bool:
    """Watch no longer; tell whether it was watched."""
    return tx.execute("DELETE FROM grading_watch WHERE party_id = ?", (party_id,)) > 0


def watch(conn: sqlite3.Connection, party_id: str) -> Watch | None:
    """Return what is watched of a party, if anything."""
    return _watch(conn.execute(f"{_WATCH} WHERE party_id = ?", (party_id,)).fetchone())


def due(conn: sqlite3.Connection, now_us: int) -> list[Watch]:
    """Return the pages that are due, the longest waiting first."""
    rows = conn.execute(f"{_WATCH} WHERE next_us <= ? ORDER BY next_us LIMIT 100", (now_us,))
    return [found for row in rows if (found := _watch(row)) is not None]


def baseline(conn: sqlite3.Connection, party_id: str) -> Scan | None:
    """Return the scan that the next one is compared with."""
    row = conn.execute("SELECT baseline FROM grading_watch WHERE party_id = ?", (party_id,)).fetchone()
    return None if row is None or row[0] is None else _read_scan(row[0])


def looked(tx: Transaction, watched: Watch, scan: Scan | None) -> None:
    """Store how a look went, and what the next one is compared with; without a scan the old one stays."""
    body = None if scan is None else _pack(scan)
    row = (watched.looked_us, watched.next_us, body, watched.unauthorised_us, watched.fault, watched.party_id)
    tx.execute(_LOOKED, row)


def add_alert(tx: Transaction, party_id: str, change: Change, entry_id: str) -> None:
    """Store a change that was found."""
    tx.execute(_ADD_ALERT, (party_id, tx.now_us, entry_id, _pack(change)))


def alerts(conn: sqlite3.Connection, party_id: str, *, after: int = 0, limit: int = 1000) -> tuple[Alert, ...]:
    """Return the changes found after a number, oldest first."""
    rows = conn.execute(_ALERTS, (party_id, after, limit))
    return tuple(Alert(number, from_micros(at_us), _read_change(body), entry) for number, at_us, entry, body in rows)


def put_appeal(tx: Transaction, one: Appeal) -> None:
    """Store an appeal, new or answered."""
    tx.execute(_PUT_APPEAL, (one.appeal_id, one.party_id, to_micros(one.opened_at), _pack(one)))


def appeals(conn: sqlite3.Connection, party_id: str) -> tuple[Appeal, ...]:
    """Return a party's appeals, the newest first."""
    return tuple(_read_appeal(row[0]) for row in conn.execute(_APPEALS, (party_id,)))


def appeal(tx: Transaction, party_id: str, appeal_id: str) -> Appeal | None:
    """Return one appeal of a party."""
    row = tx.one("SELECT body FROM grading_appeal WHERE appeal_id = ? AND party_id = ?", (appeal_id, party_id))
    return None if row is None else _read_appeal(row[0])


def put_profile(tx: Transaction, party_id: str, one: Profile) -> None:
    """Store what people found out about a party."""
    tx.execute(_PUT_PROFILE, (party_id, _pack(one)))


def profile(conn: sqlite3.Connection, party_id: str) -> Profile:
    """Return what people found out about a party; nothing where nobody looked."""
    row = conn.execute("SELECT body FROM grading_profile WHERE party_id = ?", (party_id,)).fetchone()
    return Profile() if row is None else _read_profile(row[0])


def _watch(row: tuple[Any, ...] | None) -> Watch | None:
    return None if row is None else Watch(row[0], _read_terms(row[1]), *row[2:])
