"""The safe: what opens an entry opens for that entry and that ring only."""

from pathlib import Path

import pytest

from sealane.keys.ring import KeyRing
from sealane.model.errors import EnvelopeInvalid
from sealane.supervision.commitment.fields import commit
from sealane.supervision.commitment.safe import Safe

MATERIAL = commit(b"content", {"outcome": b"approve"}).material


def test_it_opens_for_its_entry_also_after_a_rotation(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path, root_key=None)
    later = Safe(ring)
    sealed = later.seal("ent_1", MATERIAL)
    ring.rotate("log")
    assert later.open("ent_1", sealed) == MATERIAL
    assert later.seal("ent_1", MATERIAL)[:2] == b"\0\2"
    assert b"approve" not in sealed


def test_it_opens_for_no_other_entry_or_ring(tmp_path: Path) -> None:
    sealed = Safe(KeyRing.open(tmp_path / "a", root_key=None)).seal("ent_1", MATERIAL)
    with pytest.raises(EnvelopeInvalid):
        Safe(KeyRing.open(tmp_path / "a", root_key=None)).open("ent_2", sealed)
    with pytest.raises(EnvelopeInvalid):
        Safe(KeyRing.open(tmp_path / "b", root_key=None)).open("ent_1", sealed)
    for damaged in (b"", sealed[:-1], b"\0\7" + sealed[2:]):
        with pytest.raises(EnvelopeInvalid):
            Safe(KeyRing.open(tmp_path / "a", root_key=None)).open("ent_1", damaged)
