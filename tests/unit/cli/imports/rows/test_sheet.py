import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealane.cli.imports.rows.sheet import open_sheet
from sealane.model.errors import InvalidInput

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=12)


def write(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(content.encode())
    return path


def test_a_row_knows_the_line_it_begins_on(tmp_path: Path) -> None:
    sheet = open_sheet(write(tmp_path, 'Name,Note\nA,"two\nlines"\n\nB,one\n'))
    assert [(row.line, row.cells["Name"]) for row in sheet.rows()] == [(2, "A"), (5, "B")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    sheet = open_sheet(write(tmp_path, f"Name{delimiter}Total{delimiter}City\nA{delimiter}1{delimiter}X\n"))
    assert sheet.columns == ("Name", "Total", "City")
    assert [row.cells for row in sheet.rows()] == [{"Name": "A", "Total": "1", "City": "X"}]


def test_a_short_row_is_marked_and_the_file_goes_on(tmp_path: Path) -> None:
    sheet = open_sheet(write(tmp_path, "Name,Total\nA\nB,2\n"))
    assert [(row.cells["Name"], row.is_whole) for row in sheet.rows()] == [("A", False), ("B", True)]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("Name,Total\nA,1\nB", 3, "truncated"),
        ('Name,Total\nA,1\nB,"12', 3, "truncated"),
        ('Name,Total\n"A"x,1\n', 2, "quoting"),
        ("", 1, "empty"),
        ("Name,Name\nA,B\n", 1, "columns"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(tmp_path: Path, content: str, line: int, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        list(open_sheet(write(tmp_path, content)).rows())
    assert (refusal.value.errors[0].pointer, refusal.value.errors[0].code) == (f"/line/{line}", code)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_was_written_as_csv_is_read_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("one", "two"), *rows])
    sheet = open_sheet(write(tmp_path, stream.getvalue()), ",")
    assert [(row.cells["one"], row.cells["two"]) for row in sheet.rows()] == rows
