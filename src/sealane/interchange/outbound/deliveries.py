"""Deliveries: each notice on its way to each endpoint, one after another for each order, until it is taken or dead."""

import sqlite3
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from sealane.interchange.outbound import store
from sealane.interchange.outbound.store import DeliveryRow
from sealane.storage.database import Transaction

__all__ = ["Deliveries"]


class Deliveries:
    """The queues of all endpoints."""

    def handed_out(self, conn: sqlite3.Connection) -> int:
        """Return the number of the last notice that was handed to the endpoints."""
        return store.told(conn)

    def hand_out(self, tx: Transaction, before: int, after: int, rows: Iterable[DeliveryRow]) -> None:
        """Queue what the notices from one number to another lead to, unless somebody else did so meanwhile."""
        if store.move_told(tx, before, after):
            store.add_deliveries(tx, rows)

    def due(self, conn: sqlite3.Connection, endpoint_id: str, now_us: int, limit: int) -> list[DeliveryRow]:
        """Return what is to be sent to an endpoint now, what waited longest first."""
        return store.due(conn, endpoint_id, now_us, limit)

    def lease(self, tx: Transaction, rows: Sequence[DeliveryRow], until_us: int) -> list[DeliveryRow]:
        """Take deliveries for sending until a moment; return those that nobody else took meanwhile."""
        return store.lease(tx, rows, until_us)

    def release(self, tx: Transaction) -> None:
        """Make due what was under way when the last process ended."""
        store.release(tx)

    def arrive(self, tx: Transaction, row: DeliveryRow) -> None:
        """Note that a delivery was taken; the next one of its order is due."""
        store.change(tx, replace(row, state="delivered", next_us=None, done_us=tx.now_us))

    def postpone(self, tx: Transaction, row: DeliveryRow, next_us: int | None) -> None:
        """Note that an attempt failed and when the next is made; without a next one the letter is dead."""
        if next_us is None:
            row = replace(row, state="dead", done_us=tx.now_us)
        store.change(tx, replace(row, next_us=next_us))

    def revive(self, tx: Transaction, endpoint_id: str, delivery_id: str | None = None) -> int:
        """Let a delivery that is over, or all dead ones of an endpoint, be sent again; return how many."""
        return store.revive(tx, endpoint_id, delivery_id)

    def find(self, conn: sqlite3.Connection, delivery_id: str) -> DeliveryRow | None:
        """Return a delivery, if there is one."""
        return store.find_delivery(conn, delivery_id)

    def page(
        self, conn: sqlite3.Connection, endpoint_id: str, *, state: str | None = None, before: int, limit: int
    ) -> list[DeliveryRow]:
        """Return deliveries to an endpoint, the latest notice first, from before a number on."""
        return store.list_deliveries(conn, endpoint_id, state=state, before=before, limit=limit)

    def totals(self, conn: sqlite3.Connection, endpoint_id: str) -> dict[str, int]:
        """Return how many deliveries of an endpoint are in each state."""
        return store.totals(conn, endpoint_id)

    def sweep(self, tx: Transaction, before_us: int) -> int:
        """Forget what was delivered before a moment and return how many; dead letters stay."""
        return store.sweep(tx, before_us)
