"""Parties: the firms and offices that call Sealane, each with roles."""

from typing import Annotated, Any, Literal

import msgspec

from sealane.model.codes import Country

__all__ = ["OPERATOR", "Party", "PartyRequest", "Role"]

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
