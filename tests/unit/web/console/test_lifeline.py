from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sealane.web.console.lifeline import DRAWN, TRACKS, Point, draw

START = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def point(number: int, after: timedelta, track: str = "consignment", label: str = "Arrived") -> Point:
    return Point(number, START + after, START + after, track, label, "", "", "confirmed")


points = st.lists(
    st.tuples(st.integers(0, 10**7), st.sampled_from(TRACKS), st.text("abcdefgh ", min_size=1, max_size=30)),
    max_size=60,
).map(
    lambda rows: [
        point(number, timedelta(seconds=seconds), track, label)
        for number, (seconds, track, label) in enumerate(sorted(rows), 1)
    ]
)


@given(points)
def test_marks_keep_their_order_and_labels_never_overlap(given_points: list[Point]) -> None:
    drawn = draw(given_points)
    xs = [mark.x for mark in drawn.marks]
    assert xs == sorted(xs)
    assert all(0 <= x <= 100 for x in xs)
    assert drawn.earlier == max(0, len(given_points) - DRAWN)
    ends: dict[tuple[str, int], float] = {}
    for mark in drawn.marks:
        if mark.row is None:
            continue
        width, center = len(mark.point.label) * 6.4, mark.x * 8.8
        left = {"start": center - 6, "middle": center - width / 2, "end": center - width + 6}[mark.anchor]
        assert left >= ends.get((mark.point.track, mark.row), -1) - 0.1
        ends[mark.point.track, mark.row] = left + width


def test_only_tracks_in_use_are_drawn_in_their_order() -> None:
    drawn = draw([point(1, timedelta(0)), point(2, timedelta(1), "payment")])
    assert drawn.tracks == ("payment", "consignment")


def test_long_gaps_are_compressed_and_labelled() -> None:
    drawn = draw([point(1, timedelta(0)), point(2, timedelta(minutes=1)), point(3, timedelta(days=3, hours=2))])
    first, second = (b.x - a.x for a, b in zip(drawn.marks, drawn.marks[1:], strict=False))
    assert first < second < first * 10
    assert "3 d 1 h" in [gap.text for gap in drawn.gaps]


def test_days_and_times_are_marked_once() -> None:
    drawn = draw([point(number, timedelta(hours=6 * number)) for number in range(8)])
    assert [tick.text for tick in drawn.days] == ["18 Nov", "19 Nov", "20 Nov"]
    assert drawn.times[0].text == "09:30"


def test_nothing_draws_nothing() -> None:
    assert draw([]).marks == ()
