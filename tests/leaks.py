"""Synthetic card numbers in messages between parties, written in twelve ways, and tracking numbers that are none."""

import base64
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sealane.interchange.gate.legs import LEGS
from sealane.model.cards.number import passes_luhn
from sealane.model.decoding import read_json, refuse_leaks
from sealane.model.errors import LeakDetected

__all__ = ["WRITINGS", "card_number", "gs1", "is_refused", "message", "s10", "sscc", "waybill"]

ISSUERS = ("4", "51", "2221", "34", "6011", "36", "3528", "62", "5018", "2200", "6521", "9792")
LENGTHS = {"34": 15, "36": 14}


def card_number(chance: random.Random) -> str:
    """Return a number of a random issuer with a right check digit; nobody's, as far as digits can tell."""
    issuer = chance.choice(ISSUERS)
    body = issuer + "".join(chance.choices("0123456789", k=LENGTHS.get(issuer, 16) - len(issuer) - 1))
    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


def grouped(pan: str, joint: str) -> str:
    if len(pan) == 16:
        return joint.join(pan[at : at + 4] for at in range(0, 16, 4))
    return joint.join((pan[:4], pan[4:10], pan[10:]))


def foreign(pan: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in pan)


WRITINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "spaced": lambda pan: grouped(pan, " "),
    "dashed": lambda pan: grouped(pan, "-"),
    "dotted": lambda pan: grouped(pan, "."),
    "no-break spaces": lambda pan: grouped(pan, "\u00a0"),
    "full width": lambda pan: foreign(pan, "\uff10"),
    "Arabic digits": lambda pan: foreign(pan, "\u0660"),
    "in a sentence": lambda pan: f"please charge {pan} at the door",
    "base64": lambda pan: base64.b64encode(pan.encode()).decode(),
    "percent escapes": lambda pan: (
        quote(grouped(pan, " ")) if len(pan) == 16 else "".join(f"%{ord(d):02x}" for d in pan)
    ),
    "hexadecimal": lambda pan: pan.encode().hex(),
    "zero-width spaces": "\u200b".join,
}


def message(leg: str, field: str, text: str, *, ensure_ascii: bool) -> bytes:
    """Return the body of a message on a leg with this text in one of its fields and honest values in the others."""
    honest: dict[str, Any] = {name: HONEST[name] for name in sorted(LEGS[leg])}
    document = {"to": "pty_01kaqz3d0000000000000000ab", "order": "ord_01kaqz3d0000000000000000cd", "leg": leg,
                "purpose": "deliver", "kind": "handover", "fields": {**honest, field: text}}  # fmt: skip
    return json.dumps(document, ensure_ascii=ensure_ascii).encode()


HONEST: dict[str, Any] = {
    "tracking_number": "RR123456785CN", "weight": 800, "country": "PT", "origin": "CN", "instructions": "ring twice",
    "goods": "LED desk lamp", "hs_code": "940521", "amount": "129.90 EUR", "name": "Ana Silva", "city": "Lisboa",
    "postcode": "1100-053", "tax_id": "PT123456789", "street": "Rua Augusta 10", "unit": "3 Dto", "region": "Lisboa",
    "phone": "+351912345678", "proof_of_delivery": "signature 88123",
}  # fmt: skip


def is_refused(body: bytes) -> bool:
    """Tell whether the gate refuses a body, as the door asks it."""
    try:
        refuse_leaks(body, read_json(body))
    except LeakDetected:
        return True
    return False


def s10(chance: random.Random) -> str:
    """Return an S10 number of the Universal Postal Union: two letters, eight digits, a check digit, a country."""
    digits = chance.choices(range(10), k=8)
    check = 11 - sum(d * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    service = chance.choice("CELRUV") + chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return (
        f"{service}{''.join(map(str, digits))}{ {10: 0, 11: 5}.get(check, check) }{chance.choice(('CN', 'PT', 'DE'))}"
    )


def sscc(chance: random.Random) -> str:
    """Return a serial shipping container code of GS1: 18 digits, the last one a check digit."""
    digits = chance.choices(range(10), k=17)
    check = -sum(d * (3 if at % 2 == 0 else 1) for at, d in enumerate(digits)) % 10
    return "".join(map(str, (*digits, check)))


def waybill(chance: random.Random, digits: int) -> str:
    """Return digits with the check digit that Canada Post and FedEx Ground give their waybills."""
    body = "".join(chance.choices("0123456789", k=digits - 1))
    return next(body + digit for digit in "0123456789" if gs1(body + digit))


def gs1(number: str) -> bool:
    """Tell whether the last digit is the check digit with weights of 3 and 1."""
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(number))) % 10 == 0
