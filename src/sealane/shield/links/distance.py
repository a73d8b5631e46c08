"""Distance: names that are one or two slips of the pen from a brand's, found by what both become with letters left out.

Two texts within n slips (a letter added, left out, changed, or two neighbours swapped) share a text that each becomes
by leaving out at most n letters, so one look into a table finds the few names worth measuring exactly.
"""

from collections import defaultdict
from collections.abc import Mapping

__all__ = ["Neighbours", "distance", "slips_of"]

_TWO_SLIPS_FROM = 11
"""Letters of a name from which two slips still leave it recognisable."""


class Neighbours:
    """Brand names, findable from what is nearly one of them."""

    def __init__(self, slips: Mapping[str, int]) -> None:
        """Take each name with the slips that it bears."""
        self._names: dict[str, set[str]] = defaultdict(set)
        self._slips = dict(slips)
        self._longest = max(map(len, slips), default=0)
        for name, count in slips.items():
            for rest in _shortened(name, count):
                self._names[rest].add(name)

    def find(self, text: str) -> tuple[str, int] | None:
        """Return the nearest name within its slips and how many there are; None for the name itself and for others."""
        if len(text) > self._longest + 2:
            return None
        near: dict[str, int] = {}
        for rest in _shortened(text, slips_of(text + "-")):
            for name in self._names.get(rest, ()):
                near[name] = distance(text, name)
        nearest = min(near.items(), key=lambda pair: pair[1], default=None)
        return nearest if nearest is not None and 0 < nearest[1] <= self._slips[nearest[0]] else None


def slips_of(name: str) -> int:
    """Return how many slips a name of this length bears."""
    return 2 if len(name) >= _TWO_SLIPS_FROM else 1


def distance(one: str, other: str) -> int:
    """Return the least number of added, missing, changed and swapped letters (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != against))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]


def _shortened(text: str, slips: int) -> set[str]:
    found = {text}
    for _ in range(slips):
        found |= {rest[:at] + rest[at + 1 :] for rest in found for at in range(len(rest))}
    return found
