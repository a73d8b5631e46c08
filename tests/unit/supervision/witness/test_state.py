"""What a witness keeps: its key for good, each head durably, nothing half written."""

from pathlib import Path

import pytest

from sealane.model.errors import Misconfigured
from sealane.supervision.witness.state import WitnessFolder


def test_name_and_key_are_made_once_and_kept(tmp_path: Path) -> None:
    name, signer = WitnessFolder(tmp_path / "w").identity("w.example")
    again = WitnessFolder(tmp_path / "w").identity(None)
    assert (again[0], again[1].public_key) == (name, signer.public_key)
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o077 == 0


def test_another_or_no_name_is_refused(tmp_path: Path) -> None:
    for name in (None, "", "two words", "a+b"):
        with pytest.raises(Misconfigured, match="needs a name"):
            WitnessFolder(tmp_path / "w").identity(name)
    WitnessFolder(tmp_path / "w").identity("w.example")
    with pytest.raises(Misconfigured, match=r"is called w[.]example"):
        WitnessFolder(tmp_path / "w").identity("v.example")


def test_a_damaged_key_or_head_stops_the_witness(tmp_path: Path) -> None:
    folder = WitnessFolder(tmp_path / "w")
    folder.identity("w.example")
    (tmp_path / "w" / "witness.key").write_text("PRIVATE+KEY+w.example+00000000+AA==\n")
    with pytest.raises(Misconfigured, match="does not hold"):
        folder.identity(None)
    folder.keep_head("origin", b"not a checkpoint")
    with pytest.raises(Misconfigured, match="is damaged"):
        folder.head("origin")


def test_origins_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = WitnessFolder(tmp_path / "w")
    folder.keep_head("../../etc/passwd", b"text")
    assert [path.parent.name for path in tmp_path.rglob("*.note")] == ["heads"]
    assert folder.head("unseen") is None
