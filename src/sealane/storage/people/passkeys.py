"""Passkeys on record, and the challenges that wait for their answers. Of a challenge only the digest is kept."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.storage.rows.statements import insert_into, select_from
from sealane.storage.transaction import Transaction

__all__ = [
    "CHALLENGE_SECONDS",
    "Passkey",
    "add",
    "add_challenge",
    "find",
    "of_person",
    "remove",
    "spend_challenge",
    "use",
]

CHALLENGE_SECONDS = 300
SECOND_US = 1_000_000
_COLUMNS = ("credential", "person_id", "jwk", "host", "uses", "made_us", "used_us")
_INSERT = insert_into("passkeys", _COLUMNS)
_SELECT = select_from("passkeys", _COLUMNS)


class Passkey(msgspec.Struct, frozen=True):
    """A public key that stands for a person under one name of this server; times in microseconds, UTC."""

    credential: bytes
    person_id: str
    jwk: str
    host: str
    uses: int
    made_us: int
    used_us: int | None = None


def add(tx: Transaction, passkey: Passkey) -> None:
    """Keep a passkey.

    Raises:
        Conflict: when it is on record already.
    """
    tx.execute(_INSERT, msgspec.structs.astuple(passkey))


def find(tx: Transaction, credential: bytes) -> Passkey:
    """Return the passkey with this credential id.

    Raises:
        NotFound: when there is none.
    """
    row = tx.one(f"{_SELECT} WHERE credential = ?", (credential,))
    if row is None:
        raise NotFound("There is no such passkey.")
    return Passkey(*row)


def of_person(conn: sqlite3.Connection, person_id: str) -> tuple[Passkey, ...]:
    """Return the passkeys of a person, oldest first."""
    sql = f"{_SELECT} WHERE person_id = ? ORDER BY made_us"
    return tuple(Passkey(*row) for row in conn.execute(sql, (person_id,)))


def use(tx: Transaction, credential: bytes, uses: int) -> None:
    """Remember when a passkey was used, and its own count of uses."""
    tx.execute("UPDATE passkeys SET uses = ?, used_us = ? WHERE credential = ?", (uses, tx.now_us, credential))


def remove(tx: Transaction, person_id: str, credential: bytes) -> None:
    """Forget a passkey of this person.

    Raises:
        NotFound: when the person has no such passkey.
    """
    if not tx.execute("DELETE FROM passkeys WHERE credential = ? AND person_id = ?", (credential, person_id)):
        raise NotFound("There is no such passkey.")


def add_challenge(tx: Transaction, digest: bytes, person_id: str | None) -> None:
    """Keep a challenge for five minutes, and sweep out those that are over."""
    tx.execute("DELETE FROM passkey_challenges WHERE expires_us <= ?", (tx.now_us,))
    sql = "INSERT INTO passkey_challenges (digest, person_id, expires_us) VALUES (?, ?, ?)"
    tx.execute(sql, (digest, person_id, tx.now_us + CHALLENGE_SECONDS * SECOND_US))


def spend_challenge(tx: Transaction, digest: bytes, person_id: str | None) -> None:
    """Use up a challenge made for this person, or for signing in.

    Raises:
        NotFound: when there is none, it was answered before, or is over.
    """
    sql = "DELETE FROM passkey_challenges WHERE digest = ? AND coalesce(person_id, '') = ? AND expires_us > ?"
    if not tx.execute(sql, (digest, person_id or "", tx.now_us)):
        raise NotFound("This passkey was asked for more than five minutes ago, or answered before.")
