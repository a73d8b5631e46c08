"""Stacked bars as numbers for an SVG: decisions by outcome, in per cent of the widest bar."""

from collections.abc import Mapping, Sequence

import msgspec

from sealane.risk.policy import OUTCOMES

__all__ = ["Piece", "stack"]


class Piece(msgspec.Struct, frozen=True):
    """One stretch of a bar, in per cent of its width."""

    outcome: str
    count: int
    x: float
    width: float


def stack(counts: Mapping[str, int]) -> Sequence[Piece]:
    """Return the stretches of one bar, from the mildest outcome to the strictest; none of nothing."""
    whole = sum(counts.values())
    pieces, x = [], 0.0
    for outcome in OUTCOMES:
        if counts.get(outcome):
            width = counts[outcome] / whole * 100
            pieces.append(Piece(outcome, counts[outcome], round(x, 2), round(width, 2)))
            x += width
    return tuple(pieces)
