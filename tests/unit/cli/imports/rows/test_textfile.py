from pathlib import Path

import pytest

from sealane.cli.imports.rows.textfile import MAX_LINE_BYTES, read_lines
from sealane.model.errors import InvalidInput


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    return path


def test_lines_keep_their_ends_and_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbfName,Total\r\nA,1\n\xc3\xa9,2")
    assert list(read_lines(path)) == ["Name,Total\r\n", "A,1\n", "é,2"]


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ("Name\nA\n".encode("utf-16"), 1, "UTF-16"),
        ("Name\nA\n".encode("utf-16-le"), 1, "NUL"),
        (b"Name\nS\xe3o Paulo\n", 2, "not UTF-8"),
        (b"PK\x03\x04rest", 1, "workbook"),
        (b"\x1f\x8b\x08rest", 1, "gzip"),
        (b"Name\n" + b"x" * (MAX_LINE_BYTES + 1), 2, "longer"),
    ],
    ids=["utf-16 with mark", "utf-16 without mark", "latin-1", "workbook", "gzip", "endless line"],
)
def test_what_is_not_utf_8_is_refused_with_its_line_and_a_remedy(
    tmp_path: Path, content: bytes, line: int, told: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        list(read_lines(write(tmp_path, content)))
    error = refusal.value
    assert error.errors[0].pointer == f"/line/{line}"
    assert told in error.detail
    assert error.advice != InvalidInput.remedy


def test_a_refusal_does_not_repeat_the_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        list(read_lines(write(tmp_path, b"Name\nJo\xe3o Secret\n")))
    assert "Secret" not in str(refusal.value)
