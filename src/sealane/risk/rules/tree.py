"""The parts of an expression: what the parser makes, the checker types and the compiler turns into code.

Every node knows where it starts in the text (`at`, counted from 0), so that a mistake can be pointed at.
"""

from typing import Literal

import msgspec

from sealane.risk.signals.declaration import Kind

__all__ = [
    "MAX_DEPTH",
    "Binary",
    "Call",
    "Choice",
    "ExpressionError",
    "Junction",
    "Listing",
    "Literally",
    "Name",
    "Node",
    "Operator",
    "Relation",
    "Unary",
]

MAX_DEPTH = 30
"""How deep parentheses, operators and conditions may nest."""

Relation = Literal["==", "!=", "<", "<=", ">", ">=", "in"]
Operator = Relation | Literal["+", "-", "*", "/", "%"]


class ExpressionError(Exception):
    """A mistake in an expression: where it is, which rule it breaks, and what to do."""

    def __init__(self, at: int, code: str, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.code = code
        self.message = message


class Literally(msgspec.Struct, frozen=True):
    """A value written in the text; durations are integer microseconds of kind `duration`."""

    at: int
    kind: Kind
    value: bool | int | float | str


class Name(msgspec.Struct, frozen=True):
    """A signal, or `stage`; `is_selected` when written as `signals.name`."""

    at: int
    name: str
    is_selected: bool = False


class Unary(msgspec.Struct, frozen=True):
    """`!flag` or `-number`."""

    at: int
    operator: Literal["!", "-"]
    operand: "Node"


class Binary(msgspec.Struct, frozen=True):
    """A comparison, membership or arithmetic on two operands."""

    at: int
    operator: Operator
    left: "Node"
    right: "Node"


class Junction(msgspec.Struct, frozen=True):
    """`a && b && c` or `a || b || c`."""

    at: int
    operator: Literal["&&", "||"]
    operands: tuple["Node", ...]


class Choice(msgspec.Struct, frozen=True):
    """`condition ? yes : no`."""

    at: int
    condition: "Node"
    yes: "Node"
    no: "Node"


class Call(msgspec.Struct, frozen=True):
    """A function; for `text.startsWith("x")` the text is the first operand."""

    at: int
    function: str
    operands: tuple["Node", ...]


class Listing(msgspec.Struct, frozen=True):
    """`["DE", "FR"]`, only ever right of `in`."""

    at: int
    items: tuple["Node", ...]


Node = Literally | Name | Unary | Binary | Junction | Choice | Call | Listing
