"""The life line: everything that happened to an order on one time axis, as numbers for an SVG.

Payment facts, decisions and parcel scans come within minutes at first and days apart later, so a linear axis would
pile them up. Gaps are drawn on a logarithmic scale instead, and each gap that has room carries its true length.
Positions are per cent of the width, so the drawing fits every screen without scaling its text.
"""

import math
from datetime import datetime
from itertools import pairwise
from typing import Literal

import msgspec

from sealane.web.console.wording import age, clock_time, day

__all__ = ["DRAWN", "TRACKS", "WIDTH", "Lifeline", "Mark", "Point", "Tick", "draw"]

TrackName = Literal["payment", "decision", "consignment", "people"]
TRACKS: tuple[TrackName, ...] = ("payment", "decision", "consignment", "people")
DRAWN = 40
"""At most so many points are drawn; the table under the drawing has all."""

WIDTH = 880
"""Pixels that labels are laid out for where nothing stands beside the drawing; narrow screens show the table alone."""
_LETTER = 6.4
_APART = 10.0
_TELLING_SECONDS = 60
_TIME = 42.0
_DATE = 48.0
_FIRST, _LAST = 2.0, 96.0
_ROWS = 2


class Point(msgspec.Struct, frozen=True):
    """One thing that happened at `at` and was learned at `learned_at`; `tone` says what it means for the order."""

    number: int
    at: datetime
    learned_at: datetime
    track: TrackName
    label: str
    tone: str
    detail: str
    taken_as: str


class Mark(msgspec.Struct, frozen=True):
    """One drawn point: `x` in per cent; `row` is the label's row from the track, or nothing when there is no room.

    A label of the second row `leads` down to its mark with a line, unless that would cross a label of the first.
    """

    point: Point
    x: float
    row: int | None
    leads: bool
    anchor: Literal["start", "middle", "end"]


class Tick(msgspec.Struct, frozen=True):
    """A text on the axis at `x` per cent."""

    x: float
    text: str


class Lifeline(msgspec.Struct, frozen=True):
    """The whole drawing; `tracks` are those in use, in order; `earlier` points are left to the table."""

    marks: tuple[Mark, ...]
    tracks: tuple[TrackName, ...]
    gaps: tuple[Tick, ...]
    times: tuple[Tick, ...]
    days: tuple[Tick, ...]
    earlier: int


def draw(points: list[Point], width: int = WIDTH) -> Lifeline:
    """Lay out points, which are in order of time, for a drawing at least so many pixels wide."""
    shown = points[-DRAWN:]
    xs = _positions([point.at for point in shown])
    used = {point.track for point in shown}
    return Lifeline(
        marks=tuple(_marks(shown, xs, width)),
        tracks=tuple(track for track in TRACKS if track in used),
        gaps=tuple(_gaps(shown, xs, width)),
        times=tuple(_times(shown, xs, width)),
        days=tuple(_days(shown, xs, width)),
        earlier=len(points) - len(shown),
    )


def _positions(times: list[datetime]) -> list[float]:
    """Return one x for each time; a gap's width grows with the logarithm of its length, and none vanishes."""
    steps = [2 + 0.5 * math.log2(1 + (b - a).total_seconds() / 60) for a, b in pairwise(times)]
    scale = (_LAST - _FIRST) / max(sum(steps), 16.0)
    xs = [_FIRST]
    for step in steps:
        xs.append(xs[-1] + step * scale)
    return xs[: len(times)]


def _marks(points: list[Point], xs: list[float], pixels: int) -> list[Mark]:
    ends: dict[tuple[str, int], float] = {}
    marks = []
    for point, x in zip(points, xs, strict=True):
        width = len(point.label) * _LETTER
        center = x * pixels / 100
        anchor, left = _anchor(center, width, pixels)
        row = next((r for r in range(_ROWS) if left >= ends.get((point.track, r), -1.0)), None)
        leads = row == 1 and center > ends[point.track, 0]
        if row is not None:
            ends[point.track, row] = left + width + _APART
        marks.append(Mark(point, round(x, 2), row, leads, anchor))
    return marks


def _anchor(center: float, width: float, pixels: int) -> tuple[Literal["start", "middle", "end"], float]:
    if center < width / 2:
        return "start", center - 6
    if center + width / 2 > pixels:
        return "end", center - width + 6
    return "middle", center - width / 2


def _gaps(points: list[Point], xs: list[float], pixels: int) -> list[Tick]:
    gaps = []
    for (a, b), (x, y) in zip(pairwise(points), pairwise(xs), strict=True):
        seconds = (b.at - a.at).total_seconds()
        text = age(seconds)
        if seconds >= _TELLING_SECONDS and (y - x) * pixels / 100 >= len(text) * _LETTER + _APART:
            gaps.append(Tick(round((x + y) / 2, 2), text))
    return gaps


def _times(points: list[Point], xs: list[float], pixels: int) -> list[Tick]:
    """Return clock times under the marks, leaving out those that would touch the one before."""
    ticks: list[Tick] = []
    for point, x in zip(points, xs, strict=True):
        if not ticks or (x - ticks[-1].x) * pixels / 100 >= _TIME:
            ticks.append(Tick(round(x, 2), clock_time(point.at)))
    return ticks


def _days(points: list[Point], xs: list[float], pixels: int) -> list[Tick]:
    """Return the first point of each day, as a date under the axis, where there is room for it."""
    ticks: list[Tick] = []
    last = None
    for point, x in zip(points, xs, strict=True):
        if point.at.date() != last and (not ticks or (x - ticks[-1].x) * pixels / 100 >= _DATE):
            ticks.append(Tick(round(x, 2), day(point.at)))
            last = point.at.date()
    return ticks
