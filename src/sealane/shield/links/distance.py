"""Distance: names that are one or two slips of the pen from a brand's, found without measuring every name.

A slip is a letter added, left out or changed, or two neighbours swapped. Texts one slip apart share a text that each
becomes by leaving out at most one letter, so a table of these finds the few names worth measuring exactly. Two slips
change at most two kinds of letters on each side, which rules out nearly all of the few long names that bear two.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

__all__ = ["Neighbours", "distance", "slips_of"]

_TWO_SLIPS_FROM = 11
"""Letters of a name from which two slips still leave it recognisable."""
_TWO = 2


class Neighbours:
    """Brand names, findable from what is nearly one of them."""

    def __init__(self, slips: Mapping[str, int]) -> None:
        """Take each name with the slips that it bears: one or two."""
        self._names = frozenset(slips)
        self._rests: dict[str, list[str]] = defaultdict(list)
        for name in slips:
            for rest in _shortened(name):
                self._rests[rest].append(name)
        self._long: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for name in (name for name, count in slips.items() if count == _TWO):
            for length in range(len(name) - _TWO, len(name) + _TWO + 1):
                self._long[length].append((name, _letters(name)))

    def find(self, text: str) -> tuple[str, int] | None:
        """Return the nearest name within its slips and how many there are; None for the name itself and for others."""
        if text in self._names:
            return None
        rests = self._rests
        near = {name for rest in _shortened(text) if rest in rests for name in rests[rest]}
        found = next((name for name in sorted(near) if distance(text, name, most=1) == 1), None)
        if found is not None:
            return found, 1
        long = self._long.get(len(text))
        return _find_far(text, long) if long else None


def slips_of(name: str) -> int:
    """Return how many slips a name of this length bears."""
    return _TWO if len(name) >= _TWO_SLIPS_FROM else 1


def distance(one: str, other: str, *, most: int = sys.maxsize) -> int:
    """Return the least number of added, missing, changed and swapped letters (optimal string alignment).

    Past `most` it stops counting and returns `most + 1`.
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != against))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most and min(above) > most:
            return most + 1
        before, above = above, current
    return min(above[-1], most + 1)


def _find_far(text: str, names: Iterable[tuple[str, int]]) -> tuple[str, int] | None:
    """Return which of some names, each with its kinds of letters, is two slips away."""
    letters = _letters(text)
    for name, known in names:
        is_like = (letters & ~known).bit_count() <= _TWO and (known & ~letters).bit_count() <= _TWO
        if is_like and distance(text, name, most=_TWO) == _TWO:
            return name, _TWO
    return None


@lru_cache(maxsize=64)
def _shortened(text: str) -> frozenset[str]:
    """Return the text and what it becomes by leaving out one letter; several tables are asked about one text."""
    return frozenset({text, *(text[:at] + text[at + 1 :] for at in range(len(text)))})


def _letters(text: str) -> int:
    """Return the kinds of letters in a text as bits; what is no ASCII letter shares bits with others."""
    found = 0
    for character in text:
        found |= 1 << (ord(character) & 63)
    return found
