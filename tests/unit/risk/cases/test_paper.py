"""The page that a representment pack is printed on."""

from datetime import UTC, datetime

from sealane.risk.cases.paper import Paper

MADE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def _printed(*rows: tuple[str, ...]) -> bytes:
    paper = Paper("Evidence", MADE)
    paper.heading("Evidence", "Order 7")
    paper.grid("Scans", ("time", "event"), rows)
    return bytes(paper.output())


def test_the_same_rows_give_the_same_bytes() -> None:
    assert _printed(("09:30", "picked up")) == _printed(("09:30", "picked up"))


def test_another_row_gives_other_bytes() -> None:
    assert _printed(("09:30", "picked up")) != _printed()


def test_text_outside_latin_1_is_printed_as_question_marks() -> None:
    assert _printed(("09:30", "到着")) == _printed(("09:30", "??"))
