"""Tiles and entry bundles of C2SP tlog-tiles: their paths, their bytes, and the right edge of a growing tree.

A tile holds up to 256 neighbouring hashes of every eighth level; a hash of level 1 is the root of a full tile of
level 0. An entry bundle holds the leaves under a tile of level 0. Size 70,000 gives

    tile/0/000 ... tile/0/272        256 hashes of 32 bytes each
    tile/0/273.p/112                 the last 112 leaf hashes
    tile/1/000, tile/1/001.p/17      roots of tiles of level 0
    tile/2/000.p/1
    tile/entries/273.p/112           112 leaves, each after its length as big-endian uint16:
                                     00 03 6f 6e 65  00 03 74 77 6f  ...  for `one`, `two`, ...
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple, Protocol

from sealane.model.errors import NotFound, ProofInvalid
from sealane.supervision.merkle import HASH_BYTES, leaf_hash, root_of

__all__ = [
    "ENTRIES",
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "Edge",
    "Tile",
    "TileSource",
    "decode_bundle",
    "encode_bundle",
    "parse_path",
    "split_hashes",
]

TILE_WIDTH = 256
TILE_HEIGHT = 8
ENTRIES = -1
"""The level of entry bundles in a `Tile`: they lie below level 0."""

_MAX_LEVEL = 63
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """The name of a tile or bundle: level, number within the level, and how many hashes or entries it holds."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def is_full(self) -> bool:
        """Whether it holds 256 and never changes again."""
        return self.width == TILE_WIDTH

    @property
    def first_index(self) -> int:
        """The index of the first entry under it."""
        return self.number << TILE_HEIGHT * (max(self.level, 0) + 1)

    @property
    def path(self) -> str:
        """Its path below the log's address, like `tile/0/x001/x234/067` or `tile/entries/000.p/8`."""
        digits = str(self.number)
        groups = [f"{int(digits[max(end - 3, 0) : end]):03}" for end in range(len(digits), 0, -3)][::-1]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.is_full else f".p/{self.width}")


class TileSource(Protocol):
    """Where tiles and bundles come from: a folder, or a server."""

    def tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile or bundle.

        Raises:
            NotFound: when there is no such tile.
            ProofInvalid: when it has another length than a tile of its width.
        """


def parse_path(path: str) -> Tile:
    """Return the tile that a path names, like `tile/0/x001/x234/067`.

    Raises:
        NotFound: when it is not exactly the path of a tile or bundle.
    """
    match = _PATH.fullmatch(path)
    if match:
        level = ENTRIES if match["level"] == "entries" else int(match["level"])
        tile = Tile(level, int(match["number"].replace("/", "").replace("x", "")), int(match["width"] or TILE_WIDTH))
        if level <= _MAX_LEVEL and tile.width <= TILE_WIDTH and tile.path == path:
            return tile
    raise NotFound("this is not the path of a tile", remedy="Form paths as C2SP tlog-tiles does: tile/<L>/<N>[.p/<W>].")


def split_hashes(tile: bytes) -> list[bytes]:
    """Return the 32-byte hashes of a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """Return leaves of at most 65,535 bytes as an entry bundle."""
    return b"".join([len(leaf).to_bytes(2) + leaf for leaf in leaves])


def decode_bundle(bundle: bytes) -> Iterator[bytes]:
    """Yield the leaves of an entry bundle one by one.

    Raises:
        ProofInvalid: when the bytes end inside an entry, after those before it were given.
    """
    at = 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start])
        if at > len(bundle):
            raise ProofInvalid("the entry bundle ends inside an entry")
        yield bundle[start:at]


class Edge:
    """The right edge of a tree in tiles: the hashes of each level that no full tile holds yet.

    It is all that a log must remember to grow: at most 255 hashes a level, and the leaves of the last bundle.
    """

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[list[bytes]] = []
        self._leaves: list[bytes] = []

    @classmethod
    def resume(cls, size: int, levels: list[list[bytes]]) -> "Edge":
        """Return the edge that `full_tiles` gave."""
        edge = cls()
        edge.size, edge._levels = size, levels
        return edge

    def full_tiles(self) -> tuple[int, list[list[bytes]]]:
        """Return the edge up to the last full tile of level 0, without the leaves after it."""
        return self.size - self.size % TILE_WIDTH, [[], *self._levels[1:]]

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        lifted: list[bytes] = []
        for level in self._levels:
            row = level + lifted
            lifted = [root_of(row)] if row else []
        return root_of(lifted)

    def append(self, leaves: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add leaves; return the bundles and tiles that became full, each bundle before the tiles over it."""
        full, at = [], 0
        while at < len(leaves):
            room = TILE_WIDTH - len(self._leaves)
            full += self._fill(leaves[at : at + room])
            at += room
        return full

    def _fill(self, leaves: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add no more leaves than the last bundle has room for."""
        full = []
        self.size += len(leaves)
        self._leaves += leaves
        if len(self._leaves) == TILE_WIDTH:
            full.append((Tile(ENTRIES, self.size // TILE_WIDTH - 1), encode_bundle(self._leaves)))
            self._leaves = []
        return full + self._lift([leaf_hash(leaf) for leaf in leaves])

    def _lift(self, hashes: list[bytes]) -> list[tuple[Tile, bytes]]:
        """Add hashes to level 0, and the root of each tile that becomes full to the level above."""
        full: list[tuple[Tile, bytes]] = []
        for level in count():
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row += hashes
            if len(row) < TILE_WIDTH:
                break
            number = (self.size >> TILE_HEIGHT * (level + 1)) - 1
            full.append((Tile(level, number), b"".join(row)))
            hashes = [root_of(row)]
            self._levels[level] = []
        return full

    def partial(self) -> list[tuple[Tile, bytes]]:
        """Return the partial tiles and bundle that this size needs, the bundle first."""
        number = self.size // TILE_WIDTH
        found = [(Tile(ENTRIES, number, len(self._leaves)), encode_bundle(self._leaves))] if self._leaves else []
        for level, row in enumerate(self._levels):
            number = self.size >> TILE_HEIGHT * (level + 1)
            if row:
                found.append((Tile(level, number, len(row)), b"".join(row)))
        return found
