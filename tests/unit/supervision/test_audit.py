"""The audit finds every change and names the first place."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.note import NoteKey, parse_vkey
from sealane.supervision.tiles import ENTRIES, Tile, encode_bundle, parse_path

Publish = Callable[..., tuple[LogFolder, Checkpoint]]
LEAVES = [f"leaf {number}".encode() * (number % 4) for number in range(600)]
FLIPS = 5_000


def check(folder: LogFolder, key_line: str) -> None:
    audit(folder, open_checkpoint(folder.checkpoint() or b"", parse_vkey(key_line)))


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_an_untouched_log_passes_with_and_without_the_database(publish: Publish, size: int) -> None:
    folder, checkpoint = publish(LEAVES[:size])
    assert audit(folder, checkpoint).root() == checkpoint.root
    edge = audit(folder, checkpoint, iter(enumerate(LEAVES[:size])))
    assert (edge.size, edge.root()) == (size, checkpoint.root)


class Copy:
    """The published files in memory: a flip there costs no write, so that very many can be tried."""

    def __init__(self, folder: LogFolder) -> None:
        paths = [path for path in folder.path.rglob("*") if path.is_file() and path.name != "log.vkey"]
        self.files = {str(path.relative_to(folder.path)): path.read_bytes() for path in sorted(paths)}

    def tile(self, tile: Tile) -> bytes:
        return self.files[tile.path]

    def check(self, key: NoteKey, **changed: bytes) -> None:
        whole = self.files
        self.files = {**whole, **changed}
        try:
            audit(self, open_checkpoint(self.files["checkpoint"], key))
        finally:
            self.files = whole


@pytest.mark.parametrize("flips", [FLIPS, pytest.param(100_000, marks=pytest.mark.soak)])
def test_every_flipped_byte_is_found_and_the_first_bad_entry_named(publish: Publish, flips: int) -> None:
    folder, _ = publish(LEAVES[:300])
    copy, key = Copy(folder), parse_vkey(str(folder.key()))
    names = list(copy.files)
    chance = random.Random(20261122)
    for _ in range(flips):
        name = chance.choice(names)
        data = copy.files[name]
        at, flip = chance.randrange(len(data)), chance.randrange(1, 256)
        changed = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
        with pytest.raises(ProofInvalid) as refusal:
            copy.check(key, **{name: changed})
        if name != "checkpoint":
            assert first_bad(refusal.value.detail) == place(parse_path(name), at), (name, at, refusal.value.detail)
    copy.check(key)


@pytest.mark.parametrize("more", [b"\0", b"\0\5ab", b"\xff\xff"])
def test_bytes_after_the_last_entry_and_a_wrong_last_length_are_found(publish: Publish, more: bytes) -> None:
    folder, checkpoint = publish(LEAVES[:300])
    copy, name = Copy(folder), "tile/entries/001.p/44"
    whole = copy.files[name]
    copy.files[name] = whole + more
    with pytest.raises(ProofInvalid, match="entry 300"):
        audit(copy, checkpoint)
    at = len(whole) - len(LEAVES[299]) - 1
    copy.files[name] = whole[:at] + bytes([whole[at] ^ 8]) + whole[at + 1 :]
    with pytest.raises(ProofInvalid, match="entry 299"):
        audit(copy, checkpoint)


def first_bad(detail: str) -> int:
    return int(re.findall(r"entry(?: under it)? (\d+)", detail)[-1])


def place(tile: Tile, at: int) -> int:
    """Return the first entry that a byte of a tile or bundle stands for."""
    if tile.level != ENTRIES:
        return tile.first_index + (at // 32 << 8 * tile.level)
    within = 0
    leaves = LEAVES[tile.first_index : tile.first_index + tile.width]
    while len(encode_bundle(leaves[: within + 1])) <= at:
        within += 1
    return tile.first_index + within


def test_a_flip_in_the_key_is_found(publish: Publish) -> None:
    folder, _ = publish(LEAVES[:5])
    line = str(folder.key())
    for at in range(len(line)):
        changed = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1 :]
        with pytest.raises((InvalidInput, ProofInvalid)):
            check(folder, changed)


def edit(stored: list[tuple[int, bytes]]) -> None:
    stored[77] = (77, b"edited")


def drop(stored: list[tuple[int, bytes]]) -> None:
    del stored[77]


def swap(stored: list[tuple[int, bytes]]) -> None:
    stored[77], stored[78] = (77, stored[78][1]), (78, stored[77][1])


def cut(stored: list[tuple[int, bytes]]) -> None:
    del stored[77:]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (edit, "tile/entries/000 differs from the database at entry 77"),
        (drop, "the database has no entry 77, the checkpoint covers it"),
        (swap, "tile/entries/000 differs from the database at entry 77"),
        (cut, "the database ends before entry 77"),
    ],
)
def test_a_changed_database_is_found(publish: Publish, change: Callable[..., None], sentence: str) -> None:
    folder, checkpoint = publish(LEAVES)
    stored = list(enumerate(LEAVES))
    change(stored)
    with pytest.raises(ProofInvalid, match=sentence):
        audit(folder, checkpoint, iter(stored))


def test_an_added_entry_is_found(publish: Publish) -> None:
    folder, checkpoint = publish(LEAVES)
    path = folder.path / "tile/entries/002.p/88"
    path.write_bytes(path.read_bytes() + b"\x00\x04more")
    with pytest.raises(ProofInvalid, match=r"002\.p/88 differs from its hashes at entry 600"):
        audit(folder, checkpoint)


@pytest.mark.parametrize("name", ["tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/88"])
def test_a_lost_file_is_named(publish: Publish, name: str) -> None:
    folder, checkpoint = publish(LEAVES)
    Path(folder.path, name).unlink()
    with pytest.raises(ProofInvalid, match=f"{name} is missing"):
        audit(folder, checkpoint)


def test_a_fork_that_is_whole_in_itself_does_not_fit_the_signed_root(publish: Publish) -> None:
    _, signed = publish(LEAVES, "signed")
    fork, _ = publish([*LEAVES[:599], b"forked"], "fork")
    with pytest.raises(ProofInvalid, match="the signed checkpoint has another root than the tree of its 600 entries"):
        audit(fork, signed)
