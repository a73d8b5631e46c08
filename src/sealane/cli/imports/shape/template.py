"""The compiled shape of one body: nodes that read a row and build what the wire wants, noting what they cannot read."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sealane.cli.imports.rows.sheet import Row
from sealane.cli.imports.shape.cells import CellRefused
from sealane.cli.imports.shape.mapping import Condition, Source, listed
from sealane.model.errors import FieldError

__all__ = ["Branch", "Findings", "Group", "Leaf", "Node", "PerRow", "Series", "holds"]

Group = Sequence[Row]
"""The rows of one order; what belongs to the order as a whole is read from the first."""


@dataclass(slots=True)
class Findings:
    """What went wrong in one group (`faults`), and which cells said that nothing was given (`absent`)."""

    faults: list[FieldError] = field(default_factory=list)
    absent: Counter[tuple[str, str]] = field(default_factory=Counter)


class Node(Protocol):
    """A part of the body."""

    def build(self, row: Row, group: Group, findings: Findings) -> Any:
        """Return the part's value, or None when the row gives none."""


def holds(condition: Condition, row: Row) -> bool:
    """Tell whether the row meets the condition."""
    texts = (row.cells.get(column, "").strip() for column in listed(condition.column))
    text = next(filter(None, texts), "")
    return text in condition.values if condition.values else bool(text)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value; `read` turns the text of its cell into what the wire wants, with the order's first row at hand."""

    pointer: str
    source: Source
    absent: re.Pattern[str] | None
    values: dict[str, str]
    read: Callable[[str, Row], Any]

    def build(self, row: Row, group: Group, findings: Findings) -> Any:
        """Return the value read, None when the cell is empty; a fault is noted and read as None."""
        column, text = self._pick(row, findings)
        try:
            text = self._translate(text)
            return self.read(text, group[0]) if text else None
        except CellRefused as refusal:
            where = f"column {column}: " if column else ""
            findings.faults.append(FieldError(self.pointer, refusal.code, f"{where}{refusal.detail}"))
            return None

    def _pick(self, row: Row, findings: Findings) -> tuple[str, str]:
        source = self.source
        if source.constant is not None:
            return "", str(source.constant)
        filled: list[str] = []
        for column in source.columns:
            text = row.cells.get(column, "").strip().strip(source.strip or None)
            if text and self.absent and self.absent.fullmatch(text):
                findings.absent[self.pointer, column] += 1
            elif text and source.join is None:
                return column, text
            elif text:
                filled.append(text)
        return ", ".join(source.columns), (source.join or "").join(filled)

    def _translate(self, text: str) -> str:
        source = self.source
        if not source.values:
            return text[: source.limit]
        value = self.values.get(text.casefold(), source.otherwise)
        if value is None and text:
            raise CellRefused("unknown-value", "This value is not among `values` of the mapping.")
        return value or ""


@dataclass(frozen=True, slots=True)
class Branch:
    """An object; an optional one that only constants would fill is left out."""

    members: tuple[tuple[str, Node], ...]
    is_optional: bool = False
    when: Condition | None = None

    def build(self, row: Row, group: Group, findings: Findings) -> dict[str, Any] | None:
        """Return the object without its empty members."""
        if self.when and not holds(self.when, row):
            return None
        built = {name: node.build(row, group, findings) for name, node in self.members}
        filled = {name: value for name, value in built.items() if value is not None}
        if self.is_optional and all(_is_constant(node) for name, node in self.members if filled.get(name)):
            return None
        return filled


@dataclass(frozen=True, slots=True)
class Series:
    """A list; members that the row does not give are left out."""

    members: tuple[Node, ...]

    def build(self, row: Row, group: Group, findings: Findings) -> list[Any]:
        """Return the list of the members given."""
        built = [node.build(row, group, findings) for node in self.members]
        return [value for value in built if value is not None]


@dataclass(frozen=True, slots=True)
class PerRow:
    """A list with one member for each row of the group: the goods of an order."""

    member: Node

    def build(self, _row: Row, group: Group, findings: Findings) -> list[Any]:
        """Return the list of what each row gives."""
        built = [self.member.build(row, group, findings) for row in group]
        return [value for value in built if value]


def _is_constant(node: Node) -> bool:
    return isinstance(node, Leaf) and node.source.constant is not None
