from sealane.risk.contest.beside import Crossing, side_by_side

PAIRS = [
    ("one", "approve", "review"),
    ("two", "approve", "review"),
    ("three", "decline", "approve"),
    ("four", "review", "decline"),
    ("five", "approve", "approve"),
]


def test_both_sides_of_the_same_questions_are_counted_by_how_orders_ended() -> None:
    found = side_by_side("gbm-1", PAIRS, {"one": "fraud", "three": "genuine", "four": "fraud", "five": "fraud"})
    assert (found.challenger, found.decisions, found.agreed) == ("gbm-1", 5, 1)
    assert found.crossings == (
        Crossing("approve", "review", 2, 1, 0),
        Crossing("decline", "approve", 1, 0, 1),
        Crossing("review", "decline", 1, 1, 0),
    )
    # A stricter answer to what was stopped anyway stops nothing more.
    assert (found.more_frauds, found.more_genuine) == (1, -1)


def test_what_nobody_judged_is_neither() -> None:
    found = side_by_side("gbm-1", PAIRS, {})
    assert (found.more_frauds, found.more_genuine) == (0, 0)
    assert side_by_side("gbm-1", [], {}).decisions == 0
