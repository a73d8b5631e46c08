"""Who people are at an OpenID Connect provider, and the sign-ins there that wait for their return."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.storage.transaction import Transaction

__all__ = ["REQUEST_SECONDS", "Begun", "add", "add_request", "linked", "person_of", "spend_request"]

REQUEST_SECONDS = 600
SECOND_US = 1_000_000


class Begun(msgspec.Struct, frozen=True):
    """A sign-in that began here: whose, if a signed-in person's, and the page it goes on to."""

    person_id: str | None
    onward: str


def add_request(tx: Transaction, digest: bytes, begun: Begun) -> None:
    """Keep a begun sign-in for ten minutes, and sweep out those that are over."""
    tx.execute("DELETE FROM identity_requests WHERE expires_us <= ?", (tx.now_us,))
    sql = "INSERT INTO identity_requests (digest, person_id, onward, expires_us) VALUES (?, ?, ?, ?)"
    tx.execute(sql, (digest, begun.person_id, begun.onward, tx.now_us + REQUEST_SECONDS * SECOND_US))


def spend_request(tx: Transaction, digest: bytes) -> Begun:
    """Use up a begun sign-in.

    Raises:
        NotFound: when there is none, it came back before, or is over.
    """
    sql = "SELECT person_id, onward FROM identity_requests WHERE digest = ? AND expires_us > ?"
    row = tx.one(sql, (digest, tx.now_us))
    if row is None:
        raise NotFound("This sign-in began more than ten minutes ago, or came back before.")
    tx.execute("DELETE FROM identity_requests WHERE digest = ?", (digest,))
    return Begun(*row)


def person_of(tx: Transaction, issuer: str, subject: str) -> str | None:
    """Return the id of the person whom the provider calls so, if there is one."""
    sql = "SELECT person_id FROM people_identities WHERE issuer = ? AND subject = ?"
    row = tx.one(sql, (issuer, subject))
    return None if row is None else str(row[0])


def add(tx: Transaction, issuer: str, subject: str, person_id: str) -> None:
    """Remember whom the provider calls so.

    Raises:
        Conflict: when it calls somebody else so.
    """
    sql = "INSERT INTO people_identities (issuer, subject, person_id, linked_us) VALUES (?, ?, ?, ?)"
    tx.execute(sql, (issuer, subject, person_id, tx.now_us))


def linked(conn: sqlite3.Connection) -> frozenset[str]:
    """Return the ids of all people whom a provider knows."""
    return frozenset(row[0] for row in conn.execute("SELECT person_id FROM people_identities"))
