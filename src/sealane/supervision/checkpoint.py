"""C2SP tlog-checkpoint: what a log signs.

    sealane.local/5f0c9d1e4b7a2c68
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — sealane.local/5f0c9d1e4b7a2c68 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz...

Origin, number of leaves, root hash; then, in a signed note, the signatures. Lines after the third belong to other
logs' extensions: they are kept and mean nothing here.
"""

import re
from base64 import b64encode
from typing import NamedTuple

from sealane.keys.signing import Signer
from sealane.model.errors import ProofInvalid
from sealane.supervision.merkle import HASH_BYTES, MAX_SIZE
from sealane.supervision.note import NoteKey, open_note, read_base64, sign_note

__all__ = ["Checkpoint", "open_checkpoint", "parse_checkpoint", "read_number", "sign_checkpoint"]

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """A tree head: the log's name, its number of leaves, the root over them; prints as the text that is signed."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "".join(
            f"{line}\n" for line in (self.origin, self.size, b64encode(self.root).decode(), *self.extensions)
        )


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text.

    Raises:
        ProofInvalid: when the text is not exactly a checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):  # noqa: PLR2004  # three lines and what follows the last newline
        raise ProofInvalid("a checkpoint has the lines origin, size and root, each ended by a newline")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, read_number(size), read_base64(root, HASH_BYTES), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the checkpoint as a note signed in the name of its origin."""
    return sign_note(str(checkpoint), checkpoint.origin, signer)


def open_checkpoint(note: bytes, key: NoteKey) -> Checkpoint:
    """Return the checkpoint of a note after checking that the log with this key signed it.

    Raises:
        ProofInvalid: when the note or its text is malformed, not signed by the key, or of another log.
    """
    checkpoint = parse_checkpoint(open_note(note, key))
    if checkpoint.origin != key.name:
        raise ProofInvalid(f"the checkpoint is of the log {checkpoint.origin}, the key belongs to {key.name}")
    return checkpoint


def read_number(text: str) -> int:
    """Return a tree size or index written in decimal without leading zeros.

    Raises:
        ProofInvalid: when it is written otherwise or over 2**63 - 1.
    """
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise ProofInvalid(f"this is not a number of leaves: {text[:60]!r}")
    return int(text)
