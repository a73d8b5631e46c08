"""Answers of payment providers on their way back: what went out in clear does not come in again.

First each value that was put in is replaced by its placeholder, in whatever way the answer may have written it. Then
the leak scanner looks at all that is left: when it still finds a card number, the whole answer is withheld.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import msgspec

from sealane.model.cards.leak import find_card_number, scan

__all__ = ["WITHHELD", "redact"]

WITHHELD = None
"""What stands for a text that cannot be given back without a card number."""

_JOINTS = (" ", "-", ".", "\u00a0", "+", "%20", "_")
_LEAST = 12
"""Digits from which on a value is looked for in every writing; shorter ones only as they stand."""
_SHORT = re.compile(r"(?<![0-9A-Za-z.])[0-9]+(?![0-9A-Za-z]|\.[0-9])")


def redact(text: str, secrets: Mapping[str, str]) -> str | None:
    """Return the text with each secret replaced by its placeholder; None when a card number is still in it.

    `secrets` maps the values that went out to the placeholders they stood for.
    """
    for value, placeholder in secrets.items():
        text = _replace(text, value, placeholder)
    return WITHHELD if _leaks(text, secrets) else text


def _replace(text: str, value: str, placeholder: str) -> str:
    # No expression is made from a value: those are kept in memory for later, and a value may not be.
    if value.isdigit() and len(value) < _LEAST:
        return _SHORT.sub(lambda found: placeholder if found[0] == value else found[0], text)
    folded = _fold(text)
    for writing in map(_fold, _writings(value)):
        if writing and writing in folded:
            text = _put(text, folded, writing, placeholder)
            folded = _fold(text)
    return text


def _put(text: str, folded: str, writing: str, placeholder: str) -> str:
    """Replace a writing wherever the folded text, which has the same places, holds it."""
    parts: list[str] = []
    done = 0
    while (at := folded.find(writing, done)) >= 0:
        parts += (text[done:at], placeholder)
        done = at + len(writing)
    return "".join((*parts, text[done:]))


def _fold(text: str) -> str:
    """Return the text without upper and lower case, and as long as before."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(one if len(one := sign.casefold()) == 1 else sign for sign in text)


def _writings(value: str) -> Iterator[str]:
    """Yield how a value may stand in an answer."""
    raw = value.encode()
    yield value
    yield from (joint.join(value) for joint in _JOINTS)
    if value.isdigit():
        for joint in _JOINTS:
            yield joint.join(value[at : at + 4] for at in range(0, len(value), 4))
            yield joint.join((value[:4], value[4:10], value[10:]))
        yield value[::-1]
    yield quote(value)
    yield "".join(f"%{byte:02x}" for byte in raw)
    yield raw.hex()
    yield " ".join(f"{byte:02x}" for byte in raw)
    yield "".join(f"\\u{ord(sign):04x}" for sign in value)
    yield "".join(f"&#{ord(sign)};" for sign in value)
    yield "".join(f"&#x{ord(sign):x};" for sign in value)
    for shift in range(3):
        # Only what depends on the value alone: the first and the last character may mix with their neighbours.
        coded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        word = coded[-(-shift * 8 // 6) : len(coded) - (1 if (shift + len(raw)) % 3 else 0)]
        yield word
        yield word.replace("+", "-").replace("/", "_")


def _leaks(text: str, secrets: Mapping[str, str]) -> bool:
    if find_card_number(text) or _holds_digits(text, secrets):
        return True
    try:
        return scan(msgspec.json.decode(text)) is not None
    except (msgspec.DecodeError, RecursionError):
        return False


def _holds_digits(text: str, secrets: Mapping[str, str]) -> bool:
    """Tell whether a number that went out is still there once everything but digits is taken away."""
    digits = re.sub(r"\D", "", text)
    folded = "".join(str(int(sign)) for sign in digits)
    return any(
        value in folded or value[::-1] in folded for value in secrets if value.isdigit() and len(value) >= _LEAST
    )
