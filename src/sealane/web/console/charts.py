"""Charts of the console as numbers: lines with bands, score bars, reason bars. The templates draw them as SVG.

Shapes with slopes live in a 100 x 100 box that the drawing stretches; bars and texts are placed in per cent.
"""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

__all__ = ["Band", "Bar", "Panel", "ScoreBar", "Share", "bars", "panel", "score_bar", "share_of"]

_Z95 = 1.959963984540054
_LEAST = 0.001
_BAND_TO_LINE = 3.0


class Share(msgspec.Struct, frozen=True):
    """A share from 0 to 1 with its 95 % interval (Wilson's, which stays honest for few and for rare)."""

    count: int
    of: int
    share: float
    low: float
    high: float


def share_of(count: int, of: int) -> Share | None:
    """Return the share of `count` in `of` with its 95 % interval; nothing when there is nothing to share."""
    if of <= 0:
        return None
    rate, z2 = count / of, _Z95**2
    center = (rate + z2 / (2 * of)) / (1 + z2 / of)
    spread = _Z95 / (1 + z2 / of) * math.sqrt(rate * (1 - rate) / of + z2 / (4 * of * of))
    low = center - spread if count else 0.0
    high = center + spread if count < of else 1.0
    return Share(count, of, rate, low, high)


class Panel(msgspec.Struct, frozen=True):
    """One line chart: SVG path data in a 100 x 100 box, and the labels of the y axis as (per cent from top, share).

    `whole` is the share over all steps together; a chart whose share is nowhere above 0 has no line, only that.
    """

    line: str
    band: str
    grid: tuple[tuple[float, float], ...]
    whole: Share | None


def panel(shares: Sequence[Share | None]) -> Panel:
    """Lay out shares over equal steps of time; where there is no share, the line breaks."""
    known = [share for share in shares if share]
    whole = share_of(sum(share.count for share in known), sum(share.of for share in known))
    highest = max((share.share for share in known), default=0.0)
    if not highest:
        return Panel("", "", (), whole)
    # The axis holds the widest band, but bands of tiny samples may not flatten the line.
    top = _round_up(min(max(share.high for share in known), _BAND_TO_LINE * highest))
    step = 100 / max(1, len(shares) - 1)
    runs = [run for run in _runs([(index * step, share) for index, share in enumerate(shares)]) if len(run) > 1]
    return Panel(
        line=" ".join(_line([(x, share.share) for x, share in run], top) for run in runs),
        band=" ".join(_band(run, top) for run in runs),
        grid=tuple((_y(value, top), value) for value in (0.0, top / 2, top)),
        whole=whole,
    )


def _round_up(value: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(value))
    return next(m * magnitude for m in (1, 2, 4, 5, 10) if m * magnitude >= value * 0.999)


def _runs(points: list[tuple[float, Share | None]]) -> list[list[tuple[float, Share]]]:
    runs: list[list[tuple[float, Share]]] = [[]]
    for x, share in points:
        if share is not None:
            runs[-1].append((x, share))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(points: list[tuple[float, float]], top: float) -> str:
    return "M" + " L".join(f"{x:.2f} {_y(value, top)}" for x, value in points)


def _band(run: list[tuple[float, Share]], top: float) -> str:
    upper = [(x, share.high) for x, share in run]
    lower = [(x, share.low) for x, share in reversed(run)]
    return _line(upper + lower, top) + " Z"


def _y(value: float, top: float) -> float:
    return round(100 - min(1.0, value / top) * 100, 2)


_APART = 14.0
"""Per cent of the width that two figures under one bar need between them."""


class Band(msgspec.Struct, frozen=True):
    """One stretch of a score bar, in per cent of its width; `from_score` is where it begins, `anchor` how it is set."""

    outcome: str
    x: float
    width: float
    from_score: float
    anchor: Literal["start", "middle", "end"]


class ScoreBar(msgspec.Struct, frozen=True):
    """A score on its thresholds; the scale is log-odds from 0.1 % to 99.9 %, as the reasons' weights are."""

    x: float
    bands: tuple[Band, ...]


def score_bar(score: float, thresholds: Sequence[tuple[str, float]]) -> ScoreBar:
    """Lay out a score over its thresholds: (outcome, from which score), ascending; approve starts at 0."""
    edges = [("approve", 0.0), *thresholds]
    ends = [edge for _, edge in edges[1:]] + [1.0]
    places = [_place(start) for _, start in edges]
    bands = tuple(
        Band(outcome, places[at], round(_place(end) - places[at], 2), start, _anchor(places, at))
        for at, ((outcome, start), end) in enumerate(zip(edges, ends, strict=True))
    )
    return ScoreBar(_place(score), bands)


def _anchor(places: Sequence[float], at: int) -> Literal["start", "middle", "end"]:
    """Return how the figure at an edge is set, so that it keeps clear of a close neighbour's."""
    if at + 1 < len(places) and places[at + 1] - places[at] < _APART:
        return "end"
    return "start" if at > 1 and places[at] - places[at - 1] < _APART else "middle"


def _place(score: float) -> float:
    held = min(1 - _LEAST, max(_LEAST, score))
    widest = math.log((1 - _LEAST) / _LEAST)
    return round(50 + 50 * math.log(held / (1 - held)) / widest, 2)


class Bar(msgspec.Struct, frozen=True):
    """One signed bar, in per cent of its width: to the right of the middle raises risk, to the left lowers it."""

    x: float
    width: float
    side: Literal["raises", "lowers"]


def bars(weights: Sequence[float]) -> tuple[Bar, ...]:
    """Lay out signed weights on one scale: the largest reaches the edge, but weights under 1 stay visibly small."""
    widest = max([1.0, *map(abs, weights)])
    return tuple(
        Bar(round(50 - length, 2), round(length, 2), "lowers") if weight < 0 else Bar(50.0, round(length, 2), "raises")
        for weight in weights
        for length in (abs(weight) / widest * 50,)
    )
