"""All SQL of endpoints and deliveries; private to the room."""

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import astuple

from sealane.storage.database import Transaction
from sealane.storage.rows.statements import insert_into, select_from

__all__ = ["DeliveryRow", "ReceiverRow"]

TOLD = "outbox_told"


class ReceiverRow(msgspec.Struct, frozen=True):
    """An endpoint of a party; `secrets` are sealed, `kinds` are parted by blanks, none means all."""

    endpoint_id: str
    party_id: str
    url: str
    kinds: str
    scheme: str
    secrets: bytes
    from_number: int
    created_us: int
    paused_us: int | None = None

    def hears(self, kind: str) -> bool:
        """Tell whether it wants notices of this kind."""
        return not self.kinds or kind in self.kinds.split(" ")

    def __repr__(self) -> str:
        return f"ReceiverRow({self.endpoint_id}, ***)"


class DeliveryRow(msgspec.Struct, frozen=True):
    """One notice on its way to one endpoint; `reason` says why the last attempt failed."""

    delivery_id: str
    endpoint_id: str
    number: int
    kind: str
    order_id: str
    state: str
    attempts: int
    next_us: int | None
    is_leased: int
    status: int | None
    reason: str | None
    made_us: int
    done_us: int | None


_RECEIVER = ReceiverRow.__struct_fields__
_INSERT_RECEIVER = insert_into("outbound_endpoints", _RECEIVER)
_SELECT_RECEIVER = select_from("outbound_endpoints", _RECEIVER)
_DELIVERY = DeliveryRow.__struct_fields__
_INSERT_DELIVERY = insert_into("deliveries", _DELIVERY)
_SELECT_DELIVERY = select_from("deliveries", _DELIVERY)


def add_receiver(tx: Transaction, row: ReceiverRow) -> None:
    """Store an endpoint."""
    tx.insert(_INSERT_RECEIVER, astuple(row))


def put_secrets(tx: Transaction, endpoint_id: str, secrets: bytes) -> None:
    """Replace an endpoint's sealed secrets."""
    tx.execute("UPDATE outbound_endpoints SET secrets = ? WHERE endpoint_id = ?", (secrets, endpoint_id))


def pause(tx: Transaction, endpoint_id: str, paused_us: int | None) -> None:
    """Let an endpoint rest from a moment on, or go on with None."""
    tx.execute("UPDATE outbound_endpoints SET paused_us = ? WHERE endpoint_id = ?", (paused_us, endpoint_id))


def remove_receiver(tx: Transaction, endpoint_id: str) -> None:
    """Close an endpoint, forget its secrets and what waits for it."""
    sql = "UPDATE outbound_endpoints SET removed_us = ?, secrets = ? WHERE endpoint_id = ?"
    tx.execute(sql, (tx.now_us, b"", endpoint_id))
    tx.execute("DELETE FROM deliveries WHERE endpoint_id = ? AND state = 'waiting'", (endpoint_id,))


def find_receiver(conn: sqlite3.Connection, endpoint_id: str) -> ReceiverRow | None:
    """Return an open endpoint."""
    sql = f"{_SELECT_RECEIVER} WHERE endpoint_id = ? AND removed_us IS NULL"
    row = conn.execute(sql, (endpoint_id,)).fetchone()
    return None if row is None else ReceiverRow(*row)


def list_receivers(conn: sqlite3.Connection, party_id: str | None = None) -> list[ReceiverRow]:
    """Return the open endpoints of a party, or all, oldest first."""
    sql = f"""{_SELECT_RECEIVER} WHERE removed_us IS NULL
        AND coalesce(?, party_id) = party_id ORDER BY created_us, endpoint_id"""
    return [ReceiverRow(*row) for row in conn.execute(sql, (party_id,))]


def told(conn: sqlite3.Connection) -> int:
    """Return the number of the last notice that was handed to the endpoints."""
    return int(conn.execute("SELECT value FROM meta WHERE name = ?", (TOLD,)).fetchone()[0])


def move_told(tx: Transaction, before: int, after: int) -> bool:
    """Note that the notices up to one were handed out; False when somebody else did that meanwhile."""
    return tx.execute("UPDATE meta SET value = ? WHERE name = ? AND value = ?", (after, TOLD, before)) == 1


def add_deliveries(tx: Transaction, rows: Iterable[DeliveryRow]) -> None:
    """Store deliveries; those with nothing of their order before them are due at once, the others stand in line."""
    numbers = set()
    for row in rows:
        numbers.add(row.number)
        tx.insert(_INSERT_DELIVERY, astuple(row))
    if numbers:
        tx.execute(
            """UPDATE deliveries SET next_us = ? WHERE number BETWEEN ? AND ? AND state = 'waiting' AND NOT EXISTS (
                SELECT 1 FROM deliveries AS earlier WHERE earlier.endpoint_id = deliveries.endpoint_id
                AND earlier.order_id = deliveries.order_id AND earlier.state = 'waiting'
                AND earlier.number < deliveries.number)""",
            (tx.now_us, min(numbers), max(numbers)),
        )


def due(conn: sqlite3.Connection, endpoint_id: str, now_us: int, limit: int) -> list[DeliveryRow]:
    """Return what is to be sent to an endpoint now, what waited longest first."""
    sql = f"""{_SELECT_DELIVERY} WHERE endpoint_id = ? AND next_us IS NOT NULL AND next_us <= ?
        ORDER BY next_us, number LIMIT ?"""
    return [DeliveryRow(*row) for row in conn.execute(sql, (endpoint_id, now_us, limit))]


def lease(tx: Transaction, rows: Sequence[DeliveryRow], until_us: int) -> list[DeliveryRow]:
    """Take deliveries for sending until a moment; return those that nobody else took meanwhile."""
    sql = "UPDATE deliveries SET next_us = ?, is_leased = 1 WHERE delivery_id = ? AND state = 'waiting' AND next_us = ?"
    return [row for row in rows if tx.execute(sql, (until_us, row.delivery_id, row.next_us)) == 1]


def release(tx: Transaction) -> None:
    """Make due what was under way when the last process ended."""
    sql = "UPDATE deliveries SET next_us = ?, is_leased = 0 WHERE is_leased = 1 AND next_us IS NOT NULL"
    tx.execute(sql, (tx.now_us,))


def change(tx: Transaction, row: DeliveryRow) -> None:
    """Store what became of a delivery; where it is over, the next of its order is due."""
    tx.execute(
        """UPDATE deliveries SET state = ?, attempts = ?, next_us = ?, is_leased = 0, status = ?, reason = ?,
           done_us = ? WHERE delivery_id = ?""",
        (row.state, row.attempts, row.next_us, row.status, row.reason, row.done_us, row.delivery_id),
    )
    if row.state != "waiting":
        advance(tx, row)


def advance(tx: Transaction, row: DeliveryRow) -> None:
    """Make the first waiting delivery of the same endpoint and order due, unless it is under way."""
    tx.execute(
        """UPDATE deliveries SET next_us = ? WHERE next_us IS NULL AND delivery_id = (
            SELECT delivery_id FROM deliveries WHERE endpoint_id = ? AND order_id = ? AND state = 'waiting'
            ORDER BY number LIMIT 1)""",
        (tx.now_us, row.endpoint_id, row.order_id),
    )


def find_delivery(conn: sqlite3.Connection, delivery_id: str) -> DeliveryRow | None:
    """Return a delivery."""
    row = conn.execute(f"{_SELECT_DELIVERY} WHERE delivery_id = ?", (delivery_id,)).fetchone()
    return None if row is None else DeliveryRow(*row)


def revive(tx: Transaction, endpoint_id: str, delivery_id: str | None = None) -> int:
    """Let a delivery that is over, or all dead ones of an endpoint, be sent again; return how many.

    Those of one order stand in line again, the oldest first.
    """
    over = "delivery_id = ? AND state <> 'waiting'" if delivery_id else "state = 'dead'"
    names = (delivery_id,) if delivery_id else ()
    rows = tx.all(f"{_SELECT_DELIVERY} WHERE endpoint_id = ? AND {over}", (endpoint_id, *names))
    for each in (DeliveryRow(*row) for row in rows):
        tx.execute(
            """UPDATE deliveries SET state = 'waiting', attempts = 0, next_us = NULL, is_leased = 0, done_us = NULL
               WHERE delivery_id = ?""",
            (each.delivery_id,),
        )
    for each in (DeliveryRow(*row) for row in rows):
        advance(tx, each)
    return len(rows)


def list_deliveries(
    conn: sqlite3.Connection, endpoint_id: str, *, state: str | None, before: int, limit: int
) -> list[DeliveryRow]:
    """Return deliveries to an endpoint, the latest notice first, from before a number on."""
    sql = f"""{_SELECT_DELIVERY} WHERE endpoint_id = ? AND number < ?
        AND coalesce(?, state) = state ORDER BY number DESC LIMIT ?"""
    return [DeliveryRow(*row) for row in conn.execute(sql, (endpoint_id, before, state, limit))]


def totals(conn: sqlite3.Connection, endpoint_id: str) -> dict[str, int]:
    """Return how many deliveries of an endpoint are in each state."""
    sql = "SELECT state, count(*) FROM deliveries WHERE endpoint_id = ? GROUP BY state"
    return dict(conn.execute(sql, (endpoint_id,)).fetchall())


def sweep(tx: Transaction, before_us: int) -> int:
    """Forget what was delivered before a moment; dead letters stay."""
    return tx.execute("DELETE FROM deliveries WHERE state = 'delivered' AND done_us < ?", (before_us,))
