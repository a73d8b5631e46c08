"""The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashes, roots, proofs and their checks.

A tree of five leaves; a node is named by the range of leaves under it:

    level 3          [0,5)
    level 2      [0,4)   |
    level 1   [0,2) [2,4)|
    level 0    0 1   2 3 4

A proof is a list of ranges whose hashes somebody else can look up: building one means asking for the hashes of
`inclusion_ranges` or `consistency_ranges`, checking one means walking the same ranges with the hashes given.
A subtree is a range that every larger tree holds as it is: `start` is a multiple of the smallest power of two that is
not below `end - start` (draft-ietf-plants-merkle-tree-certs).
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from sealane.model.errors import ProofInvalid

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "MAX_SIZE",
    "Range",
    "consistency_ranges",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "root_of",
    "split",
    "verify_consistency",
    "verify_inclusion",
    "verify_subtree_consistency",
    "verify_subtree_inclusion",
]

HASH_BYTES = 32
MAX_SIZE = (1 << 63) - 1
EMPTY_ROOT = hashlib.sha256().digest()

Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the 32-byte hash of a leaf: SHA-256 of 0x00 and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node: SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring hashes of one level, the last of which may stand for a smaller subtree.

    Pairing from the left and lifting an odd last hash unchanged gives the same tree as RFC 6962's split at the
    largest power of two.
    """
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + odd
    return row[0] if row else EMPTY_ROOT


def split(low: int, high: int) -> int:
    """Return where RFC 6962 parts the leaves `[low, high)`: after the largest power of two below their number."""
    return low + (1 << ((high - low - 1).bit_length() - 1))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove a leaf (PATH, RFC 6962 section 2.1.1), the leaf's sibling first."""
    return _route((index, index + 1), size).ranges()


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that `old` leaves begin the `new` (PROOF, RFC 6962 section 2.1.2)."""
    return _route((0, old), new).ranges()


def verify_inclusion(index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf hash stands at the zero-based index of the tree with this size and root.

    Raises:
        ProofInvalid: naming the hash that is missing and its level, or the two roots that differ.
    """
    verify_subtree_inclusion(index, (0, size), leaf, root, proof)


def verify_subtree_inclusion(index: int, subtree: Range, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf hash stands at the zero-based index, inside the subtree with this root.

    Raises:
        ProofInvalid: naming the hash that is missing and its level, or the two roots that differ.
    """
    start, end = _subtree(subtree)
    if not start <= index < end:
        raise ProofInvalid(f"index {index} is outside the leaves {start} to {end - 1} under the root")
    if len(leaf) != HASH_BYTES:
        raise ProofInvalid(f"the leaf hash has {len(leaf)} bytes, not {HASH_BYTES}")
    at = index - start
    _, computed = _climb(_route((at, at + 1), end - start), leaf, proof)
    _compare(computed, root, subtree)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old` leaves, which may not be empty.

    Raises:
        ProofInvalid: naming the hash that is missing and its level, or the two roots that differ.
    """
    if old == 0:
        raise ProofInvalid("a proof from an empty tree says nothing: every tree extends it")
    verify_subtree_consistency((0, old), new, old_root, new_root, proof)


def verify_subtree_consistency(subtree: Range, size: int, root: bytes, whole: bytes, proof: Sequence[bytes]) -> None:
    """Check that a tree of `size` leaves and root `whole` holds the subtree with this root.

    The empty subtree is part of every tree: its root must be the empty one and its proof has no hashes.

    Raises:
        ProofInvalid: naming the hash that is missing and its level, or the two roots that differ.
    """
    start, end = subtree
    if not 0 <= end <= size <= MAX_SIZE:
        raise ProofInvalid(f"a tree of {size} leaves holds no subtree that ends at {end}")
    if start == end:
        if proof:
            raise ProofInvalid("the proof of an empty subtree has no hashes")
        return _compare(root, EMPTY_ROOT, subtree)
    part, computed = _climb(_route(_subtree(subtree), size), root, proof)
    _compare(part, root, subtree)
    return _compare(computed, whole, (0, size))


class _Step(NamedTuple):
    """One level up: the sibling to hash with, and where it lies."""

    sibling: Range
    is_left: bool
    is_inside: bool
    """The sibling belongs to the subtree too, so it enters both roots."""


class _Route(NamedTuple):
    """The way from a subtree up to the root of a tree."""

    rest: Range | None
    """The right-most part of a subtree that the tree cuts in two; nobody knows its hash but the prover."""
    steps: list[_Step]

    def ranges(self) -> list[Range]:
        """Return the ranges whose hashes make the proof, lowest first."""
        return ([self.rest] if self.rest else []) + [step.sibling for step in self.steps]


def _route(subtree: Range, size: int) -> _Route:
    steps = []
    (low, high), (start, end) = (0, size), subtree
    while (low, high) != (start, end):
        middle = split(low, high)
        if end <= middle:
            steps.append(_Step((middle, high), is_left=False, is_inside=False))
            high = middle
        else:
            steps.append(_Step((low, middle), is_left=True, is_inside=start < middle))
            low = middle
            start = max(start, middle)
    return _Route(rest=None if start == subtree[0] else (low, high), steps=steps[::-1])


def _climb(route: _Route, known: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of subtree and tree as the proof gives them, from the one hash that is known."""
    _check_hashes(route.ranges(), proof)
    hashes = list(proof)
    part = whole = hashes.pop(0) if route.rest else known
    for step, sibling in zip(route.steps, hashes, strict=True):
        whole = node_hash(sibling, whole) if step.is_left else node_hash(whole, sibling)
        if step.is_inside:
            part = node_hash(sibling, part)
    return part, whole


def _subtree(subtree: Range) -> Range:
    start, end = subtree
    if not 0 <= start < end <= MAX_SIZE:
        raise ProofInvalid(f"{start} to {end} is no range of leaves")
    if start % (1 << (end - start - 1).bit_length()):
        raise ProofInvalid(f"leaves {start} to {end - 1} are under no node of their own")
    return subtree


def _check_hashes(ranges: Sequence[Range], proof: Sequence[bytes]) -> None:
    if len(proof) > len(ranges):
        raise ProofInvalid(f"the proof has {len(proof)} hashes, the tree has room for {len(ranges)}")
    if len(proof) < len(ranges):
        low, high = ranges[len(proof)]
        raise ProofInvalid(f"the proof lacks the hash at level {_level(low, high)} of leaves {low} to {high - 1}")
    if any(len(one) != HASH_BYTES for one in proof):
        raise ProofInvalid(f"a hash of the proof does not have {HASH_BYTES} bytes")


def _compare(computed: bytes, given: bytes, leaves: Range) -> None:
    if computed != given:
        low, high = leaves
        raise ProofInvalid(
            f"the root at level {_level(low, high)} of leaves {low} to {high - 1} differs: "
            f"computed {b64encode(computed).decode()}, given {b64encode(given).decode()}"
        )


def _level(low: int, high: int) -> int:
    return max(high - low - 1, 0).bit_length()
