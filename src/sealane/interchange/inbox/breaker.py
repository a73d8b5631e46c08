"""The breaker: an API that keeps failing is left alone for a while, so that it can recover and others are not held up.

After five failures in a row a source rests for a minute; the first failure after that lets it rest again.
"""

from collections import Counter
from collections.abc import Callable
from time import monotonic

__all__ = ["Breaker"]

FAILURES = 5
REST_SECONDS = 60.0


class Breaker:
    """Counts the failures of sources by name; shared by threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._failures: Counter[str] = Counter()
        self._until: dict[str, float] = {}

    def failed(self, name: str) -> None:
        """Note that a source's API could not be asked."""
        self._failures[name] += 1
        if self._failures[name] >= FAILURES:
            self._until[name] = self._clock() + REST_SECONDS

    def answered(self, name: str) -> None:
        """Note that a source's API answered."""
        self._failures.pop(name, None)
        self._until.pop(name, None)

    def resting(self) -> frozenset[str]:
        """Return the sources that are to be left alone now."""
        now = self._clock()
        return frozenset(name for name, until in list(self._until.items()) if now < until)
