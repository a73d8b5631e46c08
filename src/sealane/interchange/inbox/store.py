"""All SQL of the inbox: endpoints and what came in; private to the room."""

import sqlite3
from collections.abc import Collection

import msgspec
from msgspec.structs import astuple

from sealane.storage.database import Transaction
from sealane.storage.rows.statements import insert_into, places, select_from

__all__ = [
    "EndpointRow",
    "MessageRow",
    "add_endpoint",
    "add_message",
    "change_message",
    "corroborate",
    "due",
    "find_endpoint",
    "find_message",
    "has_come",
    "list_endpoints",
    "list_messages",
    "put_secrets",
    "remove_endpoint",
]


class EndpointRow(msgspec.Struct, frozen=True):
    """Where one source reports to one merchant; `secrets` is sealed."""

    endpoint_id: str
    merchant_id: str
    source: str
    secrets: bytes
    created_us: int


_INSERT_ENDPOINT = insert_into("inbox_endpoints", EndpointRow.__struct_fields__)
_SELECT_ENDPOINT = select_from("inbox_endpoints", EndpointRow.__struct_fields__)


class MessageRow(msgspec.Struct, frozen=True):
    """One event that a source reported, and what became of it; `held` is the sealed event while it waits."""

    message_id: str
    endpoint_id: str
    merchant_id: str
    source: str
    source_event_id: str
    kind: str | None
    state: str
    event_id: str | None
    order_id: str | None
    held: bytes | None
    attempts: int
    next_us: int | None
    received_us: int


_INSERT_MESSAGE = insert_into("inbox_messages", MessageRow.__struct_fields__)
_SELECT_MESSAGE = select_from("inbox_messages", MessageRow.__struct_fields__)


def add_endpoint(tx: Transaction, row: EndpointRow) -> None:
    """Store an endpoint."""
    tx.insert(_INSERT_ENDPOINT, astuple(row))


def put_secrets(tx: Transaction, endpoint_id: str, secrets: bytes) -> None:
    """Replace an endpoint's sealed secrets."""
    tx.execute("UPDATE inbox_endpoints SET secrets = ? WHERE endpoint_id = ?", (secrets, endpoint_id))


def remove_endpoint(tx: Transaction, endpoint_id: str) -> None:
    """Close an endpoint and forget its secrets."""
    sql = "UPDATE inbox_endpoints SET removed_us = ?, secrets = ? WHERE endpoint_id = ?"
    tx.execute(sql, (tx.now_us, b"", endpoint_id))


def find_endpoint(conn: sqlite3.Connection, endpoint_id: str) -> EndpointRow | None:
    """Return an open endpoint."""
    sql = f"{_SELECT_ENDPOINT} WHERE endpoint_id = ? AND removed_us IS NULL"
    row = conn.execute(sql, (endpoint_id,)).fetchone()
    return None if row is None else EndpointRow(*row)


def list_endpoints(
    conn: sqlite3.Connection, *, source: str | None = None, merchant_id: str | None = None, limit: int = 100
) -> list[EndpointRow]:
    """Return open endpoints, oldest first."""
    sql = f"""{_SELECT_ENDPOINT} WHERE removed_us IS NULL AND coalesce(?, source) = source
        AND coalesce(?, merchant_id) = merchant_id ORDER BY created_us, endpoint_id LIMIT ?"""
    return [EndpointRow(*row) for row in conn.execute(sql, (source, merchant_id, limit))]


def add_message(tx: Transaction, row: MessageRow) -> None:
    """Store what a source reported."""
    tx.insert(_INSERT_MESSAGE, astuple(row))
    tx.remember(("inbox", row.endpoint_id, row.source_event_id), value=True)


def has_come(tx: Transaction, endpoint_id: str, source_event_id: str) -> bool:
    """Tell whether this event of this endpoint came before, also in the same batch."""
    if tx.recall(("inbox", endpoint_id, source_event_id)):
        return True
    sql = "SELECT 1 FROM inbox_messages WHERE source_event_id = ? AND endpoint_id = ?"
    return tx.one(sql, (source_event_id, endpoint_id), flush=False) is not None


def find_message(tx: Transaction, message_id: str) -> MessageRow | None:
    """Return what came in under this id."""
    row = tx.one(f"{_SELECT_MESSAGE} WHERE message_id = ?", (message_id,))
    return None if row is None else MessageRow(*row)


def change_message(tx: Transaction, row: MessageRow) -> None:
    """Store what became of a message."""
    tx.execute(
        """UPDATE inbox_messages SET state = ?, event_id = ?, order_id = ?, held = ?, attempts = ?, next_us = ?
           WHERE message_id = ?""",
        (row.state, row.event_id, row.order_id, row.held, row.attempts, row.next_us, row.message_id),
    )


def corroborate(tx: Transaction, order_id: str, kind: str) -> int:
    """Mark claims of the same event of the same order as said by a stronger source as well; return how many."""
    sql = """UPDATE inbox_messages SET state = 'corroborated', held = NULL, next_us = NULL
        WHERE order_id = ? AND kind = ? AND state = 'claimed'"""
    return tx.execute(sql, (order_id, kind))


def due(conn: sqlite3.Connection, now_us: int, limit: int, resting: Collection[str] = ()) -> list[MessageRow]:
    """Return claims whose source's API is to be asked now, but those of sources that rest."""
    others = f"AND source NOT IN {places(len(resting))}" if resting else ""
    sql = f"""{_SELECT_MESSAGE} WHERE next_us IS NOT NULL AND next_us <= ? {others}
        ORDER BY next_us LIMIT ?"""
    return [MessageRow(*row) for row in conn.execute(sql, (now_us, *resting, limit))]


def list_messages(
    conn: sqlite3.Connection, merchant_id: str | None, *, after: tuple[int, str], limit: int
) -> list[MessageRow]:
    """Return what came in, the latest first, from before a place on."""
    sql = f"""{_SELECT_MESSAGE} WHERE coalesce(?, merchant_id) = merchant_id
        AND (received_us, message_id) < (?, ?) ORDER BY received_us DESC, message_id DESC LIMIT ?"""
    return [MessageRow(*row) for row in conn.execute(sql, (merchant_id, *after, limit))]
