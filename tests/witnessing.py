"""A log that grows as told, and its forks: signed checkpoints and proofs with no folder and no database."""

from collections.abc import Sequence

from sealane.keys.signing import Signer
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.merkle import consistency_ranges, leaf_hash, root_of
from sealane.supervision.note import NoteKey
from sealane.supervision.witness.request import AddCheckpoint

__all__ = ["ORIGIN", "GrowingLog"]

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
