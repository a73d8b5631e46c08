import csv
import io

import openpyxl
from msgspec.structs import replace

from oversight import AT, BREAKS, clean
from sealane.supervision.controls.assessment import Assessment, Result, assess
from sealane.supervision.controls.exports.sheets import COLUMNS, csv_sheet, rows_of, xlsx_sheet
from sealane.supervision.controls.judging import Finding

RUN = assess(BREAKS["PCI-3.7"](clean()), AT)


def test_csv_has_a_row_a_control() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_sheet(RUN).decode())))
    assert len(rows) == 115
    failed = next(row for row in rows if row["control"] == "PCI-3.7")
    assert (failed["verdict"], failed["faults"], failed["as of"]) == ("fail", "kek/pii 1", "2026-11-20T12:00:00Z")


def test_a_cell_is_no_formula() -> None:
    bad = Assessment(AT, (Result("PCI-3.7", Finding("fail", "=HYPERLINK(1)", faults=("@x",))),))
    [row] = list(csv.DictReader(io.StringIO(csv_sheet(bad).decode())))
    assert (row["detail"], row["faults"]) == ("'=HYPERLINK(1)", "'@x")


def test_the_workbook_says_the_same() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(RUN)))["controls"]
    cells = [tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True)]
    assert cells[0] == COLUMNS
    assert cells[1:] == list(rows_of(RUN))
    assert xlsx_sheet(RUN) == xlsx_sheet(replace(RUN))
