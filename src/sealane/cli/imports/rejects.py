"""The refused rows in a file of their own kind, each with its reason, ready to be corrected and imported again.

A CSV keeps its columns and gains four; a line of NDJSON gains the member `sealane_rejected`. The rows are the user's
own data in clear, so the file is readable by its owner only.
"""

import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

from sealane.cli.imports.lines import REJECTED
from sealane.cli.imports.plan import Refusal
from sealane.cli.imports.rows.sheet import Row, open_sheet
from sealane.cli.imports.rows.textfile import read_lines
from sealane.cli.imports.shape.mapping import Mapping as FileMapping
from sealane.cli.imports.tabular import group_rows

__all__ = ["reject_lines", "reject_rows"]

_REASONS = ("sealane_line", "sealane_field", "sealane_code", "sealane_reason")
Refusals = Mapping[int, Refusal]


def reject_rows(source: Path, mapping: FileMapping, refusals: Refusals, target: Path) -> None:
    """Write the refused rows of a CSV, every row of a refused order, with line, field, code and reason beside them."""
    sheet = open_sheet(source, mapping.delimiter)
    columns = [name for name in sheet.columns if name not in _REASONS]
    with _private(target) as stream:
        writer = csv.writer(stream, delimiter=sheet.delimiter, lineterminator="\n")
        writer.writerow([*columns, *_REASONS])
        for group in group_rows(sheet.rows(), mapping, sheet.columns):
            refusal = refusals.get(group[0].line)
            if refusal is not None:
                writer.writerows(_reasoned(group, columns, refusal))


def _reasoned(group: list[Row], columns: list[str], refusal: Refusal) -> Iterator[list[str]]:
    for row in group:
        cells = [row.cells.get(name, "") for name in columns]
        yield [*cells, str(row.line), refusal.pointer, refusal.code, refusal.detail]


def reject_lines(source: Path, refusals: Refusals, target: Path) -> None:
    """Write the refused lines of an NDJSON file; a line that is no JSON object stands as text inside its reason."""
    with _private(target) as stream:
        for line, text in enumerate(read_lines(source), start=1):
            refusal = refusals.get(line)
            if refusal is None:
                continue
            reason = {"line": line, "field": refusal.pointer, "code": refusal.code, "reason": refusal.detail}
            stream.write(_with_reason(text, reason) + "\n")


def _with_reason(text: str, reason: dict[str, object]) -> str:
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        document = None
    if not isinstance(document, dict):
        document, reason = {}, reason | {"text": text.rstrip("\n")}
    return msgspec.json.encode(document | {REJECTED: reason}).decode()


def _private(target: Path) -> IO[str]:
    """Open the file anew, readable and writable by its owner only."""
    target.unlink(missing_ok=True)
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")
