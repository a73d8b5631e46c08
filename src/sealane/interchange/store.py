"""All SQL of the interchange's keys, nonces and bindings; private to the room."""

import sqlite3
from collections.abc import Iterator

import msgspec

from sealane.storage.database import Transaction
from sealane.storage.rows.statements import insert_into, select_from

__all__ = [
    "KeyRow",
    "add_binding",
    "add_key",
    "add_nonce",
    "all_bindings",
    "end_key",
    "find_keys",
    "find_nonce",
    "keys_of",
    "revoke_key",
    "sweep_nonces",
]

_MOST_HOLDERS = 8


class KeyRow(msgspec.Struct, frozen=True):
    """A key on record; `name` is its `kid`, `key_id` its thumbprint."""

    party_id: str
    key_id: str
    name: str | None
    jwk: str
    created_us: int
    from_us: int
    until_us: int | None
    revoked_us: int | None


_ADD = f"{insert_into('party_keys', KeyRow.__struct_fields__)} ON CONFLICT (party_id, key_id) DO NOTHING"
_SELECT = select_from("party_keys", KeyRow.__struct_fields__)


def add_key(tx: Transaction, row: KeyRow) -> None:
    """Store a key; a key of the same party that is there already stays as it is."""
    tx.insert(_ADD, msgspec.structs.astuple(row))


def find_keys(conn: sqlite3.Connection, key_id: str) -> list[KeyRow]:
    """Return the keys that an id may stand for, the longest known first: `THUMBPRINT`, `KID` or `PARTY/KID`."""
    party, _, name = key_id.rpartition("/")
    sql = f"{_SELECT} WHERE (key_id = ? OR name = ?)"
    names: tuple[str | int, ...] = (key_id, key_id)
    if party:
        sql += " OR (party_id = ? AND (key_id = ? OR name = ?))"
        names += (party, name, name)
    rows = conn.execute(f"{sql} ORDER BY created_us, party_id LIMIT ?", (*names, _MOST_HOLDERS))
    return [KeyRow(*row) for row in rows]


def keys_of(conn: sqlite3.Connection, party_id: str) -> list[KeyRow]:
    """Return all keys of a party, oldest first."""
    sql = f"{_SELECT} WHERE party_id = ? ORDER BY created_us, key_id"
    return [KeyRow(*row) for row in conn.execute(sql, (party_id,))]


def end_key(tx: Transaction, party_id: str, key_id: str, until_us: int) -> bool:
    """Let a key end at a time; tell whether there was one."""
    sql = "UPDATE party_keys SET until_us = ? WHERE party_id = ? AND key_id = ? AND revoked_us IS NULL"
    return tx.execute(sql, (until_us, party_id, key_id)) == 1


def revoke_key(tx: Transaction, party_id: str, key_id: str) -> bool:
    """Revoke a key for good; tell whether there was one."""
    sql = "UPDATE party_keys SET revoked_us = coalesce(revoked_us, ?) WHERE party_id = ? AND key_id = ?"
    return tx.execute(sql, (tx.now_us, party_id, key_id)) == 1


def add_nonce(tx: Transaction, mark: bytes, until_us: int) -> None:
    """Store that a signature took effect."""
    tx.insert("INSERT INTO nonces (mark, until_us) VALUES (?, ?)", (mark, until_us))


def find_nonce(tx: Transaction, mark: bytes) -> bool:
    """Tell whether a signature took effect; waiting rows are the caller's to recall."""
    return tx.one("SELECT 1 FROM nonces WHERE mark = ?", (mark,), flush=False) is not None


def sweep_nonces(tx: Transaction, before_us: int) -> None:
    """Forget the marks of signatures that are too old to be sent again."""
    tx.execute("DELETE FROM nonces WHERE until_us < ?", (before_us,))


def add_binding(tx: Transaction, digest: bytes, kind: str, thumbprint: str) -> None:
    """Bind the API key with this digest to a key pair."""
    tx.insert("INSERT INTO token_bindings (digest, kind, thumbprint) VALUES (?, ?, ?)", (digest, kind, thumbprint))


def all_bindings(conn: sqlite3.Connection) -> Iterator[tuple[bytes, str, str]]:
    """Yield every bound API key's digest, the kind of binding and the thumbprint."""
    yield from conn.execute("SELECT digest, kind, thumbprint FROM token_bindings")
