"""All SQL of the room."""

import sqlite3
from collections.abc import Iterator, Sequence

from sealane.storage.database import Transaction

__all__ = [
    "INSERT_DECISION",
    "INSERT_FACT",
    "add_mark",
    "add_segment",
    "decision_bodies",
    "decision_body",
    "drop_segments",
    "every_decision",
    "fact",
    "facts_after",
    "keep_texts",
    "last_fact",
    "last_mark",
    "latest_decision_bodies",
    "segments",
    "text",
]

INSERT_FACT = "INSERT INTO risk_fact VALUES (?, ?, ?, ?)"
INSERT_DECISION = "INSERT INTO risk_decision (decision_id, order_id, body) VALUES (?, ?, ?)"
DROPPED_AT_ONCE = 16


def keep_texts(tx: Transaction, texts: Sequence[tuple[str, str]]) -> None:
    """Keep policy texts by their hashes; a known one stays as it is."""
    for row in texts:
        tx.execute("INSERT INTO risk_text VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", row)


def text(conn: sqlite3.Connection, named: str) -> str | None:
    """Return the policy text with this hash."""
    row = conn.execute("SELECT body FROM risk_text WHERE hash = ?", (named,)).fetchone()
    return None if row is None else row[0]


def decision_body(conn: sqlite3.Connection, decision_id: str) -> bytes | None:
    """Return one decision record."""
    row = conn.execute("SELECT body FROM risk_decision WHERE decision_id = ?", (decision_id,)).fetchone()
    return None if row is None else row[0]


def decision_bodies(conn: sqlite3.Connection, order_id: str) -> list[bytes]:
    """Return an order's decision records, oldest first."""
    rows = conn.execute("SELECT body FROM risk_decision WHERE order_id = ? ORDER BY number", (order_id,))
    return [body for (body,) in rows]


def every_decision(conn: sqlite3.Connection) -> Iterator[bytes]:
    """Yield all decision records, oldest first, read a thousand at a time."""
    sql = "SELECT number, body FROM risk_decision WHERE number > ? ORDER BY number LIMIT 1000"
    last = 0
    while rows := conn.execute(sql, (last,)).fetchall():
        yield from (body for _, body in rows)
        last = rows[-1][0]


def latest_decision_bodies(conn: sqlite3.Connection, limit: int) -> list[bytes]:
    """Return the records of the last decisions, newest first."""
    rows = conn.execute("SELECT body FROM risk_decision ORDER BY number DESC LIMIT ?", (limit,))
    return [body for (body,) in rows]


def fact(conn: sqlite3.Connection, seq: int) -> tuple[bytes, bytes] | None:
    """Return the heads and the body of one fact."""
    row: tuple[bytes, bytes] | None = conn.execute("SELECT heads, body FROM risk_fact WHERE seq = ?", (seq,)).fetchone()
    return row


def last_fact(conn: sqlite3.Connection) -> tuple[int, int]:
    """Return the highest sequence number and when that fact was observed; zeros when there is none."""
    row = conn.execute("SELECT seq, observed_us FROM risk_fact ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, 0) if row is None else row


def facts_after(conn: sqlite3.Connection, seq: int) -> Iterator[tuple[int, bytes]]:
    """Yield the facts after a sequence number, in order."""
    return conn.execute("SELECT seq, body FROM risk_fact WHERE seq > ? ORDER BY seq", (seq,))


def add_segment(tx: Transaction, segment_id: int, layout: str, body: bytes) -> None:
    """Add a slice of cells."""
    tx.insert("INSERT INTO risk_segment VALUES (?, ?, ?)", (segment_id, layout, body))


def add_mark(tx: Transaction, layout: str, segment_id: int, applied_seq: int) -> None:
    """Note that a round of segments is complete."""
    row = (layout, segment_id, applied_seq)
    tx.insert("INSERT INTO risk_mark (layout, segment_id, applied_seq) VALUES (?, ?, ?)", row)


def drop_segments(tx: Transaction, before: int) -> int:
    """Drop a few segments older than the given one and return how many went."""
    some = "SELECT segment_id FROM risk_segment WHERE segment_id < ? LIMIT ?"
    return tx.execute(f"DELETE FROM risk_segment WHERE segment_id IN ({some})", (before, DROPPED_AT_ONCE))  # noqa: S608


def last_mark(conn: sqlite3.Connection, layout: str) -> int:
    """Return the sequence number up to which facts are in complete segments of this layout."""
    sql = "SELECT applied_seq FROM risk_mark WHERE layout = ? ORDER BY mark_id DESC LIMIT 1"
    row = conn.execute(sql, (layout,)).fetchone()
    return 0 if row is None else row[0]


def segments(conn: sqlite3.Connection) -> Iterator[tuple[int, str, bytes]]:
    """Yield all segments, oldest first."""
    return conn.execute("SELECT segment_id, layout, body FROM risk_segment ORDER BY segment_id")
