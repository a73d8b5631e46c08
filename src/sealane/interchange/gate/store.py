"""All SQL of messages between parties and of the gate's findings; private to the room."""

import sqlite3

import msgspec
from msgspec.structs import astuple

from sealane.storage.database import Transaction
from sealane.storage.rows.statements import insert_into, select_from

__all__ = ["ExchangeRow", "FindingKey", "add", "count_finding", "find", "list_findings", "page"]

FindingKey = tuple[int, str, str, str, str]
"""Day since 1970, party, channel, field, action."""


class ExchangeRow(msgspec.Struct, frozen=True):
    """A message that crossed; its fields are in the vault under `record_id`."""

    message_id: str
    sender_id: str
    recipient_id: str
    order_id: str
    leg: str
    purpose: str
    kind: str
    record_id: str
    sent_us: int


_INSERT = insert_into("exchange_messages", ExchangeRow.__struct_fields__)
_SELECT = select_from("exchange_messages", ExchangeRow.__struct_fields__)


def add(tx: Transaction, row: ExchangeRow) -> None:
    """Store a message."""
    tx.insert(_INSERT, astuple(row))


def find(conn: sqlite3.Connection, message_id: str) -> ExchangeRow | None:
    """Return a message."""
    row = conn.execute(f"{_SELECT} WHERE message_id = ?", (message_id,)).fetchone()
    return None if row is None else ExchangeRow(*row)


def page(conn: sqlite3.Connection, recipient_id: str, *, after: tuple[int, str], limit: int) -> list[ExchangeRow]:
    """Return the messages to a party, the latest first, from before a place on."""
    sql = f"""{_SELECT} WHERE recipient_id = ? AND (sent_us, message_id) < (?, ?)
        ORDER BY sent_us DESC, message_id DESC LIMIT ?"""
    return [ExchangeRow(*row) for row in conn.execute(sql, (recipient_id, *after, limit))]


def count_finding(tx: Transaction, key: FindingKey) -> None:
    """Count one more field that did not cross."""
    tx.count(
        """INSERT INTO gate_findings (day, party_id, channel, field, action, times) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (day, party_id, channel, field, action)
           DO UPDATE SET times = gate_findings.times + excluded.times""",
        key,
        1,
    )


def list_findings(
    conn: sqlite3.Connection, party_id: str | None, limit: int
) -> list[tuple[int, str, str, str, str, int]]:
    """Return findings of a party, or of all, with how often each was counted, the latest day first."""
    return conn.execute(
        """SELECT day, party_id, channel, field, action, times FROM gate_findings
           WHERE coalesce(?, party_id) = party_id ORDER BY day DESC, party_id, channel, field, action LIMIT ?""",
        (party_id, limit),
    ).fetchall()
