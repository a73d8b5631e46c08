"""All SQL of the disclosure room; private to it."""

import sqlite3
from typing import Any, NamedTuple

import msgspec

from sealane.disclosure.grant import Grant
from sealane.disclosure.policy.fields import Field
from sealane.model.decision import Outcome
from sealane.storage.database import Transaction
from sealane.storage.rows.statements import insert_into, select_from
from sealane.storage.transaction import Row

__all__ = [
    "AttemptRow",
    "Move",
    "Release",
    "WaybillRow",
    "add_attempt",
    "add_grant",
    "add_move",
    "add_order",
    "add_release",
    "add_waybill",
    "all_grants",
    "approved_moves",
    "attempts",
    "close_leg",
    "find_grant",
    "find_reference",
    "find_waybill",
    "grants_of_order",
    "is_canary",
    "latest_waybills",
    "mark_canary",
    "open_leg",
    "orders_in",
    "orders_of",
    "recent_grants",
    "release",
    "releases_of_order",
    "releases_of_subject",
    "revoke",
    "settle_move",
    "use",
]

_GRANT = Grant.__struct_fields__
_INSERT_GRANT = insert_into("disclosure_grant", _GRANT)
_SELECT_GRANT = select_from("disclosure_grant", _GRANT)
_ORDERS = "SELECT order_id FROM disclosure_subject WHERE subject_id = ? ORDER BY order_id"
_encode = msgspec.msgpack.Encoder().encode


class Release(msgspec.Struct, frozen=True):
    """One release as stored: its statement's JSON, its log entry and its receipt."""

    statement: bytes
    log_entry: str
    receipt: str


class AttemptRow(NamedTuple):
    """Somebody who tried to redeem a grant and was refused, with the code of the refusal."""

    attempted_us: int
    reference: str
    order_id: str
    party_id: str
    code: str


class WaybillRow(NamedTuple):
    """A waybill's opaque number and what it stands for."""

    pseudonym: str
    order_id: str
    consignment_id: str
    merchant_id: str
    reference: str
    sort_code: str
    created_us: int


class Move(msgspec.Struct, frozen=True, array_like=True):
    """A reroute that was asked for; an empty consignment means all of the order, `fields` what the record holds."""

    order_id: str
    event_id: str
    consignment_id: str
    record_id: str
    decision_id: str
    country: str
    fields: tuple[Field, ...]
    outcome: Outcome
    asked_us: int


_decode = msgspec.msgpack.Decoder(Release).decode


def add_grant(tx: Transaction, grant: Grant) -> None:
    """Add a grant."""
    tx.insert(_INSERT_GRANT, msgspec.structs.astuple(grant))


def find_grant(tx: Transaction, digest: bytes) -> Grant | None:
    """Return the grant whose id has this digest."""
    return _grant(tx.one(f"{_SELECT_GRANT} WHERE digest = ?", (digest,)))


def find_reference(tx: Transaction, reference: str) -> Grant | None:
    """Return the grant with this reference."""
    sql = f"{_SELECT_GRANT} WHERE reference = ?"
    return _grant(tx.one(sql, (reference,)))


def use(tx: Transaction, digest: bytes, party_id: str) -> bool:
    """Take one use of a grant that is open for this party now; the one statement that makes a use happen."""
    sql = (
        "UPDATE disclosure_grant SET uses = uses + 1 WHERE digest = ? AND party_id = ? AND uses < max_uses "
        "AND revoked_us IS NULL AND not_before_us <= ? AND expires_us > ?"
    )
    return tx.execute(sql, (digest, party_id, tx.now_us, tx.now_us)) == 1


def revoke(tx: Transaction, digest: bytes, because: str) -> bool:
    """End a grant for good; return whether it was not ended yet."""
    sql = "UPDATE disclosure_grant SET revoked_us = ?, revoked_because = ? WHERE digest = ? AND revoked_us IS NULL"
    return tx.execute(sql, (tx.now_us, because, digest)) == 1


def open_leg(tx: Transaction, digest: bytes) -> None:
    """Let a grant that waited for its leg begin now."""
    sql = "UPDATE disclosure_grant SET is_waiting = 0, not_before_us = ? WHERE digest = ? AND is_waiting = 1"
    tx.execute(sql, (tx.now_us, digest))


def close_leg(tx: Transaction, digest: bytes, end_us: int) -> None:
    """Let a grant end at a moment, if it would have ended later."""
    sql = "UPDATE disclosure_grant SET expires_us = ? WHERE digest = ? AND expires_us > ?"
    tx.execute(sql, (end_us, digest, end_us))


def grants_of_order(tx: Transaction, order_id: str) -> list[Grant]:
    """Return the grants of an order that were not revoked."""
    sql = f"{_SELECT_GRANT} WHERE order_id = ? AND revoked_us IS NULL"
    return [Grant(*row) for row in tx.all(sql, (order_id,))]


def recent_grants(conn: sqlite3.Connection, limit: int) -> list[Grant]:
    """Return the grants made last, the latest first."""
    sql = f"{_SELECT_GRANT} ORDER BY created_us DESC LIMIT ?"
    return [Grant(*row) for row in conn.execute(sql, (limit,))]


def all_grants(conn: sqlite3.Connection, order_id: str) -> list[Grant]:
    """Return every grant of an order, the latest first."""
    sql = f"{_SELECT_GRANT} WHERE order_id = ? ORDER BY created_us DESC"
    return [Grant(*row) for row in conn.execute(sql, (order_id,))]


def add_release(tx: Transaction, name: tuple[str, str, str], found: Release) -> None:
    """Add a release; `name` is its id, its subject and its order."""
    row = (*name, tx.now_us, _encode(found))
    tx.insert("INSERT INTO disclosure_release VALUES (?, ?, ?, ?, ?)", row)


def release(tx: Transaction, disclosure_id: str) -> Release | None:
    """Return one release."""
    row = tx.one("SELECT document FROM disclosure_release WHERE disclosure_id = ?", (disclosure_id,))
    return None if row is None else _decode(row[0])


def releases_of_order(conn: sqlite3.Connection, order_id: str) -> list[Release]:
    """Return every release of an order, the latest first."""
    sql = "SELECT document FROM disclosure_release WHERE order_id = ? ORDER BY released_us DESC, disclosure_id DESC"
    return [_decode(row[0]) for row in conn.execute(sql, (order_id,))]


def releases_of_subject(
    conn: sqlite3.Connection, subject_id: str, before: tuple[int, str], limit: int
) -> list[tuple[int, str, Release]]:
    """Return releases of a shopper before a position, the latest first, each with its position."""
    sql = (
        "SELECT released_us, disclosure_id, document FROM disclosure_release "
        "WHERE subject_id = ? AND (released_us, disclosure_id) < (?, ?) "
        "ORDER BY released_us DESC, disclosure_id DESC LIMIT ?"
    )
    rows = conn.execute(sql, (subject_id, *before, limit))
    return [(row[0], row[1], _decode(row[2])) for row in rows]


def add_attempt(tx: Transaction, attempt: AttemptRow) -> None:
    """Remember a refused attempt."""
    tx.insert("INSERT INTO disclosure_attempt VALUES (?, ?, ?, ?, ?)", attempt)


def attempts(conn: sqlite3.Connection, limit: int) -> list[AttemptRow]:
    """Return the attempts refused last, the latest first."""
    rows = conn.execute("SELECT * FROM disclosure_attempt ORDER BY attempted_us DESC LIMIT ?", (limit,))
    return [AttemptRow(*row) for row in rows]


def add_order(tx: Transaction, subject_id: str, order_id: str) -> None:
    """Remember whose order it is."""
    tx.insert("INSERT INTO disclosure_subject VALUES (?, ?)", (subject_id, order_id))


def orders_of(conn: sqlite3.Connection, subject_id: str) -> list[str]:
    """Return the ids of a shopper's orders, oldest first."""
    return [row[0] for row in conn.execute(_ORDERS, (subject_id,))]


def orders_in(tx: Transaction, subject_id: str) -> list[str]:
    """Return the ids of a shopper's orders, oldest first, also those of the same batch."""
    return [row[0] for row in tx.all(_ORDERS, (subject_id,))]


def add_move(tx: Transaction, move: Move) -> None:
    """Add a reroute that was asked for."""
    row = msgspec.structs.astuple(move)
    fields = ",".join(move.fields)
    tx.insert("INSERT INTO disclosure_move VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row[:6], fields, *row[7:]))


def settle_move(tx: Transaction, decision_id: str, outcome: Outcome) -> None:
    """Replace the answer to a reroute."""
    tx.execute("UPDATE disclosure_move SET outcome = ? WHERE decision_id = ?", (outcome, decision_id))


def approved_moves(conn: sqlite3.Connection, order_id: str) -> list[Move]:
    """Return the approved reroutes of an order, the one that was asked for last first."""
    sql = """SELECT * FROM disclosure_move WHERE order_id = ? AND outcome = 'approve'
        ORDER BY asked_us DESC, event_id DESC"""
    rows = conn.execute(sql, (order_id,))
    return [msgspec.convert((*row[:6], row[6].split(","), *row[7:]), Move) for row in rows]


def mark_canary(tx: Transaction, subject_id: str) -> None:
    """Mark a shopper as one who does not exist; once is as good as twice."""
    sql = "INSERT INTO disclosure_canary VALUES (?, ?) ON CONFLICT (subject_id) DO NOTHING"
    tx.insert(sql, (subject_id, tx.now_us))


def is_canary(tx: Transaction, subject_id: str) -> bool:
    """Tell whether the shopper was marked as one who does not exist."""
    return tx.one("SELECT 1 FROM disclosure_canary WHERE subject_id = ?", (subject_id,)) is not None


def add_waybill(tx: Transaction, waybill: WaybillRow) -> None:
    """Add a waybill."""
    tx.insert("INSERT INTO disclosure_waybill VALUES (?, ?, ?, ?, ?, ?, ?)", waybill)


def find_waybill(conn: sqlite3.Connection, pseudonym: str) -> WaybillRow | None:
    """Return the waybill with this number."""
    row = conn.execute("SELECT * FROM disclosure_waybill WHERE pseudonym = ?", (pseudonym,)).fetchone()
    return None if row is None else WaybillRow(*row)


def latest_waybills(conn: sqlite3.Connection, limit: int) -> list[WaybillRow]:
    """Return the waybills made last, newest first."""
    rows = conn.execute("SELECT * FROM disclosure_waybill ORDER BY created_us DESC LIMIT ?", (limit,))
    return [WaybillRow(*row) for row in rows]


def _grant(row: Row | None) -> Grant | None:
    columns: tuple[Any, ...] | None = row
    return None if columns is None else Grant(*columns)
