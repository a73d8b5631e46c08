"""All SQL of the room."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence

from sealane.storage.database import Transaction

__all__ = [
    "INSERT_DECISION",
    "INSERT_FACT",
    "INSERT_PENDING",
    "add_mark",
    "add_segment",
    "decision_bodies",
    "decision_body",
    "drop_pending",
    "drop_segments",
    "drop_sent",
    "every_decision",
    "fact",
    "fact_page",
    "facts_after",
    "facts_since",
    "is_pending",
    "keep_texts",
    "last_fact",
    "last_mark",
    "latest_decision_bodies",
    "namespace",
    "newest_fact",
    "newest_segment",
    "newest_seq",
    "pending_elsewhere",
    "pending_here",
    "pending_page",
    "segments",
    "text",
]

INSERT_FACT = "INSERT INTO risk_fact VALUES (?, ?, ?, ?)"
INSERT_DECISION = "INSERT INTO risk_decision (decision_id, order_id, body) VALUES (?, ?, ?)"
INSERT_PENDING = "INSERT INTO risk_pending VALUES (?, ?, ?)"
DROPPED_AT_ONCE = 16
_PENDING = "SELECT f.seq, f.body FROM risk_pending p JOIN risk_fact f ON f.seq = p.seq WHERE"
_FACTS = "SELECT seq, body FROM risk_fact WHERE seq > ? ORDER BY seq"


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
    return conn.execute(_FACTS, (seq,))


def facts_since(tx: Transaction, seq: int) -> list[tuple[int, bytes]]:
    """Return the facts after a sequence number, in order, those of this batch among them."""
    return [(row[0], row[1]) for row in tx.all(_FACTS, (seq,))]


def newest_seq(tx: Transaction) -> int:
    """Return the highest sequence number of a fact, 0 when there is none."""
    row = tx.one("SELECT coalesce(max(seq), 0) FROM risk_fact")
    return 0 if row is None else int(row[0])


def newest_segment(tx: Transaction) -> int:
    """Return the highest number of a segment, 0 when there is none."""
    row = tx.one("SELECT coalesce(max(segment_id), 0) FROM risk_segment")
    return 0 if row is None else int(row[0])


def newest_fact(tx: Transaction) -> tuple[int, int]:
    """Return what `last_fact` does, of this batch too."""
    row = tx.one("SELECT seq, observed_us FROM risk_fact ORDER BY seq DESC LIMIT 1")
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def fact_page(conn: sqlite3.Connection, seq: int, limit: int) -> list[tuple[int, bytes]]:
    """Return the next facts after a sequence number."""
    return conn.execute(f"{_FACTS} LIMIT ?", (seq, limit)).fetchall()


def namespace(tx: Transaction) -> str:
    """Return the name that this installation's shared signals go by, drawn once."""
    tx.execute("INSERT INTO meta VALUES ('signals_id', ?) ON CONFLICT (name) DO NOTHING", (secrets.randbits(62),))
    row = tx.one("SELECT value FROM meta WHERE name = 'signals_id'")
    return "" if row is None else f"{row[0]:016x}"


def pending_page(conn: sqlite3.Connection, before_us: int | None, limit: int) -> list[tuple[int, bytes]]:
    """Return the oldest facts noted as pending, of those noted before a moment when one is given."""
    bound = 1 << 62 if before_us is None else before_us
    sql = f"{_PENDING} p.noted_us < ? ORDER BY p.seq LIMIT ?"
    return conn.execute(sql, (bound, limit)).fetchall()


def is_pending(conn: sqlite3.Connection, seq: int) -> bool:
    """Tell whether a fact is noted as pending."""
    return conn.execute("SELECT 1 FROM risk_pending WHERE seq = ?", (seq,)).fetchone() is not None


def pending_here(tx: Transaction, owner: str) -> list[tuple[int, bytes]]:
    """Return the facts that this server has not sent."""
    return [(row[0], row[1]) for row in tx.all(f"{_PENDING} p.owner = ? ORDER BY p.seq", (owner,))]


def pending_elsewhere(conn: sqlite3.Connection | Transaction, owner: str) -> list[tuple[int, bytes]]:
    """Return the facts that other servers may not have sent."""
    sql = f"{_PENDING} p.owner <> ? ORDER BY p.seq"
    rows = conn.all(sql, (owner,)) if isinstance(conn, Transaction) else conn.execute(sql, (owner,)).fetchall()
    return [(row[0], row[1]) for row in rows]


def drop_sent(tx: Transaction, owner: str, seq: int) -> None:
    """Take note that a server has sent its facts up to a sequence number."""
    tx.execute("DELETE FROM risk_pending WHERE owner = ? AND seq <= ?", (owner, seq))


def drop_pending(tx: Transaction, seqs: Sequence[int]) -> None:
    """Take note that facts were sent."""
    for seq in seqs:
        tx.execute("DELETE FROM risk_pending WHERE seq = ?", (seq,))


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
    return tx.execute(f"DELETE FROM risk_segment WHERE segment_id IN ({some})", (before, DROPPED_AT_ONCE))  # noqa: S608 - question marks alone


def last_mark(conn: sqlite3.Connection, layout: str) -> int:
    """Return the sequence number up to which facts are in complete segments of this layout."""
    sql = "SELECT applied_seq FROM risk_mark WHERE layout = ? ORDER BY mark_id DESC LIMIT 1"
    row = conn.execute(sql, (layout,)).fetchone()
    return 0 if row is None else row[0]


def segments(conn: sqlite3.Connection) -> Iterator[tuple[int, str, bytes]]:
    """Yield all segments, oldest first."""
    return conn.execute("SELECT segment_id, layout, body FROM risk_segment ORDER BY segment_id")
