"""Segments: a run of letters taken apart into known words, so that `mydhltracking` is `my`, `dhl` and `tracking`."""

import msgspec

from sealane.shield.links.vocabulary import vocabulary

__all__ = ["Remainder", "split"]

_LONGEST = 20
_SPARE = 2
"""Letters of a part that may stay without a meaning, beside known words."""


class Remainder(msgspec.Struct, frozen=True):
    """What stands beside a brand: whether it is made of known words, and whether one of them lures."""

    is_known: bool
    lures: bool


def split(parts: tuple[str, ...], *, spare: int = _SPARE) -> Remainder:
    """Return what the parts that stand beside a brand say; no part at all is known and lures nobody."""
    known, lures = True, False
    for part in parts:
        unknown, lured = _read(part)
        known = known and (unknown == 0 or (lured and unknown <= spare))
        lures = lures or (lured and unknown <= _SPARE)
    return Remainder(known, lures)


def _read(part: str) -> tuple[int, bool]:
    """Return the fewest letters left over when a part is read as words and digits, and whether a lure is among them."""
    words = vocabulary()
    best: list[tuple[int, bool]] = [(0, False)]
    for end in range(1, len(part) + 1):
        left, lured = best[end - 1]
        reading = (left + (not part[end - 1].isdigit()), lured)
        for start in range(max(0, end - _LONGEST), end):
            word = part[start:end]
            if word in words.lures or word in words.fillers:
                left, lured = best[start]
                # Fewer letters left over is better; at the same number a reading with a lure is.
                reading = min(
                    reading, (left, lured or word in words.lures), key=lambda option: (option[0], not option[1])
                )
        best.append(reading)
    return best[-1]
