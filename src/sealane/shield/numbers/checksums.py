"""Check digits of tracking numbers: six published ways to compute them, each as one function.

A function takes the serial number, the rule's constants as `tracking_number_data` names them, and returns the digit.
"""

from collections.abc import Callable, Sequence

import msgspec

__all__ = ["Checksum", "check_digit"]

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_SHIFT = 3


class Checksum(msgspec.Struct, frozen=True):
    """A way and its constants, as the courier files write them."""

    name: str
    modulo: int = 10
    modulo1: int = 11
    modulo2: int = 10
    evens_multiplier: int = 1
    odds_multiplier: int = 1
    reverse: bool = False
    weightings: tuple[int, ...] = ()


def check_digit(rule: Checksum, serial: str) -> str:
    """Return the one character that the rule demands after the serial number.

    Raises:
        KeyError: for a way that is none of the six.
    """
    return _WAYS[rule.name](rule, serial)


def _mod7(_rule: Checksum, serial: str) -> str:
    return str(int(serial) % 7)


def _mod10(rule: Checksum, serial: str) -> str:
    """Weigh every second character; a letter counts as its ASCII code less three, modulo ten (as UPS does)."""
    characters: Sequence[str] = serial[::-1] if rule.reverse else serial
    total = 0
    for position, character in enumerate(characters):
        value = int(character) if character.isdigit() else (ord(character) - _LETTER_SHIFT) % 10
        total += value * (rule.odds_multiplier if position % 2 else rule.evens_multiplier)
    return str(-total % 10)


def _luhn(_rule: Checksum, serial: str) -> str:
    """Double every second digit from the right (ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, digit in enumerate(reversed(serial)):
        value = int(digit) * (1 if position % 2 else 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digit sum of a two-digit number
    return str(-total % 10)


def _s10(rule: Checksum, serial: str) -> str:
    """Weigh eight digits modulo eleven (UPU standard S10)."""
    remainder = sum(int(digit) * weight for digit, weight in zip(serial, rule.weightings, strict=False)) % 11
    return {0: "5", 1: "0"}.get(remainder, str(11 - remainder))


def _weighted(rule: Checksum, serial: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(serial, rule.weightings, strict=False))
    return str(total % rule.modulo1 % rule.modulo2)


def _mod_37_36(_rule: Checksum, serial: str) -> str:
    """Fold 36 characters into one (ISO/IEC 7064 MOD 37,36)."""
    modulus = len(_ALPHABET)
    rest = modulus
    for character in serial:
        rest += _ALPHABET.index(character)
        rest = 2 * (rest - modulus if rest > modulus else rest)
        rest = rest - modulus - 1 if rest > modulus else rest
    return _ALPHABET[(modulus + 1 - rest) % modulus]


_WAYS: dict[str, Callable[[Checksum, str], str]] = {
    "mod7": _mod7,
    "mod10": _mod10,
    "luhn": _luhn,
    "s10": _s10,
    "sum_product_with_weightings_and_modulo": _weighted,
    "mod_37_36": _mod_37_36,
}
