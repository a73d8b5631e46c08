"""The monitor: growth passes, everything else is named, and what convicts the log is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.errors import NotFound, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.monitor.view import View
from sealane.supervision.monitor.watching import Monitor
from sealane.supervision.note import COSIGNING, NoteKey
from sealane.supervision.tiles import Tile

Publish = Callable[..., tuple[LogFolder, Checkpoint]]
ORIGIN = "sealane.local/test"
LEAVES = [f"leaf {number}".encode() for number in range(1200)]
OTHER = [b"another" if number == 5 else leaf for number, leaf in enumerate(LEAVES)]


@pytest.fixture
def look(tmp_path: Path, signer: Signer) -> Callable[[LogFolder], Checkpoint]:
    def look(folder: LogFolder) -> Checkpoint:
        key = NoteKey(ORIGIN, signer.public_key)
        return Monitor(folder, View(tmp_path / "view"), key, clock=system_clock).look()

    return look


Look = Callable[[LogFolder], Checkpoint]


def test_growth_passes_at_every_step(publish: Publish, look: Look, tmp_path: Path) -> None:
    for size in (0, 1, 5, 255, 256, 256, 700, 1200):
        folder, checkpoint = publish(LEAVES[:size], f"at{size}")
        assert look(folder) == checkpoint
    assert not (tmp_path / "view" / "evidence").exists()


@pytest.mark.parametrize(
    ("leaves", "size", "told"),
    [
        (LEAVES, 500, "rollback"),
        (OTHER, 700, "two different trees of 700"),
        (OTHER, 900, "does not begin with the 700"),
    ],
)
def test_a_log_that_did_not_only_grow_is_convicted(
    publish: Publish, look: Look, tmp_path: Path, leaves: list[bytes], size: int, told: str
) -> None:
    good, _ = publish(LEAVES[:700], "good")
    look(good)
    bad, _ = publish(leaves[:size], "bad")
    with pytest.raises(ProofInvalid, match=told):
        look(bad)
    kept = sorted(path.read_bytes() for path in (tmp_path / "view" / "evidence").iterdir())
    assert kept == sorted([good.checkpoint() or b"", bad.checkpoint() or b""])
    assert look(good).size == 700, "the view is what it was"


@pytest.mark.parametrize(
    ("tile", "at", "index"),
    [(Tile(-1, 3, 132), 2, 768), (Tile(0, 3, 132), 32 * 7, 775), (Tile(1, 0, 3), 32 * 2, 512)],
)
def test_a_damaged_file_is_named_with_its_first_entry(
    publish: Publish, look: Look, tile: Tile, at: int, index: int
) -> None:
    look(publish(LEAVES[:300], "before")[0])
    folder, _ = publish(LEAVES[:900], "after")
    path = folder.path / tile.path
    data = path.read_bytes()
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    with pytest.raises(ProofInvalid, match=rf"entry under it {index};"):
        look(folder)
    path.write_bytes(data)
    assert look(folder).size == 900


def test_another_key_and_no_log_are_told(publish: Publish, tmp_path: Path, look: Look) -> None:
    folder, _ = publish(LEAVES[:3])
    stranger = NoteKey(ORIGIN, Signer.generate().public_key)
    with pytest.raises(ProofInvalid, match="not signed by the key"):
        Monitor(folder, View(tmp_path / "v"), stranger, clock=system_clock).look()
    with pytest.raises(NotFound):
        look(LogFolder(tmp_path / "empty"))


def test_missing_witnesses_are_told(publish: Publish, tmp_path: Path, signer: Signer) -> None:
    folder, _ = publish(LEAVES[:3])
    witness = NoteKey("w.example", Signer.generate().public_key, COSIGNING)
    key = NoteKey(ORIGIN, signer.public_key)
    monitor = Monitor(folder, View(tmp_path / "v"), key, clock=system_clock, witnesses=([witness], 1))
    with pytest.raises(ProofInvalid, match="1 of 1 witnesses must have cosigned"):
        monitor.look()
