"""The published files: whole or not at all, and readable beside the writer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotFound, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.note import NoteKey
from sealane.supervision.tiles import ENTRIES, Edge, Tile, encode_bundle

Publish = Callable[..., tuple[LogFolder, Checkpoint]]
LEAVES = [f"leaf {number}".encode() for number in range(300)]


def names(folder: LogFolder) -> set[str]:
    return {str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file()}


def test_a_log_of_300_entries_has_these_files(publish: Publish) -> None:
    folder, _ = publish(LEAVES)
    assert names(folder) == {
        "log.vkey",
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    }


def test_before_the_first_start_there_is_nothing(tmp_path: Path) -> None:
    folder = LogFolder(tmp_path / "log")
    assert (folder.key(), folder.checkpoint()) == (None, None)
    for path in ("checkpoint", "tile/0/000", "tile/0/000.p/3", "log.vkey", "../lock"):
        with pytest.raises(NotFound):
            folder.public(path)


def test_what_is_served_is_what_was_written(publish: Publish) -> None:
    folder, _ = publish(LEAVES)
    for name in names(folder) - {"log.vkey"}:
        assert folder.public(name) == (folder.path / name).read_bytes()


def test_partial_tiles_go_when_the_full_one_is_there_and_can_still_be_read(publish: Publish) -> None:
    folder, _ = publish(LEAVES[:200])
    before = {Tile(level, 0, 200): folder.tile(Tile(level, 0, 200)) for level in (0, ENTRIES)}
    publish(LEAVES)
    assert not any("000.p/200" in name for name in names(folder))
    for tile, data in before.items():
        assert folder.tile(tile) == data
    with pytest.raises(NotFound):
        folder.tile(Tile(0, 1, 45))


def test_a_tile_of_the_wrong_length_is_damaged(publish: Publish) -> None:
    folder, _ = publish(LEAVES)
    path = folder.path / "tile/0/000"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ProofInvalid, match="tile/0/000 has 8191 bytes, not 8192"):
        folder.tile(Tile(0, 0))


def test_the_key_reads_back(tmp_path: Path, signer: Signer) -> None:
    folder = LogFolder(tmp_path / "deep" / "log")
    key = NoteKey("sealane.local/test", signer.public_key)
    folder.publish_key(key)
    assert folder.key() == key
    (folder.path / "log.vkey").write_bytes(b"\xff\n")
    with pytest.raises(InvalidInput):
        folder.key()


def test_a_folder_that_cannot_be_written_keeps_its_checkpoint(publish: Publish) -> None:
    folder, _ = publish(LEAVES[:3])
    before = folder.checkpoint()
    edge = Edge()
    edge.append(LEAVES[:4])
    # A folder where a file should be written fails like a full or broken disk does.
    (folder.path / "tile/0/000.p/4").mkdir()
    with pytest.raises(DependencyUnavailable, match="cannot be written"):
        folder.publish(edge.partial(), b"new checkpoint")
    assert folder.checkpoint() == before
    with pytest.raises(DependencyUnavailable, match=r"tile/0/000\.p/4 cannot be read"):
        folder.tile(Tile(0, 0, 4))


def test_a_file_left_by_a_crash_is_written_over(publish: Publish) -> None:
    folder, _ = publish(LEAVES[:3])
    (folder.path / "tile/entries/000.p/4.tmp").write_bytes(b"half")
    publish(LEAVES[:4])
    assert folder.tile(Tile(ENTRIES, 0, 4)) == encode_bundle(LEAVES[:4])
    assert not any(name.endswith(".tmp") for name in names(folder))
