"""Proofs built from the published files alone: no lock, no server, any size the log ever published."""

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from sealane.model.errors import DependencyUnavailable, Erased, NotFound, ProofInvalid
from sealane.storage.database import open_readers
from sealane.supervision import store
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.commitment.fields import Material
from sealane.supervision.commitment.opening import encode_opening
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.entry import parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.merkle import (
    Range,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_of,
    split,
    verify_consistency,
    verify_inclusion,
)
from sealane.supervision.proof import Proof, encode_bundle
from sealane.supervision.tiles import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, TileSource, decode_bundle, split_hashes

__all__ = [
    "PublishedTree",
    "material_of",
    "open_from_folder",
    "open_published",
    "prove_from_folder",
    "prove_index",
    "verify_published",
]


_TILES = 64
_NODES = 4096


class PublishedTree:
    """The tree of one size, as the tiles in a folder give it; the tiles and hashes asked for last are kept.

    Proofs of entries side by side share most of both, so that a million of them need little more than their own bytes.
    """

    def __init__(self, folder: TileSource, size: int) -> None:
        self._folder = folder
        self._size = size
        self._hashes = lru_cache(_TILES)(self._read_hashes)
        self._node = lru_cache(_NODES)(self._compute_node)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Return the hashes that prove the entry at this index, its sibling first.

        Raises:
            ProofInvalid: when a tile is missing or damaged.
        """
        return tuple(self._hash(leaves) for leaves in inclusion_ranges(index, self._size))

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """Return the hashes that prove that the tree of size `old`, at least 1, begins this one.

        Raises:
            ProofInvalid: when a tile is missing or damaged.
        """
        return tuple(self._hash(leaves) for leaves in consistency_ranges(old, self._size))

    def root(self) -> bytes:
        """Return the root of the tree.

        Raises:
            ProofInvalid: when a tile is missing or damaged.
        """
        return self._hash((0, self._size)) if self._size else root_of([])

    def leaf(self, index: int) -> bytes:
        """Return the leaf at this index.

        Raises:
            ProofInvalid: when its bundle is missing or damaged.
        """
        number, offset = divmod(index, TILE_WIDTH)
        leaves = list(decode_bundle(self._read(self._tile(ENTRIES, number))))
        if offset >= len(leaves):
            raise ProofInvalid(f"the published bundle has no entry {index}")
        return leaves[offset]

    def _hash(self, leaves: Range) -> bytes:
        """Return the hash of a range that RFC 6962's splits make: a whole subtree, or two ranges side by side."""
        low, high = leaves
        height = (high - low).bit_length() - 1
        if high - low == 1 << height:
            return self._node(height, low >> height)
        middle = split(low, high)
        return node_hash(self._hash((low, middle)), self._hash((middle, high)))

    def _compute_node(self, height: int, number: int) -> bytes:
        level, within = divmod(height, TILE_HEIGHT)
        tile, start = divmod(number << within, TILE_WIDTH)
        return root_of(self._hashes(self._tile(level, tile))[start : start + (1 << within)])

    def _read_hashes(self, tile: Tile) -> list[bytes]:
        return split_hashes(self._read(tile))

    def _tile(self, level: int, number: int) -> Tile:
        width = (self._size >> TILE_HEIGHT * max(level, 0)) - number * TILE_WIDTH
        return Tile(level, number, min(width, TILE_WIDTH))

    def _read(self, tile: Tile) -> bytes:
        try:
            return self._folder.tile(tile)
        except NotFound as error:
            raise ProofInvalid(error.detail) from error


def open_published(folder: LogFolder) -> tuple[bytes, Checkpoint]:
    """Return the published checkpoint, as signed note and opened with the key in the folder.

    Raises:
        DependencyUnavailable: when there is no log in the folder yet.
        ProofInvalid: when the checkpoint is not signed by the key.
        InvalidInput: when the key file holds no key line.
    """
    key, note = folder.key(), folder.checkpoint()
    if key is None or note is None:
        raise DependencyUnavailable(
            f"there is no log in {folder.path}", remedy="Name the data folder of a server that was started once."
        )
    return note, open_checkpoint(note, key)


def verify_published(folder: LogFolder) -> Checkpoint:
    """Check that the published tiles make the signed root and extend what witnesses cosigned; return the checkpoint.

    Raises:
        DependencyUnavailable: when there is no log in the folder yet.
        ProofInvalid: when a file is missing, damaged or altered, or the tree is another one than was cosigned.
    """
    cosigned = folder.cosigned()
    _, checkpoint = open_published(folder)
    tree = PublishedTree(folder, checkpoint.size)
    if tree.root() != checkpoint.root:
        raise ProofInvalid("the published tiles make another root than the signed checkpoint has")
    key = folder.key()
    if key is not None and cosigned is not None:
        older = open_checkpoint(cosigned, key)
        if older.size > checkpoint.size:
            raise ProofInvalid(f"the tree has {checkpoint.size} entries, witnesses cosigned {older.size}")
        hashes = tree.consistency(older.size) if 0 < older.size < checkpoint.size else ()
        verify_consistency(older.size, checkpoint.size, older.root, checkpoint.root, hashes)
    return checkpoint


def prove_index(folder: LogFolder, index: int, note: bytes, checkpoint: Checkpoint) -> bytes:
    """Return the bundle of the entry at this index, checked against the checkpoint before it is handed out.

    Raises:
        ProofInvalid: when a published file is missing or damaged.
    """
    tree = PublishedTree(folder, checkpoint.size)
    leaf, hashes = tree.leaf(index), tree.inclusion(index)
    verify_inclusion(index, checkpoint.size, leaf_hash(leaf), checkpoint.root, hashes)
    return encode_bundle(leaf, Proof(index, hashes, note))


def prove_from_folder(data_dir: Path, entry_id: str) -> bytes:
    """Return the bundle of an entry from a data folder, also while a server works on it.

    Raises:
        NotFound: when there is no such entry.
        DependencyUnavailable: when there is no log, or no checkpoint covers the entry yet.
        Misconfigured: when the database is not one of this release.
        ProofInvalid: when a published file is missing or damaged.
    """
    folder = LogFolder(data_dir / "log")
    head = open_published(folder)
    with closing(open_readers(data_dir)) as readers, readers.borrow() as connection:
        index = store.index_of(connection, entry_id)
    return _prove(folder, head, index)


def open_from_folder(data_dir: Path, safe: Safe, entry_id: str, field: str, content: bytes | None) -> bytes:
    """Return the document that opens one field of an entry, from a data folder, also while a server works on it.

    Raises:
        NotFound: when there is no such entry, or it has no such field.
        Erased: when nobody can open it any more.
        InvalidInput: when the field is the content and none is given.
        DependencyUnavailable: when there is no log, or no checkpoint covers the entry yet.
        Misconfigured: when the database is not one of this release.
        ProofInvalid: when another content is given, or a published file is missing or damaged.
    """
    folder = LogFolder(data_dir / "log")
    head = open_published(folder)
    with closing(open_readers(data_dir)) as readers, readers.borrow() as connection:
        index = store.index_of(connection, entry_id)
        opened = material_of(connection, safe, entry_id).open(field, content)
    return encode_opening(opened, _prove(folder, head, index))


def material_of(connection: sqlite3.Connection, safe: Safe, entry_id: str) -> Material:
    """Return what opens the fields of an entry.

    Raises:
        NotFound: when there is no such entry.
        Erased: when nobody can open it any more.
    """
    leaf, salt = store.leaf_of(connection, entry_id)
    sealed = store.opening_of(connection, entry_id, parse_entry(leaf).order_id)
    if sealed is not None:
        return safe.open(entry_id, sealed)
    if salt is not None:
        return Material(salt, b"", {})
    raise Erased(f"what opens entry {entry_id} was erased")


def _prove(folder: LogFolder, head: tuple[bytes, Checkpoint], index: int) -> bytes:
    """Return the bundle of an entry under the newest cosigned checkpoint, where that one covers it."""
    note, checkpoint = head
    key, cosigned = folder.key(), folder.cosigned()
    if key is not None and cosigned is not None:
        witnessed = open_checkpoint(cosigned, key)
        if index < witnessed.size:
            return prove_index(folder, index, cosigned, witnessed)
    if index >= checkpoint.size:
        raise DependencyUnavailable(
            f"no checkpoint covers entry {index} yet", remedy="Start the server once; it publishes within a second."
        )
    return prove_index(folder, index, note, checkpoint)
