"""CSV files as rows of named cells (RFC 4180), with the line each row begins on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sealane.cli.imports.rows.textfile import file_refused, read_lines

__all__ = ["Row", "Sheet", "open_sheet"]

DELIMITERS = ",;\t|"
_AGAIN = "Export the file again; nothing of it was stored."


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, its cells by column, and whether it has as many cells as the header."""

    line: int
    cells: dict[str, str]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file whose header was read; `rows()` reads it from the top each time it is called."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header; empty lines are passed over.

        Raises:
            InvalidInput: when the file is not UTF-8, breaks the quoting rules, or ends in the middle of a row.
        """
        tail = _Tail(self.path)
        reader = csv.reader(tail, delimiter=self.delimiter, strict=True)
        start = 0
        try:
            for cells in reader:
                line, start = start + 1, reader.line_num
                if line == 1 or not cells:
                    continue
                is_whole = len(cells) == len(self.columns)
                if not is_whole and not tail.is_ended():
                    raise _cut_short(self.path, line)
                yield Row(line, dict(zip(self.columns, cells, strict=False)), is_whole)
        except csv.Error as refusal:
            raise _unreadable(self.path, start + 1, str(refusal)) from None


class _Tail:
    """The lines of a file, remembering the last one, so that a file cut off in a row is told from a short row."""

    def __init__(self, path: Path) -> None:
        self._lines = read_lines(path)
        self._last = "\n"

    def __iter__(self) -> "_Tail":
        return self

    def __next__(self) -> str:
        self._last = next(self._lines)
        return self._last

    def is_ended(self) -> bool:
        """Tell whether the line read last carries its line end."""
        return self._last.endswith(("\n", "\r"))


def open_sheet(path: Path, delimiter: str | None = None) -> Sheet:
    """Read the header of a CSV file; without a delimiter the one that splits the header most is taken.

    Raises:
        InvalidInput: when the file is empty, not UTF-8, or names a column twice in its header.
    """
    header = next(read_lines(path), "")
    if not header.strip():
        raise file_refused(path, 1, "empty", "the file has no header row.", remedy=_AGAIN)
    delimiter = delimiter or max(DELIMITERS, key=header.count)
    try:
        columns = next(csv.reader(read_lines(path), delimiter=delimiter, strict=True))
    except csv.Error as refusal:
        raise _unreadable(path, 1, str(refusal)) from None
    names = tuple(name.strip() for name in columns)
    doubled = {name for name in names if name and names.count(name) > 1}
    if doubled:
        detail = f"the header names {min(doubled)!r} twice."
        raise file_refused(path, 1, "columns", detail, remedy="Give each column its own name.")
    return Sheet(path, names, delimiter)


def _cut_short(path: Path, line: int) -> Exception:
    return file_refused(path, line, "truncated", "the file ends in the middle of this row.", remedy=_AGAIN)


def _unreadable(path: Path, line: int, refusal: str) -> Exception:
    if "end of data" in refusal:
        return file_refused(
            path,
            line,
            "truncated",
            "a quote opens in this row and never closes; the file may be cut off.",
            remedy=_AGAIN,
        )
    detail = f"the row breaks the quoting rules of CSV ({refusal})."
    return file_refused(path, line, "quoting", detail, remedy="Double each quote inside a quoted value (RFC 4180).")
