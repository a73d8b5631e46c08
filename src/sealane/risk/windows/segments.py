"""Segments: cells written to disk a slice at a time, so that a restart need not read all facts.

A round takes the keys that are hot when it begins and freezes a slice of them beside each following order. Cells go on
changing meanwhile; that is sound, because each cell remembers the last fact it holds, and a restart replays the facts
from the beginning of the round and skips what a cell already has.

    one segment: {"card": {key: cell, ...}, "address": {...}}   (MessagePack; a cell is itself MessagePack)
"""

from collections.abc import Hashable, Iterator
from typing import Any

import msgspec

from sealane.risk.windows.cells import Cells
from sealane.risk.windows.layout import SEQ, By

__all__ = ["SLICE", "Round", "Slice", "load"]

SLICE = 256
"""Cells frozen at once: about a third of a millisecond."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(dict[str, dict[Any, bytes]])

Frozen = list[tuple[Cells, Hashable, bytes, int]]
"""Cells with their key kind, key, bytes, and the last fact they hold (-1 for one that was cold anyway)."""


class Slice(msgspec.Struct, frozen=True):
    """A few frozen cells, and their bytes as one segment."""

    frozen: Frozen
    body: bytes

    def settle(self) -> None:
        """Let the cells be cold once they are durable, unless they changed meanwhile."""
        for cells, key, body, seq in self.frozen:
            if seq < 0:
                continue
            cells.cold[key] = body
            hot = cells.hot.get(key)
            if hot is not None and hot[SEQ] == seq:
                del cells.hot[key]


class Round:
    """One pass over the keys that were hot at its beginning, or over all of them."""

    def __init__(self, cells: dict[By, Cells], applied: int, *, is_full: bool) -> None:
        self.applied = applied
        self.is_full = is_full
        self._keys = _keys(cells, is_full=is_full)

    def slice(self, size: int = SLICE) -> Slice | None:
        """Freeze the next few cells, or return None at the end of the round."""
        frozen: Frozen = []
        for cells, key in self._keys:
            hot = cells.hot.get(key)
            if hot is not None:
                frozen.append((cells, key, cells.freeze(hot), hot[SEQ]))
            elif key in cells.cold:
                frozen.append((cells, key, cells.cold[key], -1))
            if len(frozen) == size:
                break
        if not frozen:
            return None
        tables: dict[str, dict[Hashable, bytes]] = {}
        for cells, key, body, _ in frozen:
            tables.setdefault(cells.shape.title, {})[key] = body
        return Slice(frozen, _encoder.encode(tables))


def load(cells: dict[By, Cells], body: bytes) -> int:
    """Put a segment's cells among the cold ones and return how many there were.

    Raises:
        msgspec.DecodeError: when the bytes are no segment.
    """
    by_title = {store.shape.title: store.cold for store in cells.values()}
    tables = _decoder.decode(body)
    for title, table in tables.items():
        by_title[title].update(table)
    return sum(map(len, tables.values()))


def _keys(cells: dict[By, Cells], *, is_full: bool) -> Iterator[tuple[Cells, Hashable]]:
    """Yield the keys of a round; each key kind's are listed when the round reaches it."""
    hot = {by: list(store.hot) for by, store in cells.items()}
    for by, store in cells.items():
        for key in [*store.cold, *(key for key in store.hot if key not in store.cold)] if is_full else hot[by]:
            yield store, key
