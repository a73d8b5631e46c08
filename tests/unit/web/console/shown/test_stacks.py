"""Stacked bars: the stretches follow each other and fill the bar."""

import pytest

from sealane.web.console.shown.stacks import stack


def test_stretches_follow_each_other_and_fill_the_bar() -> None:
    pieces = stack({"decline": 1, "approve": 2, "review": 0, "challenge": 1})
    assert [(piece.outcome, piece.x, piece.width) for piece in pieces] == [
        ("approve", 0, 50),
        ("challenge", 50, 25),
        ("decline", 75, 25),
    ]
    assert sum(piece.width for piece in pieces) == pytest.approx(100)


def test_nothing_has_no_bar() -> None:
    assert stack({"approve": 0}) == ()
