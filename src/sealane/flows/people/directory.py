"""Signing in at an OpenID Connect provider: who returns from it becomes a person with the roles that it tells.

The provider's word counts at each sign-in: who has another role there has it here, and who has none is not let in.
Somebody who is on record already connects their account once, so that nobody becomes two people.
"""

from typing import NamedTuple

import msgspec

from sealane.flows.people.appointing import LONGEST_NAME, appoint, change_roles
from sealane.flows.rooms import Rooms
from sealane.keys.secrets import digest
from sealane.model.errors import Conflict, NotAuthenticated, NotFound, NotPermitted
from sealane.model.party import OPERATOR_ID, PERSON_ROLES, PersonRole
from sealane.storage.database import Transaction
from sealane.storage.people import identities, register
from sealane.storage.people.identities import Begun

__all__ = ["DIRECTORY", "Identity", "admit", "begin", "come_back"]

DIRECTORY = "directory"
"""Who appointed a person that a provider brought."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class Identity(NamedTuple):
    """Somebody as the provider tells: its own name for them, what to call them, and their roles here."""

    issuer: str
    subject: str
    name: str
    roles: tuple[PersonRole, ...]


def begin(tx: Transaction, secret: str, begun: Begun) -> None:
    """Remember a sign-in whose browser keeps this secret."""
    identities.add_request(tx, digest(secret), begun)


def come_back(tx: Transaction, secret: str) -> Begun:
    """Return the sign-in that this browser began; it comes back once.

    Raises:
        NotAuthenticated: when it began more than ten minutes ago, came back before, or never began.
    """
    try:
        return identities.spend_request(tx, digest(secret))
    except NotFound as refusal:
        raise NotAuthenticated(refusal.detail, remedy="Begin again on the sign-in page.") from None


def admit(rooms: Rooms, identity: Identity, begun: Begun, tx: Transaction) -> str:
    """Return the id of the person who came back, registering or connecting them when they are new.

    Raises:
        NotPermitted: when the provider gives them no role here, or they were dismissed.
        Conflict: when somebody else is connected with this account.
    """
    if not identity.roles:
        raise NotPermitted(
            "Your account was recognised, but none of its groups has a role here.",
            remedy="Ask an operator to map one of your groups in the setting `oidc_roles`.",
        )
    person_id = identities.person_of(tx, identity.issuer, identity.subject)
    if begun.person_id is not None and person_id not in {None, begun.person_id}:
        raise Conflict("This account is connected with somebody else.", remedy="Let an operator dismiss one of them.")
    if person_id is None:
        person_id = _connect(rooms, identity, begun, tx)
    known = register.by_id(tx, person_id)
    if known.left_us is not None:
        raise NotPermitted("You were dismissed here.", remedy="Ask an operator.")
    roles = _roles(identity, person_id)
    if roles != known.person.roles:
        change_roles(rooms, person_id, roles, DIRECTORY, tx)
    return person_id


def _connect(rooms: Rooms, identity: Identity, begun: Begun, tx: Transaction) -> str:
    person_id = begun.person_id
    if person_id is None:
        printable = "".join(sign for sign in identity.name if sign.isprintable()).strip()[:LONGEST_NAME].strip()
        person_id = appoint(rooms, printable or "Unnamed", identity.roles, DIRECTORY, tx).person_id
    identities.add(tx, identity.issuer, identity.subject, person_id)
    content = _encode({"person": person_id, "issuer": identity.issuer})
    rooms.log.append(tx, "person.connected", order_id=None, content=content)
    return person_id


def _roles(identity: Identity, person_id: str) -> tuple[PersonRole, ...]:
    """Return the told roles in the usual order; the holder of the operator's key stays an operator."""
    told = {*identity.roles, *(("operator",) if person_id == OPERATOR_ID else ())}
    return tuple(role for role in PERSON_ROLES if role in told)
