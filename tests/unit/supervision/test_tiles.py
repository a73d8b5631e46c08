"""Paths, bundles, and a tree that grows in tiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import NotFound, ProofInvalid
from sealane.supervision.merkle import leaf_hash, root_of
from sealane.supervision.tiles import ENTRIES, Edge, Tile, decode_bundle, encode_bundle, parse_path, split_hashes

LEAVES = [f"leaf {number}".encode() for number in range(1500)]


@given(st.integers(-1, 63), st.integers(0, 1 << 55), st.integers(1, 256))
def test_every_path_names_its_tile(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999, 1), "tile/0/999.p/1"),
        (Tile(1, 1000), "tile/1/x001/000"),
        (Tile(63, 1234067, 255), "tile/63/x001/x234/067.p/255"),
        (Tile(ENTRIES, 42, 7), "tile/entries/042.p/7"),
    ],
)
def test_paths_look_like_this(tile: Tile, path: str) -> None:
    assert tile.path == path


@pytest.mark.parametrize(
    "path",
    [
        "", "checkpoint", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/000",
        "tile/0/x01/000", "tile/0/001/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/07", "tile/0/000.p/",
        "tile/0/000.p/999", "tile/entries/000/", "/tile/0/000", "tile/0/000\n", "tile/0/../../log.vkey",
        f"tile/0/{'x001/' * 3000}001", "tile/0/000.tmp", "tile/0/000.p/8.tmp", "tile/0/\u0660\u0660\u0660",
    ],
)  # fmt: skip
def test_other_paths_name_nothing(path: str) -> None:
    with pytest.raises(NotFound):
        parse_path(path)


@given(st.text(max_size=40))
def test_a_path_is_parsed_only_if_it_prints_back(path: str) -> None:
    try:
        tile = parse_path(f"tile/{path}")
    except NotFound:
        return
    assert tile.path == f"tile/{path}"


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_bundles_give_their_leaves_back(leaves: list[bytes]) -> None:
    assert list(decode_bundle(encode_bundle(leaves))) == leaves


def test_a_bundle_looks_like_this() -> None:
    assert encode_bundle([b"one", b"two"]) == bytes.fromhex("00036f6e65 000374776f")


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=9), st.data())
def test_a_cut_bundle_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    bundle = encode_bundle(leaves)
    whole = {len(encode_bundle(leaves[:count])) for count in range(len(leaves))}
    cut = data.draw(st.integers(1, len(bundle) - 1).filter(lambda length: length not in whole))
    with pytest.raises(ProofInvalid):
        list(decode_bundle(bundle[:cut]))


@given(st.lists(st.integers(0, 400), max_size=6).filter(lambda steps: sum(steps) <= len(LEAVES)))
def test_growing_in_any_steps_gives_the_same_tree(steps: list[int]) -> None:
    edge, files = Edge(), dict[Tile, bytes]()
    for step in steps:
        files.update(edge.append(LEAVES[edge.size : edge.size + step]))
    size = sum(steps)
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
    assert edge.size == size
    assert edge.root() == root_of(hashes)
    files.update(edge.partial())
    for number in range(0, size, 256):
        tile = Tile(0, number // 256, min(256, size - number))
        assert split_hashes(files.pop(tile)) == hashes[number : number + 256]
        assert files.pop(Tile(ENTRIES, tile.number, tile.width)) == encode_bundle(
            LEAVES[number : min(number + 256, size)]
        )
    if size >= 256:
        roots = [root_of(hashes[start : start + 256]) for start in range(0, size - 255, 256)]
        assert split_hashes(files.pop(Tile(1, 0, len(roots)))) == roots
    assert not files


def test_a_full_tile_of_level_1_is_lifted() -> None:
    edge = Edge()
    full = dict(edge.append([b""] * 65_536))
    assert Tile(1, 0) in full
    assert [tile for tile, _ in edge.partial()] == [Tile(2, 0, 1)]
    assert edge.root() == root_of([leaf_hash(b"")] * 65_536)
    assert Tile(1, 1).first_index == 65_536
    assert Tile(ENTRIES, 3).first_index == 768
