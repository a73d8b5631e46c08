"""Joining a second CSV to the first: payments in several parts, addresses kept apart, lines of goods."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from sealane.cli.imports.rows.sheet import Row, Sheet, open_sheet
from sealane.cli.imports.rows.textfile import file_refused
from sealane.cli.imports.shape.cells import CellRefused, Numerals
from sealane.cli.imports.shape.mapping import Join, Mapping
from sealane.model.errors import Misconfigured

__all__ = ["JoinedSheet", "join_sheet"]

Cells = dict[str, str]


class JoinedSheet:
    """A sheet whose rows also carry the cells of the joined files, named `join.column`."""

    def __init__(self, sheet: Sheet, joined: dict[str, tuple[Join, dict[str, Cells]]], columns: frozenset[str]) -> None:
        self.sheet = sheet
        self.columns = columns
        self._joined = joined

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the first file in its order, each with what was joined to it.

        Raises:
            InvalidInput: when the file cannot be read to its end.
        """
        for row in self.sheet.rows():
            if not self._joined:
                yield row
                continue
            cells = dict(row.cells)
            for join, found in self._joined.values():
                cells |= found.get(cells.get(join.on, "").strip(), {})
            yield Row(row.line, cells, row.is_whole)


def join_sheet(path: Path, mapping: Mapping, wanted: frozenset[str]) -> JoinedSheet:
    """Open the file and read the wanted columns of those the mapping joins to it; they lie in the same folder.

    Raises:
        InvalidInput: when a file cannot be read.
        Misconfigured: when a joined file or its key column is missing.
    """
    sheet = open_sheet(path, mapping.delimiter)
    columns = set(sheet.columns)
    joined = {}
    for name, join in mapping.joins.items():
        other = path.parent / join.file
        if not other.is_file():
            raise Misconfigured(
                f"The mapping joins {join.file}, which is not beside {path.name}.",
                remedy=f"Put {join.file} into {path.parent}.",
            )
        second = open_sheet(other, mapping.delimiter)
        _need(second, (join.key, *join.sum, *([join.largest] if join.largest else [])))
        columns.update(f"{name}.{column}" for column in second.columns)
        kept = {column: f"{name}.{column}" for column in second.columns if f"{name}.{column}" in wanted}
        joined[name] = join, _fold(second, kept, join, Numerals(mapping.reading.decimal_mark))
    return JoinedSheet(sheet, joined, frozenset(columns))


def _need(sheet: Sheet, columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in sheet.columns:
            raise Misconfigured(f"{sheet.path.name} has no column {column!r}, which the mapping's join names.")


def _fold(sheet: Sheet, kept: Cells, join: Join, numerals: Numerals) -> dict[str, Cells]:
    """Return one row for each key: the sums, and the other cells of the first or the largest of its rows.

    `kept` says which columns to keep and under which names.
    """
    folded: dict[str, Cells] = {}
    sums: dict[tuple[str, str], Decimal] = {}
    largest: dict[str, Decimal] = {}
    for row in sheet.rows():
        number = _reader(sheet, row, numerals)
        key = row.cells.get(join.key, "").strip()
        size = number(join.largest) if join.largest else Decimal(0)
        if key not in folded or size > largest[key]:
            folded[key] = {new: row.cells.get(old, "") for old, new in kept.items()}
            largest[key] = size
        for column in join.sum:
            sums[key, column] = sums.get((key, column), Decimal(0)) + number(column)
    for (key, column), total in sums.items():
        if column in kept:
            folded[key][kept[column]] = f"{total:f}".replace(".", numerals.decimal_mark)
    return folded


def _reader(sheet: Sheet, row: Row, numerals: Numerals) -> Callable[[str], Decimal]:
    def number(column: str) -> Decimal:
        try:
            return Decimal(numerals.plain(row.cells.get(column, "").strip()))
        except CellRefused as refusal:
            detail = f"column {column}: {refusal.detail}"
            raise file_refused(sheet.path, row.line, refusal.code, detail, remedy="Correct the joined file.") from None

    return number
