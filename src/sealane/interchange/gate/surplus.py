"""Surplus in foreign documents: members whose names say that they hold what this room has no use for.

{"shipping": {"name": "Ana Silva", "address": {"line1": "Rua Augusta 10"}}} -> ("address", "name")
"""

import re
from typing import Any

__all__ = ["surplus_of"]

MOST_MEMBERS = 2_000
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"e_?mail")),
    ("phone", re.compile(r"phone|mobile|^tel$")),
    ("name", re.compile(r"^((full|first|last|holder|shopper|customer|recipient|consignee)_?|sur)*name$")),
    ("address", re.compile(r"^(street|line_?[12]|address(_?line)?_?[123]?|house_?number|zip|postal_?code|postcode)$")),
    ("card", re.compile(r"^(card|pan|iban|account_?number|bank_?account)$")),
    ("birth", re.compile(r"birth|^dob$")),
    ("ip", re.compile(r"^(ip|ip_?address|shopper_?ip|client_?ip)$")),
    ("tax_id", re.compile(r"tax_?id|vat|^cpf$|^eori$")),
)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def surplus_of(document: Any) -> tuple[str, ...]:
    """Return which kinds of personal members a document holds, sorted; it is for the eye, the mapping takes none."""
    found: set[str] = set()
    waiting, seen = [document], 0
    while waiting and seen < MOST_MEMBERS:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            seen += len(value)
            for name, member in value.items():
                if member not in (None, "", [], {}):
                    found.update(_kind(name))
                waiting.append(member)
    return tuple(sorted(found))


def _kind(name: str) -> list[str]:
    plain = _WORDS.sub("_", name).lower()
    return [kind for kind, pattern in _NAMES if pattern.search(plain)]
