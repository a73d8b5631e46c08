"""A run as a table: CSV, and the same as an Excel workbook (ECMA-376)."""

import csv
import io
from collections.abc import Iterator
from importlib import import_module

from sealane.model.clock import from_micros
from sealane.model.errors import Misconfigured
from sealane.supervision.controls.assessment import Assessment
from sealane.supervision.controls.catalogue import control

__all__ = ["COLUMNS", "csv_sheet", "rows_of", "xlsx_sheet"]

COLUMNS = (
    "control",
    "source",
    "article",
    "duty",
    "verdict",
    "detail",
    "examined",
    "faults",
    "log entries",
    "missing",
    "as of",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(run: Assessment) -> Iterator[tuple[str, ...]]:
    """Yield one row a control."""
    as_of = from_micros(run.at_us).isoformat().replace("+00:00", "Z")
    for one in run.results:
        duty, finding = control(one.control_id), one.finding
        yield (
            one.control_id,
            duty.source,
            duty.article,
            duty.duty,
            finding.verdict,
            finding.detail,
            str(finding.examined),
            " ".join(finding.faults),
            " ".join(finding.entries),
            " ".join(finding.missing),
            as_of,
        )


def csv_sheet(run: Assessment) -> bytes:
    """Return the table as CSV (RFC 4180); a cell that a spreadsheet would take for a formula begins with a quote."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(COLUMNS)
    write.writerows([_plain(cell) for cell in row] for row in rows_of(run))
    return out.getvalue().encode()


def xlsx_sheet(run: Assessment) -> bytes:
    """Return the table as a workbook.

    Raises:
        Misconfigured: when the package that writes workbooks is not installed.
    """
    try:
        xlsxwriter = import_module("xlsxwriter")
    except ModuleNotFoundError:
        raise Misconfigured(
            "Workbooks need the package xlsxwriter.",
            remedy="Install it: make extra-sheets or pip install 'sealane[sheets]'; or export csv.",
        ) from None
    out = io.BytesIO()
    # Dates inside the file follow the run, so that the same run gives the same bytes.
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": from_micros(run.at_us).replace(tzinfo=None)})
        sheet = book.add_worksheet("controls")
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for number, row in enumerate(rows_of(run), 1):
            sheet.write_row(number, 0, row)
        sheet.autofilter(0, 0, len(run.results), len(COLUMNS) - 1)
        sheet.freeze_panes(1, 1)
    return out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
