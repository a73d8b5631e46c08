"""Findings of the gate: which fields were stripped or refused, from whom, how often a day; never a value."""

import sqlite3
from collections.abc import Iterable
from datetime import date

import msgspec

from sealane.interchange.gate import store
from sealane.model.clock import from_micros
from sealane.storage.database import Transaction

__all__ = ["Finding", "note_findings", "read_findings"]

DAY_US = 86_400_000_000


class Finding(msgspec.Struct, frozen=True):
    """A field that did not cross, so many times on a day; `channel` is a webhook source or a leg."""

    day: date
    party_id: str
    channel: str
    field: str
    action: str
    times: int


def note_findings(tx: Transaction, party_id: str, channel: str, action: str, fields: Iterable[str]) -> None:
    """Count that these fields of a party did not cross; `action` is stripped or refused."""
    for field in fields:
        store.count_finding(tx, (tx.now_us // DAY_US, party_id, channel, field[:100], action))


def read_findings(conn: sqlite3.Connection, party_id: str | None, limit: int) -> tuple[Finding, ...]:
    """Return findings of a party, or of all, the latest day first."""
    rows = store.list_findings(conn, party_id, limit)
    return tuple(
        Finding(from_micros(day * DAY_US).date(), party, channel, field, action, times)
        for day, party, channel, field, action, times in rows
    )
