"""Appoint a person, give them other roles, let them go; the log keeps who did it to whom, by id and not by name."""

import msgspec

from sealane.flows.rooms import Rooms
from sealane.model.errors import Conflict, FieldError, InvalidInput
from sealane.model.party import OPERATOR_ID, PERSON_ROLES, Person, PersonRole
from sealane.storage.database import Transaction
from sealane.storage.people import register

__all__ = ["appoint", "change_roles", "dismiss", "read_roles"]

LONGEST_NAME = 80
_encode = msgspec.json.Encoder(order="deterministic").encode


def appoint(rooms: Rooms, name: str, roles: tuple[PersonRole, ...], by: str, tx: Transaction) -> Person:
    """Register somebody.

    Raises:
        InvalidInput: when the name is empty, too long, or not printable.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        detail = f"A name has 1 to {LONGEST_NAME} printable characters."
        raise InvalidInput(detail, errors=(FieldError("/name", "not-allowed", detail),))
    person = register.add(tx, name, roles, by)
    _note(rooms, "person.appointed", person.person_id, roles, by, tx)
    return person


def change_roles(rooms: Rooms, person_id: str, roles: tuple[PersonRole, ...], by: str, tx: Transaction) -> None:
    """Give a person other roles.

    Raises:
        NotFound: when there is no such person.
        Conflict: when the holder of the operator's key, or the one who changes it, would no longer be an operator.
    """
    register.by_id(tx, person_id)
    if "operator" not in roles and person_id in {OPERATOR_ID, by}:
        raise Conflict(
            "Nobody takes the operator's role from themselves, or from the holder of the operator's key.",
            remedy="Let another operator do it.",
        )
    register.change(tx, person_id, roles)
    _note(rooms, "person.changed", person_id, roles, by, tx)


def dismiss(rooms: Rooms, person_id: str, by: str, tx: Transaction) -> None:
    """Let a person go: what they signed stays, and they cannot sign in any more.

    Raises:
        NotFound: when there is no such person.
        Conflict: for the holder of the operator's key, and for oneself.
    """
    register.by_id(tx, person_id)
    if person_id in {OPERATOR_ID, by}:
        raise Conflict(
            "Nobody dismisses themselves, or the holder of the operator's key.",
            remedy="Let another operator do it; the operator's key is changed in admin.key.",
        )
    register.dismiss(tx, person_id)
    _note(rooms, "person.dismissed", person_id, (), by, tx)


def read_roles(words: list[str]) -> tuple[PersonRole, ...]:
    """Return the roles that a form names, each once and in the usual order.

    Raises:
        InvalidInput: when there is none, or one that is not a role.
    """
    if not words or not set(words) <= set(PERSON_ROLES):
        detail = f"Choose at least one of {', '.join(PERSON_ROLES)}."
        raise InvalidInput(detail, errors=(FieldError("/roles", "not-allowed", detail),))
    return tuple(role for role in PERSON_ROLES if role in words)


def _note(rooms: Rooms, kind: str, person_id: str, roles: tuple[PersonRole, ...], by: str, tx: Transaction) -> None:
    rooms.log.append(tx, kind, order_id=None, content=_encode({"person": person_id, "roles": roles, "by": by}))
