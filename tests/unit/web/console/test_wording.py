from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.decision import STAGES as ALL_STAGES
from sealane.model.event import EVENT_KINDS
from sealane.web.console import wording


@given(st.text())
def test_nothing_that_hides_or_reorders_text_survives(text: str) -> None:
    shown = wording.inert(text)
    assert not set(shown) & set("\x00\x1b\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069\ufeff")


def test_reordering_characters_are_spelled_out() -> None:
    assert wording.inert("invoice\u202efdp.exe") == "invoice[U+202E]fdp.exe"


def test_ordinary_writing_of_many_scripts_stays() -> None:
    for text in ("Ana Lúcia", "深圳光明", "شركة الشحن", "Ørsted & Sønner", "می‌خواهم", "🚚📦"):
        assert wording.inert(text) == text


def test_long_text_is_cut_and_says_how_long_it_was() -> None:
    assert wording.shorten("a" * 10_240).endswith("… (10,240 characters)")
    assert wording.shorten("short") == "short"


def test_every_event_and_stage_has_words() -> None:
    assert set(wording.EVENTS) == {*EVENT_KINDS, "match.found", "match.cleared"}
    assert set(wording.STAGES) == set(ALL_STAGES)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (11_100, "3 h 5 min"),
        (86_400, "1 d"),
        (187_200, "2 d 4 h"),
    ],
)
def test_ages(seconds: float, told: str) -> None:
    assert wording.age(seconds) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0 %"), (0.0013, "0.13 %"), (0.041, "4.1 %"), (0.37, "37 %"), (0.0996, "10 %"), (1, "100 %")],
)
def test_percentages_have_two_telling_digits(share: float, told: str) -> None:
    assert wording.percent(share) == told


def test_axis_labels_take_no_digit_too_many() -> None:
    assert [wording.tick(share) for share in (0.05, 0.005, 0.1)] == ["5 %", "0.5 %", "10 %"]


def test_regimes_are_named_as_people_write_them() -> None:
    named = [wording.law(regime) for regime in ("gdpr", "uk-gdpr", "nis2", "china-express", "us-sar")]
    assert named == ["GDPR", "UK GDPR", "NIS2", "China express", "US SAR"]


def test_figures_and_weights() -> None:
    assert wording.figure(12_990) == "12,990"
    assert wording.figure(7.25) == "7.2"
    assert wording.figure(1234.5) == "1,234"
    assert wording.signed(0.414) == "+0.41"
    assert wording.signed(-1.2) == "−1.20"  # noqa: RUF001 - the true minus sign is the point


def test_times_are_written_in_full() -> None:
    at = datetime(2026, 11, 2, 9, 5, 7, tzinfo=UTC)
    assert wording.moment(at) == "2 Nov 2026, 09:05:07"
    assert wording.minute(at) == "2 Nov 2026, 09:05"
    assert wording.day(at) == "2 Nov"
    assert wording.clock_time(at) == "09:05"
