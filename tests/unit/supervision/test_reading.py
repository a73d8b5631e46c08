"""Proofs from files alone, for the present size and for older ones."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealane.keys.signing import Signer
from sealane.model.errors import DependencyUnavailable, NotFound, ProofInvalid
from sealane.supervision import Log
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from sealane.supervision.note import NoteKey
from sealane.supervision.reading import PublishedTree, open_published, prove_from_folder, prove_index, verify_published
from sealane.supervision.tiles import Edge
from sealane.supervision.verify import verify_bundle

Publish = Callable[..., tuple[LogFolder, Checkpoint]]
LEAVES = [f"leaf {number}".encode() for number in range(70_000)]
SIZES = (1, 2, 255, 256, 257, 511, 512, 1000)


@pytest.mark.parametrize("size", SIZES)
def test_first_middle_and_last_entry_are_proven(publish: Publish, size: int) -> None:
    folder, checkpoint = publish(LEAVES[:size])
    tree = PublishedTree(folder, size)
    for index in {0, size // 2, size - 1}:
        leaf = tree.leaf(index)
        assert leaf == LEAVES[index]
        verify_inclusion(index, size, leaf_hash(leaf), checkpoint.root, tree.inclusion(index))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> LogFolder:
    folder = LogFolder(tmp_path_factory.mktemp("large"))
    edge = Edge()
    folder.publish(edge.append(LEAVES) + edge.partial(), b"")
    return folder


HASHES = [leaf_hash(leaf) for leaf in LEAVES]


# Partial tiles exist for sizes that had a checkpoint, and wherever a full tile holds their hashes.
@given(st.integers(1, 65_536) | st.just(len(LEAVES)), st.data())
@settings(max_examples=30)
def test_older_sizes_can_be_proven(large: LogFolder, size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, size - 1))
    tree = PublishedTree(large, size)
    root = root_of(HASHES[:size])
    verify_inclusion(index, size, HASHES[index], root, tree.inclusion(index))
    verify_consistency(old, size, root_of(HASHES[:old]), root, tree.consistency(old))


def test_a_missing_or_damaged_tile_is_named(publish: Publish) -> None:
    folder, checkpoint = publish(LEAVES[:600])
    note = folder.checkpoint() or b""
    path = folder.path / "tile/0/001"
    data = path.read_bytes()
    path.write_bytes(data[:77] + bytes([data[77] ^ 1]) + data[78:])
    with pytest.raises(ProofInvalid, match="the root at level 10 of leaves 0 to 599 differs"):
        prove_index(folder, 300, note, checkpoint)
    path.unlink()
    with pytest.raises(ProofInvalid, match="the log has no tile/0/001"):
        prove_index(folder, 300, note, checkpoint)
    (folder.path / "tile/entries/001").write_bytes(b"\x00\x01x")
    with pytest.raises(ProofInvalid, match="no entry 300"):
        prove_index(folder, 300, note, checkpoint)


def test_the_checkpoint_is_opened_with_the_key_of_the_folder(publish: Publish, tmp_path: Path) -> None:
    folder, checkpoint = publish(LEAVES[:5])
    assert open_published(folder) == (folder.checkpoint(), checkpoint)
    folder.publish_key(NoteKey(checkpoint.origin, Signer.generate().public_key))
    with pytest.raises(ProofInvalid):
        open_published(folder)
    with pytest.raises(DependencyUnavailable):
        open_published(LogFolder(tmp_path / "nowhere"))


@pytest.mark.parametrize("size", [0, 1, 300])
def test_published_tiles_make_the_signed_root(publish: Publish, size: int) -> None:
    folder, checkpoint = publish(LEAVES[:size])
    assert verify_published(folder) == checkpoint
    folder.publish_cosigned(folder.checkpoint() or b"")
    if size:
        assert verify_published(folder) == checkpoint


def test_another_root_and_another_past_are_found(publish: Publish, signer: Signer) -> None:
    folder, checkpoint = publish(LEAVES[:300])
    older = Checkpoint(checkpoint.origin, 200, root_of(HASHES[:200]))
    folder.publish_cosigned(sign_checkpoint(older, signer))
    assert verify_published(folder) == checkpoint
    folder.publish_cosigned(sign_checkpoint(Checkpoint(checkpoint.origin, 200, bytes(32)), signer))
    with pytest.raises(ProofInvalid, match="root"):
        verify_published(folder)
    folder.publish_cosigned(sign_checkpoint(Checkpoint(checkpoint.origin, 301, bytes(32)), signer))
    with pytest.raises(ProofInvalid, match="witnesses cosigned 301"):
        verify_published(folder)
    path = folder.path / "tile/0/001.p/44"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    with pytest.raises(ProofInvalid, match="another root"):
        verify_published(folder)


def test_a_data_folder_gives_proofs_beside_the_server(log: Log, append: Callable[..., list[str]], lane: Path) -> None:
    entries = append(log, 3)
    with pytest.raises(DependencyUnavailable, match="no checkpoint covers entry"):
        prove_from_folder(lane, entries[1])
    log.integrate()
    bundle = prove_from_folder(lane, entries[1])
    assert bundle == log.prove(entries[1])
    assert verify_bundle(bundle, log.public_key()).index == 1
    with pytest.raises(NotFound):
        prove_from_folder(lane, "ent_01kan6k3zw8t5q1r9v0m2c4d7e")


def test_a_data_folder_without_a_log_has_no_proofs(log: Log, lane: Path) -> None:
    shutil.rmtree(lane / "log")
    with pytest.raises(DependencyUnavailable, match="no log"):
        prove_from_folder(lane, "ent_01kan6k3zw8t5q1r9v0m2c4d7e")
