"""The map of lanes as numbers: an arc from country to country, thick with orders, marked where much is held.

Coordinates are those of a 306 x 132.5 box, the size of the land's drawing.
"""

import math
from collections.abc import Sequence

import msgspec

from sealane.web.console.charts import Share
from sealane.web.console.home.places import Place, place_of

__all__ = ["Arc", "LaneMap", "Spot", "Stream", "draw"]

WIDTH, HEIGHT = 306.0, 132.5
_MOST = 24
_THICKEST, _THINNEST = 5.0, 0.75
_BULGE = 0.22
_LABELS = 12
_NEAR_X, _NEAR_Y = 0.028, 0.055


class Stream(msgspec.Struct, frozen=True):
    """What moved on one lane."""

    origin: str
    destination: str
    orders: int
    held: Share


class Arc(msgspec.Struct, frozen=True):
    """One lane as SVG path data, its width in pixels, and whether clearly more of it is held than of all."""

    path: str
    width: float
    is_marked: bool
    told: str


class Spot(msgspec.Struct, frozen=True):
    """A country that lanes touch: where in per cent of the map, with a label where there is room for one."""

    code: str
    x: float
    y: float
    has_label: bool


class LaneMap(msgspec.Struct, frozen=True):
    """The drawing; `left_out` lanes have an end that has no point on the map, or are too many to draw."""

    arcs: tuple[Arc, ...]
    spots: tuple[Spot, ...]
    left_out: int
    is_marked: bool


def draw(streams: Sequence[Stream], whole: Share | None) -> LaneMap:
    """Lay out the busiest lanes over the land; `whole` is the share held on all of them together."""
    busiest = sorted(streams, key=lambda each: -each.orders)
    placed = [(each, ends) for each in busiest if (ends := _ends(each)) is not None][:_MOST]
    top = max((each.orders for each, _ in placed), default=1)
    usual = whole.high if whole else 1.0
    arcs = tuple(_arc(each, ends, top, usual) for each, ends in placed)
    return LaneMap(
        arcs=arcs[::-1],  # the busiest are drawn last, on top
        spots=_spots([each for each, _ in placed]),
        left_out=len(streams) - len(placed),
        is_marked=any(arc.is_marked for arc in arcs),
    )


def _ends(stream: Stream) -> tuple[Place, Place] | None:
    start, end = place_of(stream.origin), place_of(stream.destination)
    return (start, end) if start and end and stream.origin != stream.destination else None


def _arc(stream: Stream, ends: tuple[Place, Place], top: int, usual: float) -> Arc:
    (x1, y1), (x2, y2) = ((round(each.x * WIDTH, 1), round(each.y * HEIGHT, 1)) for each in ends)
    bulge = _BULGE * math.hypot(x2 - x1, y2 - y1)
    return Arc(
        path=f"M{x1:g} {y1:g}Q{(x1 + x2) / 2:.1f} {max(2.0, min(y1, y2, (y1 + y2) / 2) - bulge):.1f} {x2:g} {y2:g}",
        width=round(_THINNEST + (_THICKEST - _THINNEST) * stream.orders / top, 1),
        is_marked=stream.held.low > usual,
        told=f"{stream.origin} → {stream.destination}: {stream.orders:,} orders, {stream.held.count:,} held",
    )


def _spots(streams: Sequence[Stream]) -> tuple[Spot, ...]:
    """Return the countries, the busiest first; a label needs room beside those before it."""
    codes = dict.fromkeys(code for each in streams for code in (each.origin, each.destination))
    spots: list[Spot] = []
    labelled: list[Place] = []
    for code in codes:
        place = place_of(code)
        if place is None:
            continue
        is_free = all(abs(place.x - other.x) > _NEAR_X or abs(place.y - other.y) > _NEAR_Y for other in labelled)
        has_label = is_free and len(labelled) < _LABELS
        if has_label:
            labelled.append(place)
        spots.append(Spot(code, round(100 * place.x, 2), round(100 * place.y, 2), has_label))
    return tuple(spots)
