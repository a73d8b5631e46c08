"""The book of peers: other installations, what they sent, and their receipts for what was sent to them."""

import sqlite3

from sealane.interchange.peers import store
from sealane.interchange.peers.store import PeerMessageRow, PeerRow, ReceiptRow
from sealane.storage.database import Transaction

__all__ = ["Peers"]


class Peers:
    """All peers of this installation."""

    def put(self, tx: Transaction, row: PeerRow) -> None:
        """Keep a peer, or the new document of one that is known."""
        store.put_peer(tx, row)

    def at(self, tx: Transaction, origin: str) -> PeerRow | None:
        """Return the peer at an origin, if there is one."""
        return store.peer_at(tx, origin)

    def find(self, conn: sqlite3.Connection, party_id: str) -> PeerRow | None:
        """Return the peer that is this party here, if it is one."""
        return store.find_peer(conn, party_id)

    def all(self, conn: sqlite3.Connection) -> list[PeerRow]:
        """Return all peers, oldest first."""
        return store.list_peers(conn)

    def take(self, tx: Transaction, row: PeerMessageRow, *, keep_us: int) -> None:
        """Keep what a peer sent, and let go of the fields of what came longer than `keep_us` ago."""
        store.add_message(tx, row)
        store.forget_messages(tx, tx.now_us - keep_us)

    def message(self, conn: sqlite3.Connection, message_id: str) -> PeerMessageRow | None:
        """Return what a peer sent under this id, if anything."""
        return store.find_message(conn, message_id)

    def messages(self, conn: sqlite3.Connection, *, after: tuple[int, str], limit: int) -> list[PeerMessageRow]:
        """Return what peers sent, the latest first, from before a place on."""
        return store.list_messages(conn, after=after, limit=limit)

    def keep_receipt(self, tx: Transaction, row: ReceiptRow) -> None:
        """Keep a peer's receipt; a second one for the same message changes nothing."""
        store.add_receipt(tx, row)

    def receipt(self, conn: sqlite3.Connection, message_id: str) -> ReceiptRow | None:
        """Return the receipt for a message that was sent to a peer, if it came."""
        return store.find_receipt(conn, message_id)
