"""The register of people: who may sign in, in which roles, since when and by whose word."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.model.party import Person, PersonRole
from sealane.storage.rows.statements import insert_into, select_from
from sealane.storage.transaction import Transaction

__all__ = ["Registered", "add", "by_id", "change", "dismiss", "everyone", "operators", "signed_in"]

_ROLES = msgspec.json.Decoder(tuple[PersonRole, ...])
_COLUMNS = ("person_id", "name", "roles", "added_us", "added_by", "left_us")
_INSERT = insert_into("people", _COLUMNS)
_SELECT = select_from("people", _COLUMNS)


class Registered(msgspec.Struct, frozen=True):
    """A person with the record of them; times in microseconds since 1970, UTC. Who left cannot sign in."""

    person: Person
    added_us: int
    added_by: str
    left_us: int | None


def add(tx: Transaction, name: str, roles: tuple[PersonRole, ...], by: str) -> Person:
    """Register somebody and return them with their id."""
    person = Person(new_id("prs"), name, roles)
    row = (person.person_id, name, " ".join(roles), tx.now_us, by, None)
    tx.execute(_INSERT, row)
    return person


def by_id(conn: sqlite3.Connection | Transaction, person_id: str) -> Registered:
    """Return the person with this id, also one who left.

    Raises:
        NotFound: when there is none.
    """
    sql = f"{_SELECT} WHERE person_id = ?"
    row = conn.one(sql, (person_id,)) if isinstance(conn, Transaction) else conn.execute(sql, (person_id,)).fetchone()
    if row is None:
        raise NotFound("There is no person with this id.")
    return _read(row)


def everyone(conn: sqlite3.Connection) -> tuple[Registered, ...]:
    """Return all people, those who left last."""
    sql = f"{_SELECT} ORDER BY left_us IS NOT NULL, added_us, person_id"
    return tuple(_read(row) for row in conn.execute(sql))


def signed_in(conn: sqlite3.Connection) -> dict[str, int]:
    """Return when each person whose session still stands signed in, by id; microseconds since 1970, UTC."""
    return dict(conn.execute("SELECT person_id, max(created_us) FROM console_session GROUP BY person_id"))


def operators(tx: Transaction) -> tuple[str, ...]:
    """Return the ids of the operators who have not left."""
    rows = tx.all("SELECT person_id, roles FROM people WHERE left_us IS NULL", ())
    return tuple(person_id for person_id, roles in rows if "operator" in roles.split())


def change(tx: Transaction, person_id: str, roles: tuple[PersonRole, ...]) -> None:
    """Give a person other roles; their open sessions have them at once."""
    tx.execute("UPDATE people SET roles = ? WHERE person_id = ?", (" ".join(roles), person_id))


def dismiss(tx: Transaction, person_id: str) -> None:
    """Let a person leave: their sessions and links end, their passkeys are forgotten, their name stays on record."""
    tx.execute("UPDATE people SET left_us = coalesce(left_us, ?) WHERE person_id = ?", (tx.now_us, person_id))
    tx.execute("DELETE FROM passkeys WHERE person_id = ?", (person_id,))
    tx.execute("DELETE FROM console_link WHERE person_id = ?", (person_id,))
    tx.execute("DELETE FROM console_session WHERE person_id = ?", (person_id,))


def _read(row: tuple[str, str, str, int, str, int | None]) -> Registered:
    person_id, name, roles, added_us, added_by, left_us = row
    return Registered(Person(person_id, name, _roles(roles)), added_us, added_by, left_us)


def _roles(text: str) -> tuple[PersonRole, ...]:
    return _ROLES.decode(msgspec.json.encode(text.split()))
