"""Structured fields (RFC 9651): header values as items, lists and dictionaries, read strictly.

sig1=("@method" "@target-uri");created=1795340000;keyid="k1"
-> {"sig1": ([("@method", {}), ("@target-uri", {})], {"created": 1795340000, "keyid": "k1"})}
"""

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

__all__ = ["Date", "DisplayText", "FieldSyntaxError", "Item", "Token", "parse_dictionary", "parse_item", "parse_list"]

_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*")
_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BYTES = re.compile(r":([A-Za-z0-9+/]*={0,2}):")
_DISPLAY = re.compile(r'%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"')
_SPACES = re.compile(" *")
_BLANKS = re.compile("[ \t]*")
_INTEGER_DIGITS = 15
_WHOLE_DIGITS = 12
_FRACTION_DIGITS = 3

Item = tuple[Any, dict[str, Any]]
R = TypeVar("R")


class FieldSyntaxError(ValueError):
    """The text is no structured field of the asked kind."""


class Token(str):
    """A token: `gzip`."""

    __slots__ = ()


class Date(int):
    """A date: `@1659578233`, in seconds since 1970."""

    __slots__ = ()


class DisplayText(str):
    """A display string: `%"f%c3%bc"`."""

    __slots__ = ()


def parse_item(text: str) -> Item:
    """Return a bare value with its parameters.

    Raises:
        FieldSyntaxError: when the text is anything else.
    """
    return _whole(text, _Reader.item)


def parse_list(text: str) -> list[Item]:
    """Return the members of a list; the value of an inner list is a list of items.

    Raises:
        FieldSyntaxError: when the text is anything else.
    """
    return _whole(text, _Reader.members)


def parse_dictionary(text: str, *, unique: bool = False) -> dict[str, Item]:
    """Return the members of a dictionary; `unique` refuses a key that is there twice, where RFC 9651 takes the last.

    Raises:
        FieldSyntaxError: when the text is anything else.
    """
    return _whole(text, lambda reader: reader.dictionary(unique=unique))


def _whole(text: str, read: "Callable[[_Reader], R]") -> R:
    if not text.isascii():
        raise FieldSyntaxError("a structured field is ASCII")
    reader = _Reader(text.strip(" "))
    value = read(reader)
    if reader.at != len(reader.text):
        raise FieldSyntaxError("there is more after the end")
    return value


class _Reader:
    """A text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise FieldSyntaxError(f"unexpected character {self.at}")
        self.at = found.end()
        return found

    def eat(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def members(self) -> list[Item]:
        found: list[Item] = []
        while self.at < len(self.text):
            found.append(self.member())
            self.next_member()
        return found

    def dictionary(self, *, unique: bool) -> dict[str, Item]:
        found: dict[str, Item] = {}
        while self.at < len(self.text):
            key = self.take(_KEY)[0]
            if unique and key in found:
                raise FieldSyntaxError("a key is there twice")
            found[key] = self.member() if self.eat("=") else (True, self.parameters())
            self.next_member()
        return found

    def next_member(self) -> None:
        self.take(_BLANKS)
        if self.at == len(self.text):
            return
        if not self.eat(","):
            raise FieldSyntaxError("members are parted by commas")
        self.take(_BLANKS)
        if self.at == len(self.text):
            raise FieldSyntaxError("a comma stands at the end")

    def member(self) -> Item:
        if not self.eat("("):
            return self.item()
        inner: list[Item] = []
        while True:
            self.take(_SPACES)
            if self.eat(")"):
                return inner, self.parameters()
            inner.append(self.item())
            if self.text[self.at : self.at + 1] not in {" ", ")"}:
                raise FieldSyntaxError("inner members are parted by spaces")

    def item(self) -> Item:
        return self.bare(), self.parameters()

    def parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.eat(";"):
            self.take(_SPACES)
            key = self.take(_KEY)[0]
            found[key] = self.bare() if self.eat("=") else True
        return found

    def bare(self) -> Any:
        read = _BY_SIGN.get(self.text[self.at : self.at + 1])
        return read(self) if read else Token(self.take(_TOKEN)[0])

    def string(self) -> str:
        return re.sub(r"\\(.)", r"\1", self.take(_STRING)[1])

    def boolean(self) -> bool:
        if self.eat("?1"):
            return True
        if self.eat("?0"):
            return False
        raise FieldSyntaxError("a boolean is ?1 or ?0")

    def date(self) -> Date:
        self.at += 1
        value = self.number()
        if not isinstance(value, int):
            raise FieldSyntaxError("a date is a whole number")
        return Date(value)

    def number(self) -> int | Decimal:
        found = self.take(_NUMBER)
        whole, fraction = found[1], found[2]
        if fraction is None:
            if len(whole) > _INTEGER_DIGITS or self.text.startswith(".", self.at):
                raise FieldSyntaxError("a number is out of range")
            return int(found[0])
        if len(whole) > _WHOLE_DIGITS or len(fraction) > _FRACTION_DIGITS:
            raise FieldSyntaxError("a number is out of range")
        return Decimal(found[0])


_BY_SIGN: dict[str, Callable[[_Reader], Any]] = {
    '"': _Reader.string,
    ":": lambda reader: _bytes_of(reader.take(_BYTES)[1]),
    "?": _Reader.boolean,
    "@": _Reader.date,
    "%": lambda reader: _display_of(reader.take(_DISPLAY)[1]),
    **dict.fromkeys("-0123456789", _Reader.number),
}


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise FieldSyntaxError("bytes are not base64") from None


def _display_of(text: str) -> DisplayText:
    try:
        plain = re.sub(rb"%([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
        return DisplayText(plain.decode())
    except UnicodeDecodeError:
        raise FieldSyntaxError("a display string is not UTF-8") from None
