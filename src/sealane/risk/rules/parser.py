"""The parser: from a text in a subset of the Common Expression Language (CEL) to its tree.

    card_orders_1h >= 3 && (amount > 20000 || !has(signals.avs))

Covered: literals, `duration("72h")`, signals by name (or as `signals.name`), `== != < <= > >= in`, `&& || !`,
`+ - * / %`, `c ? a : b`, `size() double() has() startsWith() endsWith() contains()`. Precedence is CEL's. Left out:
maps, indexing, macros over lists, `matches`, timestamps: no signal needs them and each would cost at decision time.
"""

import re
from typing import get_args

from sealane.risk.rules.lexer import Token, tokens
from sealane.risk.rules.tree import (
    MAX_DEPTH,
    Binary,
    Call,
    Choice,
    ExpressionError,
    Junction,
    Listing,
    Literally,
    Name,
    Node,
    Operator,
    Relation,
    Unary,
)

__all__ = ["parse"]

_RELATIONS: dict[str, Operator] = {op: op for op in get_args(Relation)}
_SUMS: dict[str, Operator] = {"+": "+", "-": "-"}
_PRODUCTS: dict[str, Operator] = {"*": "*", "/": "/", "%": "%"}
_LEVELS = (_RELATIONS, _SUMS, _PRODUCTS)
_RESERVED = frozenset({
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
    "package", "namespace", "null", "return", "true", "var", "void", "while",
})  # fmt: skip
_DURATION = re.compile(r"(-?)((?:[0-9]{1,9}(?:\.[0-9]{1,6})?(?:h|ms|us|m|s))+)")
_PART = re.compile(r"([0-9.]+)(h|ms|us|m|s)")
_UNITS = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000, "us": 1}


def parse(text: str) -> Node:
    """Return the expression's tree.

    Raises:
        ExpressionError: where the text stops being an expression of the subset.
    """
    return _Parser(tokens(text)).whole()


class _Parser:
    """Reads tokens from left to right, one method a level of precedence."""

    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        """Read one expression up to the end."""
        node = self._choice()
        if self._word.kind != "end":
            raise self._unexpected("an operator or the end")
        return node

    @property
    def _word(self) -> Token:
        return self._words[self._next]

    def _take(self, *words: str) -> Token | None:
        """Take the next token when it is one of these operators or names."""
        token = self._word
        if token.kind in {"operator", "name"} and token.word in words:
            self._next += 1
            return token
        return None

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected(f"`{word}`")

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._word
        return ExpressionError(token.at, "unexpected", f"Expected {wanted}, found {_shown(token)}.")

    def _choice(self) -> Node:
        """Read `condition ? yes : no` or anything that binds tighter."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(self._word.at, "too-deep", f"Expressions nest at most {MAX_DEPTH} levels.")
        condition = self._junction(0)
        token = self._take("?")
        if token:
            yes = self._junction(0)
            self._expect(":")
            condition = Choice(token.at, condition, yes, self._choice())
        self._depth -= 1
        return condition

    def _junction(self, level: int) -> Node:
        """Read a run of `||`, and in it runs of `&&`."""
        operator = ("||", "&&")[level]
        operands = [self._operand(level)]
        at = self._word.at
        while self._take(operator):
            operands.append(self._operand(level))
        if len(operands) == 1:
            return operands[0]
        return Junction(at, "||" if operator == "||" else "&&", tuple(operands))

    def _operand(self, level: int) -> Node:
        return self._junction(1) if level == 0 else self._binary(0)

    def _binary(self, level: int) -> Node:
        """Read relations, sums and products, which all group to the left."""
        if level == len(_LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        length = 0
        while token := self._take(*_LEVELS[level]):
            length += 1
            if length > MAX_DEPTH:
                raise ExpressionError(token.at, "too-deep", f"At most {MAX_DEPTH} operands stand in one row.")
            node = Binary(token.at, _LEVELS[level][token.word], node, self._binary(level + 1))
        return node

    def _unary(self) -> Node:
        """Read `!` and `-` before a member; a run of either is allowed, as in CEL."""
        signs: list[Token] = []
        while token := self._take("!", "-"):
            signs.append(token)
            if len(signs) > MAX_DEPTH:
                raise ExpressionError(token.at, "too-deep", f"At most {MAX_DEPTH} signs stand in one row.")
        if any(sign.word != signs[0].word for sign in signs):
            raise ExpressionError(signs[0].at, "unexpected", "`!` and `-` cannot be mixed.")
        node = self._negative(signs) or self._member()
        for sign in reversed(signs):
            node = Unary(sign.at, "!" if sign.word == "!" else "-", node)
        return node

    def _negative(self, signs: list[Token]) -> Node | None:
        """Read `-5` as one literal, so that the smallest integer can be written."""
        token = self._word
        if token.kind not in {"int", "double"} or not signs or signs[-1].word != "-":
            return None
        sign = signs.pop()
        self._next += 1
        number = -token.value if not isinstance(token.value, str) else 0
        return Literally(sign.at, "int" if token.kind == "int" else "double", number)

    def _member(self) -> Node:
        """Read a primary and the methods called on it."""
        node = self._primary()
        while token := self._take("."):
            method = self._identifier()
            self._expect("(")
            node = Call(token.at, method.word, (node, *self._arguments(")")))
        return node

    def _identifier(self) -> Token:
        token = self._word
        if token.kind != "name" or token.word in _RESERVED:
            raise self._unexpected("a name")
        self._next += 1
        return token

    def _arguments(self, closing: str) -> tuple[Node, ...]:
        """Read expressions with commas between them, up to the closing bracket."""
        items: list[Node] = []
        if self._take(closing):
            return ()
        while True:
            items.append(self._choice())
            if self._take(closing):
                return tuple(items)
            self._expect(",")

    def _primary(self) -> Node:
        """Read a literal, a name, a call, a list or an expression in parentheses."""
        token = self._word
        if token.kind in {"int", "double", "text"}:
            self._next += 1
            return _literal(token)
        if self._take("("):
            node = self._choice()
            self._expect(")")
            return node
        if self._take("["):
            return Listing(token.at, self._arguments("]"))
        if self._take("true", "false"):
            return Literally(token.at, "bool", token.word == "true")
        return self._named()

    def _named(self) -> Node:
        """Read a signal, `signals.name`, or a function's call."""
        token = self._identifier()
        if token.word == "signals":
            self._expect(".")
            return Name(token.at, self._identifier().word, is_selected=True)
        if not self._take("("):
            return Name(token.at, token.word)
        operands = self._arguments(")")
        if token.word == "duration":
            return _duration(token, operands)
        return Call(token.at, token.word, operands)


def _shown(token: Token) -> str:
    """Return a token as an error names it."""
    return token.word if token.kind == "end" else f"`{token.word}`"


def _literal(token: Token) -> Literally:
    """Return the literal of a number or a text.

    Raises:
        ExpressionError: when a positive integer does not fit 64 bits.
    """
    if token.kind == "text":
        return Literally(token.at, "string", token.value)
    if token.kind == "double":
        return Literally(token.at, "double", token.value)
    if token.value == 2**63:
        raise ExpressionError(token.at, "too-large", "An integer has at most 64 bits.")
    return Literally(token.at, "int", token.value)


def _duration(token: Token, operands: tuple[Node, ...]) -> Literally:
    """Return `duration("1h30m")` as microseconds.

    Raises:
        ExpressionError: when the operand is no duration text.
    """
    text = operands[0] if len(operands) == 1 else None
    written = text.value if isinstance(text, Literally) and isinstance(text.value, str) else ""
    match = _DURATION.fullmatch(written)
    if match is None:
        raise ExpressionError(token.at, "no-duration", 'Write a duration as duration("72h") or duration("1h30m").')
    total = 0
    for number, unit in _PART.findall(match.group(2)):
        whole, _, part = number.partition(".")
        scale = _UNITS[unit]
        total += int(whole) * scale + (int(part) * scale // 10 ** len(part) if part else 0)
    return Literally(token.at, "duration", -total if match.group(1) else total)
