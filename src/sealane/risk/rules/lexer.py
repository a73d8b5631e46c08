r"""Tokens of the expression language: names, numbers, texts, operators.

    "ip_failed_1h >= 5"  ->  name ip_failed_1h, operator >=, int 5, end

Follows the lexis of the Common Expression Language for what the subset covers: decimal and hexadecimal integers,
doubles, single- or double-quoted texts with escapes, and // comments.
"""

import re
from typing import Literal

import msgspec

from sealane.risk.rules.tree import ExpressionError

__all__ = ["MAX_LENGTH", "Token", "tokens"]

MAX_LENGTH = 2_000
MAX_INT = 2**63

_TOKEN = re.compile(
    r"""
    (?P<space>(?:[\t\n\f\r\ ]|//[^\n]*)+)
  | (?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
  | (?P<hex>0x[0-9a-fA-F]+)
  | (?P<int>[0-9]+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<operator>&&|\|\||==|!=|<=|>=|[-<>+*/%!?:.,()\[\]])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "`": "`", "?": "?"}
_SURROGATES = range(0xD800, 0xE000)


class Token(msgspec.Struct, frozen=True):
    """One word of the text and where it starts."""

    at: int
    kind: Literal["name", "int", "double", "text", "operator", "end"]
    word: str
    value: int | float | str = ""


def tokens(text: str) -> list[Token]:
    """Return the text's tokens, the last of kind `end`.

    Raises:
        ExpressionError: at the first character that belongs to no token.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(MAX_LENGTH, "too-long", f"An expression has at most {MAX_LENGTH} characters.")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(at, "unreadable", f"`{text[at]}` means nothing here.")
        if match.lastgroup != "space":
            found.append(_token(at, match.lastgroup or "", match.group()))
        at = match.end()
    return [*found, Token(len(text), "end", "the end")]


def _token(at: int, group: str, word: str) -> Token:
    """Return one token with its value.

    Raises:
        ExpressionError: when a number is too large or an escape unknown.
    """
    if group in {"int", "hex"}:
        digits = word[2:] if group == "hex" else word
        value = int(digits, 16 if group == "hex" else 10) if len(digits) <= len(str(MAX_INT)) else MAX_INT + 1
        if value > MAX_INT:
            raise ExpressionError(at, "too-large", "An integer has at most 64 bits.")
        return Token(at, "int", word, value)
    if group == "double":
        return Token(at, "double", word, float(word))
    if group == "text":
        return Token(at, "text", word, _ESCAPE.sub(lambda match: _unescape(at, match), word[1:-1]))
    return Token(at, "name" if group == "name" else "operator", word)


def _unescape(at: int, match: re.Match[str]) -> str:
    """Return the character that an escape stands for.

    Raises:
        ExpressionError: when there is no such escape.
    """
    code = match.group(1)
    if len(code) > 1:
        number = int(code[1:], 16)
        if number not in _SURROGATES:
            return chr(number)
    elif code in _ESCAPED:
        return _ESCAPED[code]
    raise ExpressionError(at, "unknown-escape", f"`\\{code}` is no escape that a text may hold.")
