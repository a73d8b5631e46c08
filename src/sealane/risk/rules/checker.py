"""The checker: every expression's type and worst cost are known before it may judge anything.

It refuses unknown signals (and names the nearest known one), wrong types, mixed units, and expressions that cost too
much. Types follow CEL: integers and doubles do not mix in arithmetic (`double(x)` converts), comparisons take both.
"""

from collections.abc import Mapping
from difflib import get_close_matches

import msgspec

from sealane.model.decision import STAGES
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
    Unary,
)
from sealane.risk.signals.declaration import Form, Kind, kind_of

__all__ = ["MAX_COST", "Checked", "check"]

MAX_COST = 150
"""How many parts one expression may run, counting what is judged twice twice; each costs some ten nanoseconds."""

_NUMBERS = frozenset({"int", "double"})
_ORDERED = frozenset({"int", "double", "string", "duration"})
_TEXT_CALLS = frozenset({"startsWith", "endsWith", "contains"})
_CALLS = ("size", "double", "has", "duration", *sorted(_TEXT_CALLS))


class _Type(msgspec.Struct, frozen=True):
    """A kind, and the unit where a signal gave one; literals have none and fit any."""

    kind: Kind
    unit: str | None = None
    cost: int = 1


class Checked(msgspec.Struct, frozen=True):
    """What the checker found: the type of every node by identity, the signals read, and the cost in nodes."""

    kinds: dict[int, Kind]
    signals: frozenset[str]
    cost: int


def check(tree: Node, signals: Mapping[str, Form]) -> Checked:
    """Return the types and cost of an expression that answers yes or no.

    Raises:
        ExpressionError: at the first mistake.
    """
    checker = _Checker(signals)
    whole = checker.visit(tree, 0)
    if whole.kind != "bool":
        raise ExpressionError(tree.at, "not-a-condition", f"A rule answers yes or no; this is of type {whole.kind}.")
    return Checked(checker.kinds, frozenset(checker.names), whole.cost)


class _Checker:
    """Walks a tree once, from the leaves up."""

    def __init__(self, signals: Mapping[str, Form]) -> None:
        self._signals = signals
        self.kinds: dict[int, Kind] = {}
        self.names: set[str] = set()

    def visit(self, node: Node, depth: int) -> _Type:
        """Return the node's type."""
        if depth > 2 * MAX_DEPTH:
            raise ExpressionError(node.at, "too-deep", f"Expressions nest at most {MAX_DEPTH} levels.")
        found = self._visit(node, depth + 1)
        if found.cost > MAX_COST:
            raise ExpressionError(node.at, "too-costly", f"An expression has at most {MAX_COST} parts.")
        self.kinds[id(node)] = found.kind
        return found

    def _visit(self, node: Node, depth: int) -> _Type:
        """Return the type by the node's form."""
        if isinstance(node, Literally):
            return _Type(node.kind)
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Listing):
            raise ExpressionError(node.at, "unexpected", "A list may only stand right of `in`.")
        return self._composed(node, depth)

    def _composed(self, node: Unary | Binary | Junction | Choice | Call, depth: int) -> _Type:
        """Return the type of a node that has operands."""
        if isinstance(node, Unary):
            return self._unary(node, depth)
        if isinstance(node, Junction):
            return self._junction(node, depth)
        if isinstance(node, Choice):
            return self._choice(node, depth)
        if isinstance(node, Call):
            return self._call(node, depth)
        return self._binary(node, depth)

    def _name(self, node: Name) -> _Type:
        """Return the type of a signal or of `stage`."""
        if node.name == "stage":
            return _Type("string", "stage")
        signal = self._signals.get(node.name)
        if signal is None:
            close = get_close_matches(node.name, [*self._signals, "stage"], 1, 0.6)
            advice = f"; did you mean `{close[0]}`?" if close else ""
            raise ExpressionError(node.at, "unknown-signal", f"Unknown signal `{node.name}`{advice}")
        self.names.add(node.name)
        return _Type(kind_of(signal.unit), signal.unit.removeprefix("mean "))

    def _unary(self, node: Unary, depth: int) -> _Type:
        """Return the type of `!x` or `-x`."""
        operand = self.visit(node.operand, depth)
        fits = operand.kind == "bool" if node.operator == "!" else operand.kind in _NUMBERS
        if not fits:
            raise ExpressionError(node.at, "wrong-type", f"`{node.operator}` does not apply to {operand.kind}.")
        return _Type(operand.kind, operand.unit, 1 + operand.cost)

    def _junction(self, node: Junction, depth: int) -> _Type:
        """Return the type of `&&` and `||` over conditions."""
        cost = 1
        for operand in node.operands:
            found = self.visit(operand, depth)
            cost += found.cost
            if found.kind != "bool":
                raise ExpressionError(
                    operand.at, "wrong-type", f"`{node.operator}` joins conditions; this is of type {found.kind}."
                )
        return _Type("bool", None, cost)

    def _choice(self, node: Choice, depth: int) -> _Type:
        """Return the type that both branches share."""
        condition = self.visit(node.condition, depth)
        if condition.kind != "bool":
            raise ExpressionError(node.condition.at, "wrong-type", "What stands before `?` must be a condition.")
        yes, no = self.visit(node.yes, depth), self.visit(node.no, depth)
        if yes.kind != no.kind:
            raise ExpressionError(node.at, "wrong-type", f"The branches differ: {yes.kind} and {no.kind}.")
        _same_unit(node, yes, no)
        return _Type(yes.kind, yes.unit or no.unit, 1 + 2 * condition.cost + yes.cost + no.cost)

    def _binary(self, node: Binary, depth: int) -> _Type:
        """Return the type of a comparison, a membership or arithmetic."""
        left = self.visit(node.left, depth)
        if node.operator == "in":
            return self._membership(node, left, depth)
        right = self.visit(node.right, depth)
        if node.operator in {"+", "-", "*", "/", "%"}:
            return _arithmetic(node, left, right)
        equality = node.operator in {"==", "!="}
        both_numbers = left.kind in _NUMBERS and right.kind in _NUMBERS
        comparable = left.kind == right.kind and (equality or left.kind in _ORDERED)
        if not (comparable or both_numbers):
            message = f"`{node.operator}` does not compare {left.kind} with {right.kind}."
            raise ExpressionError(node.at, "wrong-type", message)
        _same_unit(node, left, right)
        _check_stage(node)
        return _Type("bool", None, 1 + (left.cost + right.cost) * (2 if left.kind == "bool" else 1))

    def _membership(self, node: Binary, left: _Type, depth: int) -> _Type:
        """Return the type of `x in [...]`, whose list holds literals of the type of x."""
        if not isinstance(node.right, Listing):
            raise ExpressionError(node.right.at, "wrong-type", "Right of `in` stands a list such as [1, 2].")
        for item in node.right.items:
            if not isinstance(item, Literally):
                raise ExpressionError(item.at, "wrong-type", "A list holds plain values only.")
            if self.visit(item, depth).kind != left.kind:
                raise ExpressionError(item.at, "wrong-type", f"This list must hold values of type {left.kind}.")
        return _Type("bool", None, 1 + left.cost + len(node.right.items))

    def _call(self, node: Call, depth: int) -> _Type:
        """Return the type of a function's result."""
        operands = [self.visit(operand, depth) for operand in node.operands]
        found = [operand.kind for operand in operands]
        cost = 1 + sum(operand.cost for operand in operands)
        if node.function == "has" and len(found) == 1:
            return _presence(node)
        if node.function == "size" and found == ["string"]:
            return _Type("int", None, cost)
        if node.function == "double" and found in (["int"], ["double"]):
            return _Type("double", operands[0].unit, cost)
        if node.function in _TEXT_CALLS and found == ["string", "string"]:
            return _Type("bool", None, cost)
        if node.function in _CALLS:
            raise ExpressionError(
                node.at, "wrong-type", f"`{node.function}` does not take {', '.join(found) or 'nothing'}."
            )
        close = get_close_matches(node.function, _CALLS, 1, 0.6)
        advice = f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(_CALLS)}."
        raise ExpressionError(node.at, "unknown-function", f"Unknown function `{node.function}`{advice}")


def _arithmetic(node: Binary, left: _Type, right: _Type) -> _Type:
    """Return the type of arithmetic on two operands.

    Raises:
        ExpressionError: when CEL has no such operation, or the units do not fit.
    """
    adds = node.operator in {"+", "-"}
    if left.kind != right.kind or not (left.kind in _NUMBERS or (left.kind == "duration" and adds)):
        advice = " Use double() on the integer." if {left.kind, right.kind} == _NUMBERS else ""
        message = f"`{node.operator}` does not apply to {left.kind} and {right.kind}.{advice}"
        raise ExpressionError(node.at, "wrong-type", message)
    if node.operator == "%" and left.kind != "int":
        raise ExpressionError(node.at, "wrong-type", "`%` applies to integers.")
    cost = 2 + left.cost + right.cost
    if adds:
        _same_unit(node, left, right)
        return _Type(left.kind, left.unit or right.unit, cost)
    return _Type(left.kind, left.unit if right.unit is None and node.operator != "%" else None, cost)


def _presence(node: Call) -> _Type:
    """Return the type of `has(signals.name)`, the one form CEL gives it.

    Raises:
        ExpressionError: when the operand is anything else.
    """
    operand = node.operands[0]
    if isinstance(operand, Name) and operand.is_selected:
        return _Type("bool")
    shown = operand.name if isinstance(operand, Name) else "avs"
    raise ExpressionError(node.at, "wrong-type", f"Write has(signals.{shown}) to ask whether a signal is known.")


def _same_unit(node: Binary | Choice, left: _Type, right: _Type) -> None:
    """Refuse to bring together what is counted in different units.

    Raises:
        ExpressionError: naming both units.
    """
    if left.unit and right.unit and left.unit != right.unit:
        raise ExpressionError(node.at, "mixed-units", f"{left.unit} and {right.unit} are different units.")


def _check_stage(node: Binary) -> None:
    """Refuse to compare `stage` with something that is no stage.

    Raises:
        ExpressionError: naming the stages.
    """
    pair = (node.left, node.right)
    texts = [side for side in pair if isinstance(side, Literally)]
    if texts and any(isinstance(side, Name) and side.name == "stage" for side in pair) and texts[0].value not in STAGES:
        raise ExpressionError(texts[0].at, "unknown-stage", f"The stages are {', '.join(STAGES)}.")
