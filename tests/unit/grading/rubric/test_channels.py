from sealane.grading.own import Channel
from sealane.grading.rubric.channels import grade_channel
from sealane.grading.rubric.table import shipped_rubric

RUBRIC = shipped_rubric()
BEST = Channel("Cards", "redirect", 1.0, True, True, 0.0, True, 0.0)


def test_the_best_channel_has_every_point() -> None:
    graded = grade_channel(BEST, RUBRIC)
    assert (graded.grade, graded.score, graded.known) == ("A+", 100.0, 100)


def test_exposure_of_the_card_number_costs() -> None:
    scores = [
        grade_channel(Channel("x", kind, 1.0, True, True, 0.0, True, 0.0), RUBRIC).score  # type: ignore[arg-type]
        for kind in ("redirect", "iframe", "direct_post")
    ]
    assert scores == [100.0, 95.0, 85.0]


def test_unknown_counts_neither_way_and_little_known_is_unrated() -> None:
    half = grade_channel(Channel("x", "redirect", 1.0, is_signed_api=True, has_refund_right=True), RUBRIC)
    assert (half.grade, half.score, half.known) == ("A+", 100.0, 70)
    assert grade_channel(Channel("x", "redirect"), RUBRIC).grade == "U"
    assert grade_channel(Channel("x"), RUBRIC).score is None


def test_what_cannot_be_taken_back_is_capped() -> None:
    wire = Channel("Wire", "none", 1.0, True, False, 0.0, True, 0.0, is_irreversible=True)
    assert grade_channel(wire, RUBRIC).grade == "D"
    assert grade_channel(Channel("Gift card", is_irreversible=True), RUBRIC).grade == "D"
    poor = Channel("Poor", "direct_post", 0.0, False, False, 0.01, False, 0.1, is_irreversible=True)
    assert grade_channel(poor, RUBRIC).grade == "F"
