"""Seeded chance: one stream of random numbers per concern, and decks that deal exact shares.

A stream is seeded with a text such as `7/people`, which the standard library turns into a state by SHA-512; so the
same seed gives the same world in every process, and a change in one concern leaves the others as they were.
"""

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from math import exp, log
from random import Random
from statistics import NormalDist
from typing import Generic, TypeVar

__all__ = ["DAY_US", "HOUR_US", "MINUTE_US", "SECOND_US", "Deck", "Ladder", "Stream", "Weighted"]

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


class Stream(Random):
    """The random numbers of one concern: `Stream("7/people")`."""

    def happens(self, share: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.random() < share

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of the options, all equally likely."""
        return options[int(self.random() * len(options))]

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def spread(self, low: float, high: float) -> float:
        """Return a number from low to high."""
        return low + self.random() * (high - low)

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a log-normal number; sigma is the standard deviation of its natural logarithm."""
        return median * exp(self.gauss(0.0, sigma))

    def pause_us(self, median_us: float, sigma: float = 0.7) -> int:
        """Return a log-normal span of time in microseconds."""
        return int(median_us * exp(self.gauss(0.0, sigma)))

    def code(self, length: int) -> str:
        """Return as many lower-case letters and digits: `7kq2m9`."""
        bits = self.getrandbits(5 * length)
        return "".join([_LETTERS[bits >> shift & 31] for shift in range(0, 5 * length, 5)])

    def digits(self, length: int) -> str:
        """Return as many decimal digits: `048213`."""
        return str(int(self.random() * 10**length)).zfill(length)


class Weighted(Generic[T]):
    """Options with weights, picked in logarithmic time."""

    __slots__ = ("_options", "_sums")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._options = tuple(weights)
        self._sums: list[float] = []
        total = 0.0
        for weight in weights.values():
            total += weight
            self._sums.append(total)

    def pick(self, stream: Stream) -> T:
        """Return one of the options in proportion to its weight."""
        return self._options[bisect_right(self._sums, stream.random() * self._sums[-1])]


class Deck(Generic[K]):
    """Deals each option exactly as often as its share says, in shuffled rounds of 10,000.

    A world of a few thousand orders then keeps its base rates, where independent draws would stray.
    """

    __slots__ = ("_cards", "_options", "_rest", "_stream")

    ROUND = 10_000

    def __init__(self, stream: Stream, shares: Mapping[K, float], rest: K) -> None:
        self._stream = stream
        self._options = [option for option, share in shares.items() for _ in range(round(share * self.ROUND))]
        self._rest = rest
        self._cards: list[K] = []

    def deal(self) -> K:
        """Return the next option."""
        if not self._cards:
            self._cards = self._options + [self._rest] * (self.ROUND - len(self._options))
            self._stream.shuffle(self._cards)
        return self._cards.pop()


class Ladder:
    """Log-normal numbers that keep their whole shape in a small world: each hundred has one on each hundredth rung."""

    __slots__ = ("_deck", "_normal", "_stream")

    RUNGS = 100

    def __init__(self, stream: Stream, median: float, sigma: float) -> None:
        self._stream, self._normal = stream, NormalDist(log(median), sigma)
        self._deck: list[int] = []

    def draw(self) -> float:
        """Return the next number."""
        if not self._deck:
            self._deck = list(range(self.RUNGS))
            self._stream.shuffle(self._deck)
        rung = self._deck.pop() + 0.0005 + 0.999 * self._stream.random()
        return exp(self._normal.inv_cdf(rung / self.RUNGS))
