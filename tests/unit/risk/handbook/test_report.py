from dataclasses import replace
from pathlib import Path

import pytest

from sealane.model.errors import InvalidInput
from sealane.risk.handbook.contest import Result, Spread
from sealane.risk.handbook.protocol import Scores
from sealane.risk.handbook.report import BOOK, table_of, write_report

OURS = Result(Spread(0.89, 0.001), Spread(0.76, 0.002), Spread(0.31, 0.0), 60, (("amount", 0.5),))


def test_our_row_stands_below_the_books() -> None:
    rows = table_of(OURS, "7d")
    assert len(rows) == len(BOOK) + 1
    assert rows[-1] == ("Sealane, 7 days", "0.890 ± 0.001", "0.760 ± 0.002", "0.310 ± 0.000")
    assert table_of(OURS, "all")[-1][0] == "Sealane, all past data"
    most = table_of(replace(OURS, limit=Scores(0.9, 0.8, 0.31)), "7d")[-1]
    assert most == ("limit: all that can be known", "0.900", "0.800", "0.310")


def test_the_page_is_written_or_the_file_is_named(tmp_path: Path) -> None:
    write_report(OURS, "7d", tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text("utf-8").count("<svg") == 4
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_report(OURS, "7d", tmp_path / "none" / "report.html")
