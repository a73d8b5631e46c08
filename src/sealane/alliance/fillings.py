"""Fillings: the random elements that hide how many things a question asks about, made before they are needed."""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from sealane.alliance.wire import BATCH
from sealane.keys.oprf import Filling, fill

__all__ = ["Fillings"]


class Fillings:
    """Elements that nobody can tell from blinded ones, each used once, with its answers under both custodians' keys."""

    def __init__(self) -> None:
        self._ready: dict[tuple[bytes, ...], deque[Filling]] = {}
        self._taking, self._making = Lock(), Lock()

    def take(self, count: int, public_keys: Sequence[bytes]) -> list[Filling]:
        """Return so many fillings for these keys: prepared ones while there are any, else new ones."""
        with self._taking:
            ready = self._ready.get(tuple(public_keys), deque())
            prepared = [ready.popleft() for _ in range(min(count, len(ready)))]
        return prepared + fill(count - len(prepared), public_keys)

    def prepare(self, public_keys: Sequence[bytes]) -> None:
        """Make as many as the next question under these keys can need; for a thread in the background."""
        with self._making:
            ready = self._ready.setdefault(tuple(public_keys), deque())
            ready.extend(fill(max(0, BATCH - 1 - len(ready)), public_keys))
