"""All SQL of the rule book."""

import sqlite3

from sealane.risk.rulebook.entries import Entry, NamedList, Published, Snooze
from sealane.storage.transaction import Row, Transaction

__all__ = [
    "add_entry",
    "add_list",
    "ask_until",
    "asked_until",
    "drop_entry",
    "drop_snooze",
    "entries",
    "facts_from",
    "lists",
    "live_hash",
    "members_reporting",
    "newest_fact",
    "propose",
    "publish",
    "put_report",
    "put_snooze",
    "ruleset",
    "rulesets",
    "snoozes",
]

_RULESET = "SELECT hash, version, author, proposed_us, approver, published_us FROM risk_ruleset"
_ENTRY = "SELECT value, author, added_us, expires_us, note FROM risk_list_entry"


def propose(tx: Transaction, one: Published) -> None:
    """Add a version that waits for a second person.

    Raises:
        Conflict: when the same text was proposed before.
    """
    row = (one.hash, one.version, one.author, one.proposed_us)
    tx.execute("INSERT INTO risk_ruleset (hash, version, author, proposed_us) VALUES (?, ?, ?, ?)", row)


def publish(tx: Transaction, named: str, approver: str, at_us: int) -> None:
    """Note who published a version, and when."""
    tx.execute("UPDATE risk_ruleset SET approver = ?, published_us = ? WHERE hash = ?", (approver, at_us, named))


def ruleset(tx: Transaction, named: str) -> Published | None:
    """Return one version."""
    row = tx.one(f"{_RULESET} WHERE hash = ?", (named,))
    return None if row is None else Published(*row)


def rulesets(conn: sqlite3.Connection) -> list[Published]:
    """Return all versions, newest first."""
    return [Published(*row) for row in conn.execute(f"{_RULESET} ORDER BY number DESC")]


def live_hash(conn: sqlite3.Connection) -> str | None:
    """Return which version rules; None when none was ever published."""
    sql = "SELECT hash FROM risk_ruleset WHERE published_us IS NOT NULL ORDER BY published_us DESC, number DESC LIMIT 1"
    row = conn.execute(sql).fetchone()
    return None if row is None else row[0]


def add_list(tx: Transaction, one: NamedList) -> None:
    """Add an empty list.

    Raises:
        Conflict: when the name is taken.
    """
    tx.execute("INSERT INTO risk_list VALUES (?, ?, ?, ?)", (one.name, one.field, one.created_us, one.author))


def lists(conn: sqlite3.Connection) -> list[NamedList]:
    """Return all lists by name, with how many entries each has."""
    sql = """SELECT name, field, created_us, author,
        (SELECT count(*) FROM risk_list_entry WHERE risk_list_entry.name = risk_list.name)
        FROM risk_list ORDER BY name"""
    return [NamedList(*row) for row in conn.execute(sql)]


def add_entry(tx: Transaction, name: str, entry: Entry) -> None:
    """Put a value on a list; a value that is on it gets the new end date."""
    sql = """INSERT INTO risk_list_entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name, value) DO UPDATE
        SET added_us = excluded.added_us, expires_us = excluded.expires_us, author = excluded.author,
        note = excluded.note"""
    row: Row = (name, entry.value, entry.added_us, entry.expires_us, entry.author, entry.note)
    tx.execute(sql, row)


def drop_entry(tx: Transaction, name: str, value: bytes | str) -> int:
    """Take a value off a list and return how many went."""
    return tx.execute("DELETE FROM risk_list_entry WHERE name = ? AND value = ?", (name, value))


def entries(conn: sqlite3.Connection, name: str) -> list[Entry]:
    """Return what is on a list, the newest first."""
    return [Entry(*row) for row in conn.execute(f"{_ENTRY} WHERE name = ? ORDER BY added_us DESC, value", (name,))]


def put_snooze(tx: Transaction, one: Snooze) -> None:
    """Snooze a rule for one value; again with another end, that end stands."""
    sql = """INSERT INTO risk_snooze VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (rule, field, value) DO UPDATE
        SET until_us = excluded.until_us, author = excluded.author, reason = excluded.reason"""
    tx.execute(sql, (one.rule, one.field, one.value, one.until_us, one.author, one.reason))


def drop_snooze(tx: Transaction, rule: str, field: str, value: bytes | str) -> int:
    """Wake a rule for one value and return whether it slept."""
    return tx.execute("DELETE FROM risk_snooze WHERE rule = ? AND field = ? AND value = ?", (rule, field, value))


def snoozes(conn: sqlite3.Connection) -> list[Snooze]:
    """Return all snoozes, the latest end first."""
    sql = "SELECT rule, field, value, until_us, author, reason FROM risk_snooze ORDER BY until_us DESC, rule, value"
    return [Snooze(*row) for row in conn.execute(sql)]


def members_reporting(tx: Transaction, order_id: str) -> int | None:
    """Return how many members of the alliance report something of an order; None when nobody asked."""
    row = tx.one("SELECT members FROM risk_report WHERE order_id = ?", (order_id,), flush=False)
    return None if row is None else int(row[0])


def put_report(tx: Transaction, order_id: str, members: int, kinds: str) -> None:
    """Keep what the alliance says of an order; of several answers the highest."""
    sql = """INSERT INTO risk_report VALUES (?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE
        SET members = excluded.members, kinds = excluded.kinds, asked_us = excluded.asked_us
        WHERE excluded.members >= risk_report.members"""
    tx.execute(sql, (order_id, members, kinds, tx.now_us))


def asked_until(tx: Transaction) -> int | None:
    """Return up to which fact the alliance was asked; None when it never was."""
    row = tx.one("SELECT seq FROM risk_report_until")
    return None if row is None else int(row[0])


def ask_until(tx: Transaction, seq: int) -> None:
    """Note up to which fact the alliance was asked."""
    sql = "INSERT INTO risk_report_until VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq"
    tx.execute(sql, (seq,))


def newest_fact(tx: Transaction) -> int:
    """Return the number of the last fact, 0 before the first."""
    row = tx.one("SELECT max(seq) FROM risk_fact")
    return 0 if row is None else int(row[0] or 0)


def facts_from(conn: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Return number and body of the next facts."""
    return conn.execute("SELECT seq, body FROM risk_fact WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)).fetchall()
