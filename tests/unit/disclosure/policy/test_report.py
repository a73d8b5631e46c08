"""The number that says how little is shown, and the list that says what a change does."""

from datetime import date

from sealane.disclosure.policy.book import shipped_policy
from sealane.disclosure.policy.report import Change, compare, exposure_of

BOOK = shipped_policy()
TODAY = BOOK.on(date(2026, 11, 22))


def test_the_default_exposes_at_most_18_percent_and_the_worst_case_27() -> None:
    default = exposure_of(TODAY)
    worst = exposure_of(TODAY, (1 << len(TODAY.matrix.regimes)) - 1)
    assert (default.pairs, default.clear) == (88, 15)
    assert default.share <= 0.18
    assert worst.share <= 0.27
    assert set(default.cells) < set(worst.cells)
    windows = {each.code: each.window_hours for each in TODAY.matrix.audiences}
    assert default.hours == sum(windows[party] for _, party in default.cells)
    assert default.hours < worst.hours


def test_a_change_of_law_is_told_field_by_field() -> None:
    changes = compare(BOOK.on(date(2025, 11, 20)), BOOK.on(date(2025, 11, 21)))
    assert Change("authority", "email", "us-acas", "-", "clear") in changes
    assert {each.regime for each in changes} == {"us-acas"}
    back = compare(BOOK.on(date(2025, 11, 21)), BOOK.on(date(2025, 11, 20)))
    assert {each.verb for each in changes} == {"gains"}
    assert {each.verb for each in back} == {"loses"}
    assert compare(TODAY, TODAY) == []
