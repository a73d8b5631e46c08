"""The words a policy is written in: fields, purposes, legs and forms, and fields as bits of a mask.

mask_of(["name", "unit"])  ->  0b101
"""

from collections.abc import Iterable
from typing import Literal, get_args

__all__ = [
    "FIELDS",
    "FORMS",
    "GIVES",
    "LEGS",
    "PURPOSES",
    "Field",
    "Form",
    "Give",
    "Leg",
    "Purpose",
    "mask_of",
    "names_in",
]

Field = Literal[
    "name", "street", "unit", "postcode", "city", "region", "country", "phone", "email", "tax_id", "card",
    "card_last4", "billing_address", "amount", "goods", "hs_code", "origin", "weight", "tracking_number", "ip",
    "device", "instructions", "proof_of_delivery",
]  # fmt: skip
Purpose = Literal["pay", "dispute", "export", "customs", "linehaul", "deliver", "collect", "claim", "supervise"]
Leg = Literal["first-mile", "export", "linehaul", "customs", "last-mile", "pickup-point"]
Give = Literal["clear", "masked", "token", "proxy", "conditional"]
Form = Literal[
    "initials", "last4", "fingerprint", "relay", "alias", "area", "avs", "category", "country", "network", "outcome",
    "size",
]  # fmt: skip

FIELDS: tuple[Field, ...] = get_args(Field)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
LEGS: tuple[Leg, ...] = get_args(Leg)
GIVES: tuple[Give, ...] = get_args(Give)
FORMS: tuple[Form, ...] = get_args(Form)

_BITS = {name: 1 << position for position, name in enumerate(FIELDS)}


def mask_of(names: Iterable[Field]) -> int:
    """Return the mask with the bit of each named field."""
    mask = 0
    for name in names:
        mask |= _BITS[name]
    return mask


def names_in(mask: int) -> tuple[Field, ...]:
    """Return the fields whose bits the mask has, in the order of `FIELDS`."""
    return tuple(name for name, bit in _BITS.items() if mask & bit)
