"""Writing structured fields (RFC 9651 section 4.1), the one way each value can be written."""

import base64
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sealane.interchange.signatures.fields import Date, DisplayText, FieldSyntaxError, Item, Token

__all__ = ["write_dictionary", "write_item", "write_list"]

_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*")
_STRING = re.compile(r"[ -~]*")
_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'%"')
_LARGEST = 10**15
_LARGEST_WHOLE = 10**12
_THOUSANDTH = Decimal("0.001")


def write_item(item: Item) -> str:
    """Return the text of an item: `"a";b=1`.

    Raises:
        FieldSyntaxError: when a value cannot be written.
    """
    value, parameters = item
    if isinstance(value, list):
        return f"({' '.join(map(write_item, value))}){_parameters(parameters)}"
    return _bare(value) + _parameters(parameters)


def write_list(members: Sequence[Item]) -> str:
    """Return the text of a list.

    Raises:
        FieldSyntaxError: when a value cannot be written.
    """
    return ", ".join(map(write_item, members))


def write_dictionary(members: Mapping[str, Item]) -> str:
    """Return the text of a dictionary; a member that is plainly true is its key alone.

    Raises:
        FieldSyntaxError: when a key or a value cannot be written.
    """
    written = []
    for key, item in members.items():
        value, parameters = item
        tail = _parameters(parameters) if value is True else f"={write_item(item)}"
        written.append(_key(key) + tail)
    return ", ".join(written)


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise FieldSyntaxError("a key has small letters, digits and _ - . * only")
    return key


def _parameters(parameters: Mapping[str, Any]) -> str:
    return "".join(
        f";{_key(key)}" if value is True else f";{_key(key)}={_bare(value)}" for key, value in parameters.items()
    )


def _bare(value: Any) -> str:
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, int):
        return f"@{_integer(value)}" if isinstance(value, Date) else _integer(value)
    if isinstance(value, Decimal | float):
        return _decimal(Decimal(str(value)))
    if isinstance(value, bytes):
        return f":{base64.b64encode(value).decode()}:"
    if isinstance(value, str):
        return _text(value)
    raise FieldSyntaxError("there is no such kind of value")


def _integer(value: int) -> str:
    if abs(value) >= _LARGEST:
        raise FieldSyntaxError("a number is out of range")
    return str(int(value))


def _decimal(value: Decimal) -> str:
    rounded = value.quantize(_THOUSANDTH, rounding=ROUND_HALF_EVEN)
    if abs(rounded) >= _LARGEST_WHOLE:
        raise FieldSyntaxError("a number is out of range")
    whole, _, fraction = f"{rounded:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _text(value: str) -> str:
    if isinstance(value, Token):
        if not _TOKEN.fullmatch(value):
            raise FieldSyntaxError("a token has other characters")
        return str(value)
    if isinstance(value, DisplayText):
        return '%"' + "".join(map(_display, value.encode())) + '"'
    if not _STRING.fullmatch(value):
        raise FieldSyntaxError("a string is printable ASCII")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _display(byte: int) -> str:
    return chr(byte) if byte in _PLAIN else f"%{byte:02x}"
