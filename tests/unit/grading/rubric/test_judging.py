from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.grading.own import IDENTITY_ITEMS, Own, Profile
from sealane.grading.rubric.judging import Graded, judge
from sealane.grading.rubric.table import GRADES, shipped_rubric
from sealane.grading.sight import Page, Plain, Scan, SecurityText, Tls

RUBRIC = shipped_rubric()
DAY = 86_400_000_000
NOW = 1000 * DAY
TLS = Tls(("TLSv1.3",), (), 256, 256, 4096, is_post_quantum=True, trust_fault=None)
HEADERS = (
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
)
GOOD = Scan(
    "a.example", NOW, "static", "", (Page("https://a.example/", 200, HEADERS),), ("a.example",), tls=TLS,
    plain=Plain(301, "https://a.example/"), security_text=SecurityText(200, has_contact=True, expires_us=2 * NOW),
)  # fmt: skip
KNOWN = Own(
    settled=4000, disputed=1, tracked=3000, prompt=2990, messages=9000, leaks=0, has_open_breach=False,
    erasure_days=1.0, overdue_disclosures=0, is_lookalike=False, is_watched=True, last_watched_us=NOW,
    profile=Profile(dict.fromkeys(IDENTITY_ITEMS, True)),
)  # fmt: skip


def graded(own: Own = KNOWN, scan: Scan | None = GOOD) -> Graded:
    return judge(RUBRIC, scan, own, now_us=NOW)


def changed(**fields: object) -> Own:
    return Own(**{**{name: getattr(KNOWN, name) for name in Own.__struct_fields__}, **fields})  # type: ignore[arg-type]


def test_a_hardened_shop_with_a_clean_ledger_is_the_best() -> None:
    found = graded()
    assert (found.grade, found.coverage, found.findings, found.caps) == ("A+", 1.0, (), ())
    assert found.conduct == ("allow",)


def test_a_scan_from_outside_alone_is_unrated_but_observed() -> None:
    found = graded(Own())
    assert (found.grade, found.observed) == ("U", "A+")
    assert found.coverage < 0.6


def test_nothing_at_all_is_unrated() -> None:
    found = graded(Own(), None)
    assert (found.grade, found.observed, found.score, found.coverage) == ("U", "U", None, 0.0)


@pytest.mark.parametrize(
    ("own", "cap"),
    [
        (changed(is_lookalike=True), "F"),
        (changed(month_events=1900, month_settled=100_000), "D"),
        (changed(month_chargebacks=400, month_before_sales=9000), "F"),
        (changed(card_in_logistics_us=NOW - DAY), "F"),
    ],
)
def test_a_cap_holds_however_good_the_rest_is(own: Own, cap: str) -> None:
    found = graded(own)
    assert found.grade == cap
    assert found.caps[0].reason
    assert found.caps[0].fix


def test_a_cap_may_end_by_itself() -> None:
    [cap] = graded(changed(card_in_logistics_us=NOW - DAY)).caps
    assert cap.expires_at is not None
    assert graded(changed(card_in_logistics_us=NOW - 31 * DAY)).caps == ()


def test_a_finding_set_aside_is_no_finding() -> None:
    assert graded(changed(is_lookalike=True, set_aside=("lookalike",))).caps == ()


def test_the_best_grade_has_no_finding() -> None:
    found = graded(changed(messages=100_000, surplus=1))
    assert found.score is not None
    assert found.score >= 95
    assert found.grade == "A"


@given(st.integers(0, 4000), st.integers(0, 4000))
def test_more_disputes_never_make_a_better_grade(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    better, worse = (graded(changed(disputed=n)) for n in (fewer, more))
    assert GRADES.index(better.grade) <= GRADES.index(worse.grade)


def test_no_single_input_moves_the_grade_by_more_than_a_band_unless_it_caps() -> None:
    moves = [
        changed(disputed=4000), changed(prompt=0), changed(leaks=9000), changed(has_open_breach=True),
        changed(erasure_days=99.0), changed(overdue_disclosures=9), changed(last_watched_us=0),
    ]  # fmt: skip
    bands = ("A+", "A", "B", "C", "D", "F")
    for own in moves:
        found = graded(own)
        assert found.caps == ()
        # From the top, a finding takes the plus as well as the band.
        assert bands.index(found.grade) <= 2, own


def test_every_point_names_its_check_and_source() -> None:
    found = graded(changed(is_lookalike=True, has_open_breach=True))
    points = [point for pillar in found.pillars for point in pillar.points]
    assert points
    assert all(point.source and point.check in RUBRIC.checks for point in points)
    assert all(a.grade == b.grade or GRADES.index(a.grade) > GRADES.index(b.grade) for a, b in pairwise(found.caps))


def test_what_caps_the_grade_is_named_first() -> None:
    found = [each.check for each in graded(Own(messages=10, leaks=1, has_open_breach=True, is_lookalike=True)).findings]
    assert found[0] == "lookalike"
    assert set(found) >= {"leaks", "breach_open"}
