"""A log that grows as told, and its forks, with no folder and no database; and witnesses in processes of their own."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from running import SEALANE
from sealane.keys.signing import Signer
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.merkle import consistency_ranges, leaf_hash, root_of
from sealane.supervision.note import NoteKey
from sealane.supervision.witness.request import AddCheckpoint

__all__ = ["ORIGIN", "GrowingLog", "WitnessProcess", "start_witness"]

ORIGIN = "sealane.local/test"


class GrowingLog:
    """Signed checkpoints and proofs of a list of leaves; `mark` makes a fork of it."""

    def __init__(self, signer: Signer, mark: str = "") -> None:
        self.signer = signer
        self.key = NoteKey(ORIGIN, signer.public_key)
        self.hashes = [leaf_hash(f"{number}{mark if number >= 3 else ''}".encode()) for number in range(40)]

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, root_of(self.hashes[:size]))

    def note(self, size: int) -> bytes:
        return sign_checkpoint(self.checkpoint(size), self.signer)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        ranges: Sequence[tuple[int, int]] = consistency_ranges(old, new) if 0 < old < new else []
        return tuple(root_of(self.hashes[low:high]) for low, high in ranges)

    def request(self, old: int, new: int) -> bytes:
        return bytes(AddCheckpoint(old, self.proof(old, new), self.note(new)))


class WitnessProcess(NamedTuple):
    """One running `sealane log witness`."""

    process: subprocess.Popen[str]
    url: str
    vkey: str

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        assert self.process.stdout
        self.process.stdout.close()
        return code


def start_witness(folder: Path, log_key: Path, name: str) -> WitnessProcess:
    command = [SEALANE, "log", "witness", "--data-dir", folder, "--log", log_key, "--name", name, "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    url, vkey = (process.stdout.readline().split()[1] for _ in range(2))
    return WitnessProcess(process, url, vkey)
