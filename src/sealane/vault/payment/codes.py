"""Security codes of cards: in memory only, at most 10 minutes, for one call of the proxy (PCI DSS 3.3.1 and 3.3.2).

A code never reaches a file, a log or a copy of the process's data: a restart forgets all of them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

__all__ = ["LIFE_SECONDS", "SecurityCodes"]

LIFE_SECONDS = 600.0
_MOST = 100_000


class SecurityCodes:
    """The codes that wait for their one use; safe from any thread, prints as nothing but its kind."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._codes: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def keep(self, token: str, code: str) -> None:
        """Keep the code of a card; a newer one replaces it."""
        now = self._clock()
        with self._lock:
            self._drop_old(now)
            self._codes.pop(token, None)
            self._codes[token] = (now + LIFE_SECONDS, code)
            if len(self._codes) > _MOST:
                self._codes.popitem(last=False)

    def take(self, token: str) -> str | None:
        """Return the code of a card and forget it; None when there is none any more."""
        now = self._clock()
        with self._lock:
            self._drop_old(now)
            found = self._codes.pop(token, None)
        return None if found is None else found[1]

    def drop(self, token: str) -> None:
        """Forget the code of a card."""
        with self._lock:
            self._codes.pop(token, None)

    def _drop_old(self, now: float) -> None:
        # Codes stand in the order they came in, so the old ones are in front.
        while self._codes and next(iter(self._codes.values()))[0] <= now:
            self._codes.popitem(last=False)

    def __repr__(self) -> str:
        return "SecurityCodes(***)"
