"""Who acts: the party that holds the key, and the person whom that party names.

    {"by": "ana", ...}      pty_01kan6.../ana, or for the operator just ana

The holder of a key answers for the names given with it; every act is kept under both.
"""

from typing import Annotated

import msgspec

from sealane.model.party import Role
from sealane.web.visit import Visit

__all__ = ["REVIEWERS", "Acting", "Name", "actor_of"]

REVIEWERS: tuple[Role, ...] = ("merchant", "operator")

Name = Annotated[str, msgspec.Meta(pattern=r"^[\w.@+-]{1,64}$")]
"""The name of a person as their employer's systems know it: letters, digits and `.@+-_`."""


class Acting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an act that needs nothing but a name."""

    by: Name | None = None


def actor_of(visit: Visit, by: str | None) -> str:
    """Return who acts, as it is kept."""
    if visit.party.has("operator"):
        return by or "operator"
    return f"{visit.party.party_id}/{by}" if by else visit.party.party_id
