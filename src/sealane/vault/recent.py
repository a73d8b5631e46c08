"""What was looked up lately, so that a returning shopper or card costs no query; the longest unused goes first."""

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Recent"]

T = TypeVar("T")


class Recent(Generic[T]):
    """A bounded memory of durable rows; belongs to one thread."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: OrderedDict[str | bytes, T] = OrderedDict()

    def get(self, name: str | bytes) -> T | None:
        """Return what is kept under the name, if it still is."""
        found = self._items.get(name)
        if found is not None:
            self._items.move_to_end(name)
        return found

    def keep(self, name: str | bytes, item: T) -> None:
        """Keep the item under the name, and drop the longest unused one when there are too many."""
        self._items[name] = item
        if len(self._items) > self._capacity:
            self._items.popitem(last=False)

    def drop(self, name: str | bytes) -> None:
        """Forget what is kept under the name, if it still is."""
        self._items.pop(name, None)

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
