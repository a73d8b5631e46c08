"""Minimum schemas: which fields each leg of the journey needs, and what becomes of the others.

minimise("customs", {"name": "Ana Silva", "email": "ana@example.com"}) -> kept name, surplus ("email",)
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from sealane.model.errors import FieldError, SchemaMismatch

__all__ = ["FIELDS", "LEGS", "Crossing", "FieldName", "Leg", "OnSurplus", "minimise"]

Leg = Literal["first-mile", "export", "linehaul", "customs", "last-mile", "pickup-point"]
OnSurplus = Literal["strip", "refuse"]
FieldName = Literal[
    "name", "street", "unit", "postcode", "city", "region", "country", "phone", "email", "tax_id", "card", "card_last4",
    "billing_address", "amount", "goods", "hs_code", "origin", "weight", "tracking_number", "ip", "device",
    "instructions", "proof_of_delivery",
]  # fmt: skip
FIELDS: frozenset[str] = frozenset(get_args(FieldName))

_ALWAYS = frozenset({"tracking_number", "weight", "country"})
LEGS: dict[str, frozenset[str]] = {
    "first-mile": _ALWAYS | {"origin", "instructions"},
    "export": _ALWAYS | {"origin", "goods", "hs_code", "amount", "name"},
    "linehaul": _ALWAYS,
    "customs": _ALWAYS | {"origin", "goods", "hs_code", "amount", "name", "city", "postcode", "tax_id"},
    "last-mile": _ALWAYS
    | {"name", "street", "unit", "postcode", "city", "region", "phone", "instructions", "proof_of_delivery"},
    "pickup-point": _ALWAYS | {"name", "postcode"},
}
"""Fields that may cross, by leg. Cards, addresses of machines and e-mail addresses are of no use to any of them."""


class Crossing(NamedTuple):
    """What may cross, and the names of what may not."""

    kept: dict[str, Any]
    surplus: tuple[str, ...]


def minimise(leg: Leg, fields: Mapping[str, Any], on_surplus: OnSurplus = "strip") -> Crossing:
    """Return the fields that the leg needs.

    Raises:
        SchemaMismatch: for a field there is no such of, or a surplus one where surplus is refused; names each.
    """
    unknown = sorted(name for name in fields if name not in FIELDS)
    surplus = sorted(name for name in fields if name in FIELDS and name not in LEGS[leg])
    refused = [(name, "unknown-field", "There is no such field; see the list of fields.") for name in unknown]
    if on_surplus == "refuse":
        refused += [(name, "surplus", f"The leg {leg} does not need this field.") for name in surplus]
    if refused:
        errors = tuple(FieldError(f"/fields/{name[:100]}", code, detail) for name, code, detail in refused)
        raise SchemaMismatch("Some fields may not cross on this leg.", errors=errors)
    return Crossing({name: value for name, value in fields.items() if name in LEGS[leg]}, tuple(surplus))
