"""People: whoever signs in to the console, and what they do there. Parties call the API; people look and decide."""

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

__all__ = ["OPERATOR_ID", "ROLES", "Person", "PersonRole"]

PersonRole = Literal["analyst", "engineer", "privacy_officer", "auditor", "operator"]
ROLES: tuple[PersonRole, ...] = get_args(PersonRole)

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
