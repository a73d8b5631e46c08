"""All SQL of peers, their messages and their receipts; private to the room."""

import sqlite3

import msgspec
from msgspec.structs import astuple

from sealane.storage.database import Transaction
from sealane.storage.rows.statements import insert_into, select_from

__all__ = ["PeerMessageRow", "PeerRow", "ReceiptRow"]


class PeerRow(msgspec.Struct, frozen=True):
    """Another installation: the party it is here, the endpoint of messages to it, and its discovery document."""

    party_id: str
    origin: str
    endpoint_id: str
    document: bytes
    created_us: int


class PeerMessageRow(msgspec.Struct, frozen=True):
    """A message that came from a peer, under its id there and here; `held` is sealed, None once its time was over."""

    message_id: str
    peer_id: str
    foreign_id: str
    kind: str
    digest: bytes
    held: bytes | None
    entry_id: str
    received_us: int


class ReceiptRow(msgspec.Struct, frozen=True):
    """A peer's receipt for a message, with the entry of our log that holds it."""

    message_id: str
    peer_id: str
    evidence: bytes
    entry_id: str
    received_us: int


_PEER = PeerRow.__struct_fields__
_INSERT_PEER = insert_into("peers", _PEER)
_SELECT_PEER = select_from("peers", _PEER)
_MESSAGE = PeerMessageRow.__struct_fields__
_INSERT_MESSAGE = insert_into("peer_messages", _MESSAGE)
_SELECT_MESSAGE = select_from("peer_messages", _MESSAGE)
_RECEIPT = ReceiptRow.__struct_fields__
_INSERT_RECEIPT = insert_into("peer_receipts", _RECEIPT)
_SELECT_RECEIPT = select_from("peer_receipts", _RECEIPT)


def put_peer(tx: Transaction, row: PeerRow) -> None:
    """Store a peer, or its new document."""
    sql = f"""{_INSERT_PEER}
        ON CONFLICT (party_id) DO UPDATE SET document = excluded.document"""
    tx.insert(sql, astuple(row))


def find_peer(conn: sqlite3.Connection, party_id: str) -> PeerRow | None:
    """Return the peer that is this party here."""
    row = conn.execute(f"{_SELECT_PEER} WHERE party_id = ?", (party_id,)).fetchone()
    return None if row is None else PeerRow(*row)


def peer_at(tx: Transaction, origin: str) -> PeerRow | None:
    """Return the peer at an origin."""
    row = tx.one(f"{_SELECT_PEER} WHERE origin = ?", (origin,))
    return None if row is None else PeerRow(*row)


def list_peers(conn: sqlite3.Connection) -> list[PeerRow]:
    """Return all peers, oldest first."""
    return [PeerRow(*row) for row in conn.execute(f"{_SELECT_PEER} ORDER BY created_us, party_id")]


def add_message(tx: Transaction, row: PeerMessageRow) -> None:
    """Store a message that came in."""
    tx.insert(_INSERT_MESSAGE, astuple(row))


def find_message(conn: sqlite3.Connection, message_id: str) -> PeerMessageRow | None:
    """Return a message that came in."""
    row = conn.execute(f"{_SELECT_MESSAGE} WHERE message_id = ?", (message_id,)).fetchone()
    return None if row is None else PeerMessageRow(*row)


def list_messages(conn: sqlite3.Connection, *, after: tuple[int, str], limit: int) -> list[PeerMessageRow]:
    """Return what came from peers, the latest first, from before a place on."""
    sql = f"""{_SELECT_MESSAGE} WHERE (received_us, message_id) < (?, ?)
        ORDER BY received_us DESC, message_id DESC LIMIT ?"""
    return [PeerMessageRow(*row) for row in conn.execute(sql, (*after, limit))]


def forget_messages(tx: Transaction, before_us: int) -> int:
    """Let go of the fields of messages that came before a moment; who sent what when stays."""
    return tx.execute("UPDATE peer_messages SET held = NULL WHERE received_us < ? AND held IS NOT NULL", (before_us,))


def add_receipt(tx: Transaction, row: ReceiptRow) -> None:
    """Store a receipt; a second one for the same message changes nothing."""
    sql = f"""{_INSERT_RECEIPT}
        ON CONFLICT (message_id, peer_id) DO NOTHING"""
    tx.insert(sql, astuple(row))


def find_receipt(conn: sqlite3.Connection, message_id: str) -> ReceiptRow | None:
    """Return the receipt for a message that was sent to a peer."""
    sql = f"{_SELECT_RECEIPT} WHERE message_id = ?"
    row = conn.execute(sql, (message_id,)).fetchone()
    return None if row is None else ReceiptRow(*row)
