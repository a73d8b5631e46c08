"""What a monitor keeps."""

from pathlib import Path

import pytest

from sealane.model.errors import InvalidInput
from sealane.supervision.monitor.view import View
from sealane.supervision.tiles import Edge


@pytest.mark.parametrize("size", [0, 3, 256, 700, 70_000])
def test_the_edge_grows_on_where_its_full_tiles_end(tmp_path: Path, size: int) -> None:
    leaves = [f"{number}".encode() for number in range(size + 300)]
    edge = Edge()
    edge.append(leaves[:size])
    View(tmp_path).keep(b"note", edge)
    seen = View(tmp_path).seen()
    assert seen is not None
    assert (seen.note, seen.edge.size) == (b"note", size - size % 256)
    seen.edge.append(leaves[seen.edge.size :])
    edge.append(leaves[size:])
    assert seen.edge.root() == edge.root()


def test_nothing_was_seen_at_first_and_a_damaged_view_is_refused(tmp_path: Path) -> None:
    assert View(tmp_path).seen() is None
    View(tmp_path).keep(b"note", Edge())
    (tmp_path / "edge.json").write_text('{"size": 1}')
    with pytest.raises(InvalidInput, match="does not hold the view"):
        View(tmp_path).seen()


def test_evidence_is_a_pair(tmp_path: Path) -> None:
    view = View(tmp_path)
    view.keep(b"before", Edge())
    folder = view.keep_evidence(b"refused", 7)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "7-before.note": b"before",
        "7-refused.note": b"refused",
    }
