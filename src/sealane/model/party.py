"""Parties, the firms and offices that call Sealane, and people, who sign in to look and decide; each has roles."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, get_args

import msgspec

from sealane.model.codes import Country

__all__ = ["OPERATOR", "OPERATOR_ID", "PERSON_ROLES", "Party", "PartyRequest", "Person", "PersonRole", "Role"]

Role = Literal["merchant", "psp", "carrier", "broker", "platform", "authority", "operator"]
GrantableRole = Literal["merchant", "psp", "carrier", "broker", "platform", "authority"]


class PartyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/parties`."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    roles: Annotated[tuple[GrantableRole, ...], msgspec.Meta(min_length=1, max_length=6)]
    country: Country
    domains: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    public_keys: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(max_length=20)] = ()


class Party(msgspec.Struct, frozen=True):
    """A registered caller; its API key is stored hashed beside it, never in it."""

    party_id: str
    name: str
    roles: tuple[Role, ...]
    country: str
    domains: tuple[str, ...] = ()
    public_keys: tuple[dict[str, Any], ...] = ()

    def has(self, role: Role) -> bool:
        """Tell whether the party acts in this role."""
        return role in self.roles


OPERATOR = Party("pty_operator", "Operator", ("operator",), "ZZ")
"""Whoever runs this installation; its key is in the data folder's `admin.key`."""

PersonRole = Literal["analyst", "engineer", "privacy_officer", "auditor", "operator"]
PERSON_ROLES: tuple[PersonRole, ...] = get_args(PersonRole)

OPERATOR_ID = "operator"
"""The person who holds the operator's key; the API calls them the same, so that nobody is two people."""


class Person(msgspec.Struct, frozen=True):
    """Somebody with a login; their `person_id` stands beside whatever they decide."""

    person_id: str
    name: str
    roles: tuple[PersonRole, ...]

    def has_any(self, roles: Iterable[PersonRole]) -> bool:
        """Tell whether the person acts in one of these roles; an operator acts in every one."""
        return "operator" in self.roles or any(role in self.roles for role in roles)
