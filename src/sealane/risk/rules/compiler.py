"""The compiler: all rules of a stage as one Python function, built node by node.

CEL lets an error be absorbed: `false && error` is false and `true || error` is true, either way round. An unknown
signal is such an error. So each condition is compiled twice: to a test that it is surely true and to one that it is
surely false; when neither holds, the rule cannot be judged. Both tests short-circuit, and no value is ever guessed.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from sealane.risk.rules.checker import Checked
from sealane.risk.rules.tree import Binary, Call, Choice, Junction, Listing, Literally, Name, Node, Unary
from sealane.risk.syntax import build, constant, expression, name, statements, unpack

__all__ = ["Clause", "Judge", "Verdicts", "compile_rules"]

Verdicts = tuple[list[int], list[int]]
"""The numbers of the rules that hit, and of those that could not be judged."""

Judge = Callable[[tuple[Any, ...]], Verdicts]
MAX_INT = 2**63 - 1

_RULE = """
if not FALSE:
    if TRUE:
        hits.append(NUMBER)
    else:
        UNKNOWN
"""


class Clause(msgspec.Struct, frozen=True):
    """One checked condition, its number, and what to do when it cannot be judged."""

    number: int
    tree: Node
    checked: Checked
    on_unknown: Literal["skip", "hit"]


def compile_rules(clauses: Sequence[Clause], stage: str, signals: Sequence[str]) -> Judge:
    """Return the function that judges all clauses over a stage's signal values, given in this order."""
    read = frozenset[str]().union(*(clause.checked.signals for clause in clauses))
    body = [
        unpack([f"s_{signal}" if signal in read else "_" for signal in signals], name("values")),
        *statements("hits = []\nunknown = []"),
    ]
    for clause in clauses:
        writer = _Writer(clause.checked, stage)
        unknown = statements("unknown.append(NUMBER)", NUMBER=constant(clause.number))
        if clause.on_unknown == "hit":
            unknown += statements("hits.append(NUMBER)", NUMBER=constant(clause.number))
        body += statements(
            _RULE,
            FALSE=writer.test(clause.tree, wanted=False),
            TRUE=writer.test(clause.tree, wanted=True),
            NUMBER=constant(clause.number),
            UNKNOWN=unknown,
        )
    body += statements("return hits, unknown")
    return build("judge", ("values",), body, _ARITHMETIC)


class _Writer:
    """Turns one condition's nodes into Python expressions."""

    def __init__(self, checked: Checked, stage: str) -> None:
        self._kinds = checked.kinds
        self._stage = stage
        self._holders = 0

    def test(self, node: Node, *, wanted: bool) -> ast.expr:
        """Return an expression that is truthy only when the condition is surely true (or surely false)."""
        if isinstance(node, Unary):
            return self.test(node.operand, wanted=not wanted)
        if isinstance(node, Junction):
            joins_all = (node.operator == "&&") == wanted
            tests = [self.test(operand, wanted=wanted) for operand in node.operands]
            return ast.BoolOp(ast.And() if joins_all else ast.Or(), tests)
        if isinstance(node, Choice):
            return expression(
                "(YES and IF) or (NO and ELSE)",
                YES=self.test(node.condition, wanted=True),
                IF=self.test(node.yes, wanted=wanted),
                NO=self.test(node.condition, wanted=False),
                ELSE=self.test(node.no, wanted=wanted),
            )
        if isinstance(node, Binary):
            return self._relation(node, wanted=wanted)
        if isinstance(node, Call):
            return self._text_test(node, wanted=wanted)
        return expression("VALUE is WANTED", VALUE=self.value(node), WANTED=constant(wanted))

    def value(self, node: Node) -> ast.expr:
        """Return an expression for the node's value, None when unknown."""
        if isinstance(node, Literally):
            return constant(node.value)
        if isinstance(node, Name):
            return constant(self._stage) if node.name == "stage" else name(f"s_{node.name}")
        if self._kinds[id(node)] == "bool":
            yes, no = self.test(node, wanted=True), self.test(node, wanted=False)
            return expression("True if YES else (False if NO else None)", YES=yes, NO=no)
        if isinstance(node, Choice):
            return expression(
                "IF if YES else (ELSE if NO else None)",
                YES=self.test(node.condition, wanted=True),
                IF=self.value(node.yes),
                NO=self.test(node.condition, wanted=False),
                ELSE=self.value(node.no),
            )
        return self._computed(node)

    def _computed(self, node: Node) -> ast.expr:
        """Return a call of the arithmetic that keeps unknown unknown."""
        if isinstance(node, Unary):
            return _call(f"negate_{self._kinds[id(node)]}", self.value(node.operand))
        if isinstance(node, Binary):
            kind = "double" if self._kinds[id(node)] == "double" else "int"
            title = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder"}[node.operator]
            return _call(f"{title}_{kind}", self.value(node.left), self.value(node.right))
        if isinstance(node, Call):
            return _call("size_of" if node.function == "size" else "to_double", self.value(node.operands[0]))
        raise TypeError(node)

    def _relation(self, node: Binary, *, wanted: bool) -> ast.expr:
        """Return a comparison or membership, guarded against unknown operands."""
        if isinstance(node.right, Listing):
            items = tuple(item.value for item in node.right.items if isinstance(item, Literally))
            guards, left = self._known(node.left)
            operator: ast.cmpop = ast.In() if wanted else ast.NotIn()
            return _guarded(guards, ast.Compare(left, [operator], [constant(items)]))
        guards, left = self._known(node.left)
        more, right = self._known(node.right)
        plain = ast.Compare(left, [_OPERATORS[node.operator]()], [right])
        return _guarded([*guards, *more], plain if wanted else ast.UnaryOp(ast.Not(), plain))

    def _text_test(self, node: Call, *, wanted: bool) -> ast.expr:
        """Return has(), startsWith(), endsWith() or contains() as a test."""
        if node.function == "has":
            comparison: ast.cmpop = ast.IsNot() if wanted else ast.Is()
            return ast.Compare(self.value(node.operands[0]), [comparison], [constant(None)])
        guards, text = self._known(node.operands[0])
        more, part = self._known(node.operands[1])
        if node.function == "contains":
            plain: ast.expr = ast.Compare(part, [ast.In()], [text])
        else:
            method = "startswith" if node.function == "startsWith" else "endswith"
            plain = ast.Call(ast.Attribute(text, method, ast.Load()), [part], [])
        return _guarded([*guards, *more], plain if wanted else ast.UnaryOp(ast.Not(), plain))

    def _known(self, node: Node) -> tuple[list[ast.expr], ast.expr]:
        """Return the guards under which a value is known, and the value."""
        if isinstance(node, Literally) or (isinstance(node, Name) and node.name == "stage"):
            return [], self.value(node)
        if isinstance(node, Name):
            return [expression("VALUE is not None", VALUE=self.value(node))], self.value(node)
        self._holders += 1
        holder = f"v{self._holders}"
        bound = ast.NamedExpr(ast.Name(holder, ast.Store()), self.value(node))
        return [expression("BOUND is not None", BOUND=bound)], name(holder)


_OPERATORS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}


def _guarded(guards: list[ast.expr], test: ast.expr) -> ast.expr:
    """Return the test behind its guards."""
    return ast.BoolOp(ast.And(), [*guards, test]) if guards else test


def _call(function: str, *operands: ast.expr) -> ast.expr:
    """Return a call of one of the functions below."""
    return ast.Call(name(function), list(operands), [])


def _fits(number: int) -> int | None:
    """Return the integer when it fits 64 bits; CEL has no others."""
    return number if -MAX_INT - 1 <= number <= MAX_INT else None


def _integer(compute: Callable[[int, int], int]) -> Callable[[int | None, int | None], int | None]:
    """Return integer arithmetic in which unknown, overflow and division by zero are unknown."""

    def known(left: int | None, right: int | None) -> int | None:
        if left is None or right is None:
            return None
        try:
            return _fits(compute(left, right))
        except ZeroDivisionError:
            return None

    return known


def _floating(compute: Callable[[float, float], float]) -> Callable[[float | None, float | None], float | None]:
    """Return double arithmetic in which unknown stays unknown; it never overflows (IEEE 754)."""

    def known(left: float | None, right: float | None) -> float | None:
        return None if left is None or right is None else compute(left, right)

    return known


def _truncated(left: int, right: int) -> int:
    """Return the quotient towards zero, as CEL divides integers."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _divided(left: float, right: float) -> float:
    """Return the quotient as IEEE 754 has it, also for a divisor of zero."""
    if right:
        return left / right
    if left == 0 or left != left:  # noqa: PLR0124 - a NaN is the one number that differs from itself
        return float("nan")
    return float("inf") if (left > 0) == (str(right)[0] != "-") else float("-inf")


_ARITHMETIC: dict[str, Any] = {
    "add_int": _integer(lambda left, right: left + right),
    "subtract_int": _integer(lambda left, right: left - right),
    "multiply_int": _integer(lambda left, right: left * right),
    "divide_int": _integer(_truncated),
    "remainder_int": _integer(lambda left, right: left - right * _truncated(left, right)),
    "add_double": _floating(lambda left, right: left + right),
    "subtract_double": _floating(lambda left, right: left - right),
    "multiply_double": _floating(lambda left, right: left * right),
    "divide_double": _floating(_divided),
    "negate_int": lambda number: None if number is None else _fits(-number),
    "negate_double": lambda number: None if number is None else -number,
    "size_of": lambda text: None if text is None else len(text),
    "to_double": lambda number: None if number is None else float(number),
}
