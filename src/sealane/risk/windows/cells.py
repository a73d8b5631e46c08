"""Cells: one key's history, kept so that every declared window reads exactly and fast.

A cell is hot (a list, see `layout`) once touched and cold (its MessagePack bytes) until then. Cold bytes are what the
segments on disk hold, so a store of a million orders starts without decoding a single cell.
"""

from bisect import bisect_left
from collections.abc import Hashable
from itertools import islice
from typing import Any

import msgspec

from sealane.risk.windows.layout import Shape

__all__ = ["MANY", "Cell", "Cells", "expire"]

Cell = list[Any]
MANY = 8
"""From more values than this on, their times are also kept as a list, so that counting stays O(log n)."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Any])


class Cells:
    """All cells of one key kind: `cold` as the last segments have them, `hot` what was touched since."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.hot: dict[Hashable, Cell] = {}
        self.cold: dict[Hashable, bytes] = {}
        self._empty = shape.empty()

    def fresh(self, key: Hashable) -> Cell:
        """Return a new hot cell that knows nothing."""
        cell = self.hot[key] = self._empty.copy()
        return cell

    def thaw(self, key: Hashable, body: bytes) -> Cell:
        """Return the cell from its bytes, hot from now on."""
        cell = self.hot[key] = _decoder.decode(body)
        return cell

    def freeze(self, cell: Cell) -> bytes:
        """Return the cell as bytes."""
        return _encoder.encode(cell)

    def find(self, key: Hashable) -> Cell | None:
        """Return the key's cell, thawed when it was cold, or None when nothing is known."""
        cell = self.hot.get(key)
        if cell is None:
            body = self.cold.get(key)
            if body is not None:
                return self.thaw(key, body)
        return cell


def expire(last: dict[Hashable, int], lasts: list[int] | None, bound_us: int) -> None:
    """Drop the values last seen before the bound; the mapping runs in the order of its times."""
    gone = bisect_left(lasts if lasts is not None else list(last.values()), bound_us)
    for value in list(islice(last, gone)):
        del last[value]
    if lasts is not None:
        del lasts[:gone]
