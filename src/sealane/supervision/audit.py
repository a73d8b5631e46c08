"""Compare everything a log published with itself, with its signed checkpoint, and with the database.

The tree is grown once more from its leaves, and each tile and bundle on the way is compared with the published one. So
whatever was changed, cut, added or lost is found, and the first place that differs is named: file, level and entry.
"""

from collections.abc import Callable, Iterator
from itertools import islice, zip_longest

from sealane.model.errors import NotFound, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint
from sealane.supervision.merkle import leaf_hash
from sealane.supervision.tiles import (
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Edge,
    Tile,
    TileSource,
    decode_bundle,
    encode_bundle,
    split_hashes,
)

__all__ = ["audit"]


def audit(
    source: TileSource,
    checkpoint: Checkpoint,
    stored: Iterator[tuple[int, bytes]] | None = None,
    *,
    edge: Edge | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Edge:
    """Check a log up to a checkpoint whose signature was checked; return the edge from which it grows on.

    `stored` gives index and leaf of each entry in the database, from 0 on; without it the leaves are the published
    ones. `edge`, of full tiles that were checked before, spares their entries. `tell` hears how far it is.

    Raises:
        ProofInvalid: naming the first file, level and entry that differ.
    """
    edge = edge or Edge()
    while edge.size < checkpoint.size:
        bundle = Tile(ENTRIES, edge.size // TILE_WIDTH, min(TILE_WIDTH, checkpoint.size - edge.size))
        leaves = _published(source, bundle) if stored is None else _stored(stored, bundle)
        for tile, data in edge.append(leaves):
            _compare(source, tile, data)
        if tell is not None:
            tell(edge.size, checkpoint.size)
    for tile, data in edge.partial():
        _compare(source, tile, data)
    if edge.root() != checkpoint.root:
        raise ProofInvalid(f"the signed checkpoint has another root than the tree of its {checkpoint.size} entries")
    return edge


def _stored(stored: Iterator[tuple[int, bytes]], bundle: Tile) -> list[bytes]:
    leaves = []
    for expected, (index, leaf) in enumerate(islice(stored, bundle.width), bundle.first_index):
        if index != expected:
            raise ProofInvalid(f"the database has no entry {expected}, the checkpoint covers it")
        leaves.append(leaf)
    if len(leaves) < bundle.width:
        raise ProofInvalid(f"the database ends before entry {bundle.first_index + len(leaves)}")
    return leaves


def _published(source: TileSource, bundle: Tile) -> list[bytes]:
    found = _read(source, bundle)
    leaves = _whole_entries(found)
    if len(leaves) != bundle.width or encode_bundle(leaves) != found:
        # Where the lengths are damaged, the hashes tell which entry was the first.
        hashes = split_hashes(_read(source, Tile(0, bundle.number, bundle.width)))
        at = _first_difference([leaf_hash(leaf) for leaf in leaves], hashes)
        raise ProofInvalid(f"{bundle.path} differs from its hashes at entry {bundle.first_index + at}")
    return leaves


def _compare(source: TileSource, tile: Tile, computed: bytes) -> None:
    found = _read(source, tile)
    if found == computed:
        return
    if tile.level == ENTRIES:
        at = _first_difference(_whole_entries(computed), _whole_entries(found))
        raise ProofInvalid(f"{tile.path} differs from the database at entry {tile.first_index + at}")
    at = _first_difference(split_hashes(computed), split_hashes(found))
    level = tile.level * TILE_HEIGHT
    index = tile.first_index + (at << level)
    raise ProofInvalid(f"{tile.path} differs at hash {at}, level {level} of the tree: first entry under it {index}")


def _read(source: TileSource, tile: Tile) -> bytes:
    try:
        return source.tile(tile)
    except NotFound as error:
        raise ProofInvalid(f"{tile.path} is missing") from error


def _whole_entries(bundle: bytes) -> list[bytes]:
    """Return the entries up to the one in which a damaged bundle ends."""
    leaves = []
    try:
        for leaf in decode_bundle(bundle):
            leaves.append(leaf)  # noqa: PERF402  # what was read before the damage must be kept
    except ProofInvalid:
        pass
    return leaves


def _first_difference(left: list[bytes], right: list[bytes]) -> int:
    """Return the first place where they differ; where none does, the damage lies behind them all."""
    return next((at for at, (one, other) in enumerate(zip_longest(left, right)) if one != other), len(left))
