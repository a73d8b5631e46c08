"""The tree against RFC 6962's own recursive definitions."""

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import ProofInvalid
from sealane.supervision.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_of,
    split,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

Hashes = list[bytes]
HASHES = [leaf_hash(str(number).encode()) for number in range(600)]


def tree_hash(hashes: Hashes) -> bytes:
    """MTH of RFC 6962 section 2.1."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(tree_hash(hashes[:k]), tree_hash(hashes[k:]))


def path(index: int, hashes: Hashes) -> Hashes:
    """PATH of RFC 6962 section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(0, len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), tree_hash(hashes[k:])]
    return [*path(index - k, hashes[k:]), tree_hash(hashes[:k])]


def subproof(old: int, hashes: Hashes, *, is_whole: bool = True) -> Hashes:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(hashes):
        return [] if is_whole else [tree_hash(hashes)]
    k = split(0, len(hashes))
    if old <= k:
        return [*subproof(old, hashes[:k], is_whole=is_whole), tree_hash(hashes[k:])]
    return [*subproof(old - k, hashes[k:], is_whole=False), tree_hash(hashes[:k])]


def of_ranges(ranges: list[tuple[int, int]]) -> Hashes:
    return [tree_hash(HASHES[low:high]) for low, high in ranges]


def test_leaves_and_nodes_are_told_apart() -> None:
    assert leaf_hash(b"") == hashlib.sha256(b"\x00").digest()
    assert node_hash(b"a", b"b") == hashlib.sha256(b"\x01ab").digest()
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(st.integers(0, 600))
def test_root_is_that_of_the_standard(size: int) -> None:
    assert root_of(HASHES[:size]) == tree_hash(HASHES[:size])


def test_all_small_proofs_are_those_of_the_standard_and_hold() -> None:
    for size in range(1, 34):
        root = tree_hash(HASHES[:size])
        for index in range(size):
            proof = of_ranges(inclusion_ranges(index, size))
            assert proof == path(index, HASHES[:size])
            verify_inclusion(index, size, HASHES[index], root, proof)
        for old in range(1, size + 1):
            proof = of_ranges(consistency_ranges(old, size))
            assert proof == subproof(old, HASHES[:size])
            verify_consistency(old, size, tree_hash(HASHES[:old]), root, proof)


@given(st.data())
def test_large_proofs_are_those_of_the_standard_and_hold(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    root = tree_hash(HASHES[:size])
    proof = of_ranges(inclusion_ranges(index, size))
    assert proof == path(index, HASHES[:size])
    verify_inclusion(index, size, HASHES[index], root, proof)
    proof = of_ranges(consistency_ranges(index + 1, size))
    assert proof == subproof(index + 1, HASHES[:size])
    verify_consistency(index + 1, size, tree_hash(HASHES[: index + 1]), root, proof)


@given(st.data())
def test_a_proof_holds_for_its_own_place_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    proof = of_ranges(inclusion_ranges(index, size))
    for wrong in (
        (other, size, HASHES[index], tree_hash(HASHES[:size])),
        (index, size, HASHES[other], tree_hash(HASHES[:size])),
        (index, size, HASHES[index], tree_hash(HASHES[: size - 1])),
    ):
        with pytest.raises(ProofInvalid):
            verify_inclusion(*wrong, proof)


@given(st.data())
def test_a_subtree_is_found_in_every_larger_tree(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 64))
    step = 1 << (width - 1).bit_length()
    start = step * data.draw(st.integers(0, 500 // step))
    size = data.draw(st.integers(start + width, 600))
    proof = subtree_proof(start, start + width, 0, size)
    root, whole = tree_hash(HASHES[start : start + width]), tree_hash(HASHES[:size])
    verify_subtree_consistency((start, start + width), size, root, whole, proof)
    index = data.draw(st.integers(start, start + width - 1))
    inclusion = path(index - start, HASHES[start : start + width])
    verify_subtree_inclusion(index, (start, start + width), HASHES[index], root, inclusion)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        with pytest.raises(ProofInvalid):
            verify_subtree_consistency(
                (start, start + width), size, root, whole, [*proof[:at], EMPTY_ROOT, *proof[at + 1 :]]
            )


def subtree_proof(start: int, end: int, low: int, high: int, *, is_whole: bool = True) -> Hashes:
    """The subtree consistency proof of draft-ietf-plants-merkle-tree-certs, as it is defined there."""
    if (start, end) == (low, high):
        return [] if is_whole else [tree_hash(HASHES[low:high])]
    k = split(low, high)
    if end <= k:
        return [*subtree_proof(start, end, low, k, is_whole=is_whole), tree_hash(HASHES[k:high])]
    if start >= k:
        return [*subtree_proof(start, end, k, high, is_whole=is_whole), tree_hash(HASHES[low:k])]
    return [*subtree_proof(k, end, k, high, is_whole=False), tree_hash(HASHES[low:k])]


def test_the_message_names_what_is_missing_and_at_which_level() -> None:
    proof = of_ranges(inclusion_ranges(5, 11))
    root = tree_hash(HASHES[:11])
    with pytest.raises(ProofInvalid, match="lacks the hash at level 2 of leaves 0 to 3"):
        verify_inclusion(5, 11, HASHES[5], root, proof[:2])
    with pytest.raises(ProofInvalid, match="the proof has 5 hashes, the tree has room for 4"):
        verify_inclusion(5, 11, HASHES[5], root, [*proof, root])
    with pytest.raises(ProofInvalid, match="does not have 32 bytes"):
        verify_inclusion(5, 11, HASHES[5], root, [*proof[:3], proof[3][:31]])
    with pytest.raises(ProofInvalid, match="the leaf hash has 31 bytes"):
        verify_inclusion(5, 11, HASHES[5][:31], root, proof)


def test_the_message_names_the_roots_that_differ() -> None:
    proof = of_ranges(inclusion_ranges(5, 11))
    with pytest.raises(ProofInvalid) as refusal:
        verify_inclusion(5, 11, HASHES[5], EMPTY_ROOT, proof)
    computed, given_root = b64encode(tree_hash(HASHES[:11])).decode(), b64encode(EMPTY_ROOT).decode()
    assert refusal.value.detail == (
        f"the root at level 4 of leaves 0 to 10 differs: computed {computed}, given {given_root}"
    )


def test_an_empty_tree_proves_nothing() -> None:
    for size in (0, 1):
        with pytest.raises(ProofInvalid):
            verify_consistency(0, size, EMPTY_ROOT, EMPTY_ROOT, [])


@pytest.mark.parametrize("size", [-1, 0, 1 << 63, 10**40])
def test_absurd_sizes_are_refused_at_once(size: int) -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(0, size, HASHES[0], HASHES[0], [])
    with pytest.raises(ProofInvalid):
        verify_consistency(1, size, HASHES[0], HASHES[1], [])
