"""The box: what sources reported and what became of it; an event that waits is sealed until it counts or is denied."""

import sqlite3
from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from sealane.interchange.inbox import store
from sealane.interchange.inbox.endpoints import Safe
from sealane.interchange.inbox.store import MessageRow
from sealane.model.errors import Conflict, NotFound
from sealane.model.event import EventRequest
from sealane.storage.database import Transaction

__all__ = ["Box"]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(EventRequest).decode


class Box:
    """The messages of all endpoints."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def has_come(self, tx: Transaction, endpoint_id: str, source_event_id: str) -> bool:
        """Tell whether this event of this endpoint came before, also in the same batch."""
        return store.has_come(tx, endpoint_id, source_event_id)

    def add(self, tx: Transaction, row: MessageRow) -> None:
        """Keep what a source reported."""
        store.add_message(tx, row)

    def change(self, tx: Transaction, row: MessageRow) -> None:
        """Keep what became of a message."""
        store.change_message(tx, row)

    def hold(self, row: MessageRow, event: EventRequest) -> MessageRow:
        """Return the message with its event sealed into it."""
        return replace(row, held=self._safe.seal(_encode(event), row.message_id))

    def held(self, row: MessageRow) -> EventRequest:
        """Return the event that waits in a message.

        Raises:
            EnvelopeInvalid: when what is held was altered, or nothing is.
        """
        return _decode(self._safe.open(row.held or b"", row.message_id))

    def find(self, tx: Transaction, message_id: str, merchant_id: str | None = None) -> MessageRow:
        """Return a message to a merchant, or to anybody.

        Raises:
            NotFound: when there is none; another merchant's looks the same.
        """
        row = store.find_message(tx, message_id)
        if row is None or merchant_id not in {None, row.merchant_id}:
            raise NotFound("There is no such message.")
        return row

    def waiting(self, tx: Transaction, message_id: str, state: str) -> MessageRow:
        """Return a message that waits in a state.

        Raises:
            NotFound: when there is none.
            Conflict: when it waits in another state, or no more.
        """
        row = self.find(tx, message_id)
        if row.state != state:
            raise Conflict(f"The message is {row.state}, not {state}.")
        return row

    def corroborate(self, tx: Transaction, order_id: str, kind: str) -> int:
        """Mark claims of the same event of the same order as said by a stronger source as well; return how many."""
        return store.corroborate(tx, order_id, kind)

    def due(self, conn: sqlite3.Connection, now_us: int, limit: int, resting: Collection[str] = ()) -> list[MessageRow]:
        """Return claims whose source's API is to be asked now, but those of sources that rest."""
        return store.due(conn, now_us, limit, resting)

    def page(
        self, conn: sqlite3.Connection, merchant_id: str | None, *, after: tuple[int, str], limit: int
    ) -> list[MessageRow]:
        """Return what came in, the latest first, from before a place on; of a merchant, or of all."""
        return store.list_messages(conn, merchant_id, after=after, limit=limit)
