"""Parties and their API keys; of a key only the digest is kept."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.model.party import OPERATOR, Party, PartyRequest
from sealane.storage.transaction import Transaction

__all__ = ["add", "add_secret", "by_id", "by_name", "by_secret", "end_secret", "everyone", "secrets"]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Party).decode


def add(tx: Transaction, request: PartyRequest, secret_digest: bytes) -> Party:
    """Register a party that is known by the secret with this digest (SHA-256, 32 bytes)."""
    party = Party(
        party_id=new_id("mer" if "merchant" in request.roles else "pty"),
        name=request.name,
        roles=request.roles,
        country=request.country,
        domains=request.domains,
        public_keys=request.public_keys,
    )
    tx.insert("INSERT INTO parties VALUES (?, ?, ?, ?)", (party.party_id, party.name, _encode(party), tx.now_us))
    add_secret(tx, party.party_id, secret_digest)
    return party


def add_secret(tx: Transaction, party_id: str, secret_digest: bytes) -> None:
    """Let a party be known by one more secret, which has this digest."""
    tx.insert("INSERT INTO api_keys VALUES (?, ?, ?)", (secret_digest, party_id, tx.now_us))


def end_secret(tx: Transaction, party_id: str, secret_digest: bytes) -> None:
    """Let a secret of this party end.

    Raises:
        NotFound: when the party has no such secret.
    """
    if not tx.execute("DELETE FROM api_keys WHERE digest = ? AND party_id = ?", (secret_digest, party_id)):
        raise NotFound("This party has no such key.")


def secrets(conn: sqlite3.Connection) -> dict[str, tuple[tuple[bytes, int], ...]]:
    """Return each party's secrets, oldest first: digest, and when it was made in microseconds since 1970."""
    found: dict[str, tuple[tuple[bytes, int], ...]] = {}
    for party_id, digest, made_us in conn.execute(
        "SELECT party_id, digest, created_us FROM api_keys ORDER BY created_us"
    ):
        found[party_id] = (*found.get(party_id, ()), (bytes(digest), made_us))
    return found


def by_name(tx: Transaction, name: str) -> Party | None:
    """Return the party that was registered first under this name, if any."""
    row = tx.one("SELECT document FROM parties WHERE name = ? ORDER BY created_us LIMIT 1", (name,))
    return None if row is None else _decode(row[0])


def by_id(conn: sqlite3.Connection, party_id: str) -> Party:
    """Return the party with this id.

    Raises:
        NotFound: when there is none.
    """
    if party_id == OPERATOR.party_id:
        return OPERATOR
    row = conn.execute("SELECT document FROM parties WHERE party_id = ?", (party_id,)).fetchone()
    if row is None:
        raise NotFound("There is no party with this id.")
    return _decode(row[0])


def by_secret(conn: sqlite3.Connection, secret_digest: bytes) -> Party | None:
    """Return the party that holds the secret with this digest, if any."""
    row = conn.execute(
        "SELECT document FROM api_keys JOIN parties USING (party_id) WHERE digest = ?", (secret_digest,)
    ).fetchone()
    return None if row is None else _decode(row[0])


def everyone(conn: sqlite3.Connection) -> tuple[Party, ...]:
    """Return all registered parties, the first registered first."""
    return tuple(_decode(row[0]) for row in conn.execute("SELECT document FROM parties ORDER BY created_us, party_id"))
