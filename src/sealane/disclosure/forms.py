"""The forms a value may be given in when the value itself is not needed.

    initials     Ana Silva              ->  A. S.
    last4        +351912345678          ->  ********5678
    area         1100-053, PT           ->  11          the sort area: the leading part of the postcode
    avs          Rua Augusta 10, ...    ->  {"numbers": "10", "postcode": "1100-053"}
    network      203.0.113.9            ->  203.0.113.0/24
    size         800 g                  ->  up to 1 kg
    fingerprint  anything               ->  fp_5hq3...  keyed, equal for equal values, another one for each party
    relay alias  phone, e-mail          ->  rly_...  als_...  a handle that the merchant's relay puts a message through

Fingerprints, handles and tokens are HMACs under a key that never leaves, so two parties cannot compare theirs.
"""

import base64
import re
import unicodedata
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from sealane.disclosure.policy.fields import Form
from sealane.disclosure.policy.matrix import Cell
from sealane.keys.blinding import Blinder

__all__ = ["StandIns", "area_of", "give"]

_SHOWN_DIGITS = 4
_SIZES = (
    (500, "up to 500 g"),
    (1_000, "up to 1 kg"),
    (2_000, "up to 2 kg"),
    (5_000, "up to 5 kg"),
    (30_000, "up to 30 kg"),
)
_ALNUM = re.compile(r"[^0-9A-Z]")
_NETWORK_BITS = {4: 24, 6: 48}

_AREA_CHARACTERS = {"US": 3, "CN": 3, "IN": 3, "JP": 3, "KR": 2, "BR": 3, "DE": 2, "FR": 2, "IT": 2, "ES": 2}
"""How much of a postcode names a region of many thousand people; two characters where we know no better."""


class StandIns:
    """Makes what stands for a value towards one party; another party gets another stand-in for the same value."""

    def __init__(self, blinder: Blinder, party_id: str) -> None:
        self._blind = blinder.link
        self._party_id = party_id

    def make(self, prefix: str, field: str, value: str) -> str:
        """Return such as `fp_nf2xk5tq...`, 128 bits of an HMAC-SHA256 in base 32 behind the prefix."""
        told = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
        mac = self._blind(prefix, f"{self._party_id}\0{field}\0{told}")
        return f"{prefix}_{base64.b32encode(mac).decode().rstrip('=').lower()}"


def give(field: str, cell: Cell, value: Any, stand_ins: StandIns) -> Any:
    """Return the value as the cell gives it; masking what is no text or table of its kind gives a token instead."""
    if cell.give == "clear":
        return value
    if cell.give == "masked" and cell.form is not None:
        maker = _MASKS.get(cell.form)
        return maker(value) if maker else stand_ins.make(_HANDLES[cell.form], field, _flat(value))
    if field == "card":
        # The token of the vault works through the card proxy and nowhere else; there is no better stand-in for a card.
        return value
    return stand_ins.make("tok", field, _flat(value))


def area_of(postcode: str, country: str) -> str:
    """Return the leading part of a postcode that sorts a parcel to its hub: `("1100-053", "PT")` gives `11`."""
    return _ALNUM.sub("", postcode.upper())[: _AREA_CHARACTERS.get(country, 2)]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_flat(each) for each in value.values())
    return " ".join(map(_flat, value)) if isinstance(value, list | tuple) else str(value)


def _initials(name: str) -> str:
    return " ".join(f"{word[0].upper()}." for word in name.split())


def _last4(phone: str) -> str:
    digits = "".join(each for each in phone if each.isdigit())
    # Of a short number the last four would be most of it.
    shown = digits[-_SHOWN_DIGITS:] if len(digits) >= 2 * _SHOWN_DIGITS else ""
    return "*" * (len(digits) - len(shown)) + shown


def _area(postcode: Mapping[str, str]) -> str:
    return area_of(postcode["postcode"], postcode["country"])


def _avs(address: Mapping[str, Any]) -> dict[str, str]:
    numbers = re.findall(r"\d+", " ".join(address.get("lines", ())))
    return {"numbers": " ".join(numbers[:1]), "postcode": address.get("postcode", "")}


def _category(goods: list[Mapping[str, Any]]) -> list[str]:
    return sorted({each.get("category") or "other" for each in goods})


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{_NETWORK_BITS[found.version]}", strict=False))


def _size(grams: int) -> str:
    return next((name for most, name in _SIZES if grams <= most), "over 30 kg")


_MASKS: dict[Form, Callable[[Any], Any]] = {
    "initials": _initials,
    "last4": lambda value: value["last4"] if isinstance(value, Mapping) else _last4(value),
    "area": _area,
    "avs": _avs,
    "category": _category,
    "country": lambda origin: origin.get("country"),
    "network": _network,
    "outcome": lambda proof: {"is_delivered": True, "delivered_at": proof["delivered_at"]},
    "size": _size,
}
_HANDLES: dict[Form, str] = {"fingerprint": "fp", "relay": "rly", "alias": "als"}
