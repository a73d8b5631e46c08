"""What crossed between parties: who sent whom which message about which order; its fields are in the vault."""

import sqlite3

from sealane.interchange.gate import store
from sealane.interchange.gate.store import ExchangeRow
from sealane.model.errors import NotFound
from sealane.storage.database import Transaction

__all__ = ["Crossings"]


class Crossings:
    """The messages between all parties."""

    def add(self, tx: Transaction, row: ExchangeRow) -> None:
        """Keep that a message crossed."""
        store.add(tx, row)

    def find(self, conn: sqlite3.Connection, message_id: str) -> ExchangeRow | None:
        """Return a message, if there is one."""
        return store.find(conn, message_id)

    def between(self, conn: sqlite3.Connection, message_id: str, party_id: str) -> ExchangeRow:
        """Return a message to its recipient, or to its sender.

        Raises:
            NotFound: when there is none, or it is between others; both look the same.
        """
        row = store.find(conn, message_id)
        if row is None or party_id not in {row.sender_id, row.recipient_id}:
            raise NotFound("There is no such message.")
        return row

    def page(
        self, conn: sqlite3.Connection, recipient_id: str, *, after: tuple[int, str], limit: int
    ) -> list[ExchangeRow]:
        """Return the messages to a party, the latest first, from before a place on."""
        return store.page(conn, recipient_id, after=after, limit=limit)
