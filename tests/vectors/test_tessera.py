"""A whole log written by another program (transparency-dev/tessera), and the layouts that C2SP tlog-tiles gives."""

import json
from pathlib import Path

import pytest

from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.merkle import leaf_hash, verify_consistency, verify_inclusion
from sealane.supervision.note import parse_vkey
from sealane.supervision.reading import PublishedTree
from sealane.supervision.tiles import Edge, Tile, parse_path

KEY = parse_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
SIZES = range(16)


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> LogFolder:
    return LogFolder(shared_data / "vectors" / "tessera-testlog" / "testdata" / "log")


@pytest.fixture(scope="module")
def checkpoints(folder: LogFolder) -> list[Checkpoint]:
    return [open_checkpoint((folder.path / f"checkpoint.{size}").read_bytes(), KEY) for size in SIZES]


def test_every_checkpoint_opens(folder: LogFolder, checkpoints: list[Checkpoint]) -> None:
    assert [checkpoint.size for checkpoint in checkpoints] == list(SIZES)
    assert open_checkpoint(folder.checkpoint() or b"", KEY) == checkpoints[-1]


def test_every_tile_and_bundle_fits_its_checkpoint(folder: LogFolder, checkpoints: list[Checkpoint]) -> None:
    for checkpoint in checkpoints:
        assert audit(folder, checkpoint).size == checkpoint.size


def test_every_entry_can_be_proven_at_every_size(folder: LogFolder, checkpoints: list[Checkpoint]) -> None:
    for checkpoint in checkpoints:
        tree = PublishedTree(folder, checkpoint.size)
        for index in range(checkpoint.size):
            leaf = leaf_hash(tree.leaf(index))
            verify_inclusion(index, checkpoint.size, leaf, checkpoint.root, tree.inclusion(index))


def test_every_growth_can_be_proven(folder: LogFolder, checkpoints: list[Checkpoint]) -> None:
    for new in checkpoints[1:]:
        tree = PublishedTree(folder, new.size)
        for old in checkpoints[1 : new.size + 1]:
            verify_consistency(old.size, new.size, old.root, new.root, tree.consistency(old.size))


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> dict[str, list[dict[str, int]]]:
    text = (shared_data / "vectors" / "c2sp" / "spec-examples.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_paths_are_those_of_the_specification(examples: dict[str, list[dict[str, int]]]) -> None:
    for example in examples["tile_paths"]:
        tile = Tile(example["level"], example["n"], example.get("width", 256))
        assert tile.path == str(example["path"])
        assert parse_path(tile.path) == tile


def test_layouts_are_those_of_the_specification(examples: dict[str, list[dict[str, int]]]) -> None:
    for example in examples["tree_layouts"]:
        edge = Edge()
        tiles = [tile for tile, _ in edge.append([b""] * example["size"])]
        partial = {tile.level: tile.width for tile, _ in edge.partial()}
        for name, number in example.items():
            if name.endswith("_full"):
                assert sum(tile.level == int(name[5]) for tile in tiles) == number
            elif name.endswith("_partial"):
                assert partial[int(name[5])] == number
