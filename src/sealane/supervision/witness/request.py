"""The body of `add-checkpoint` (C2SP tlog-witness): a size, a consistency proof from it, and the new checkpoint.

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo...

Every line ends with a newline, and there are at most 63 lines of proof.
"""

from base64 import b64encode
from typing import NamedTuple

from sealane.model.errors import ProofInvalid
from sealane.supervision.checkpoint import read_number
from sealane.supervision.merkle import HASH_BYTES
from sealane.supervision.note import read_base64

__all__ = ["AddCheckpoint", "parse_request"]

_MAX_HASHES = 63


class AddCheckpoint(NamedTuple):
    """A request for a cosignature: the size the witness signed last, the proof from there, the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old_size}", *(b64encode(one).decode() for one in self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note


def parse_request(body: bytes) -> AddCheckpoint:
    """Return the request in a body; its checkpoint is not opened yet.

    Raises:
        ProofInvalid: when the body is malformed or has more than 63 hashes.
    """
    head, gap, note = body.partition(b"\n\n")
    first, *hashes = head.decode("ascii", "replace").split("\n")
    if not gap or not first.startswith("old ") or len(hashes) > _MAX_HASHES:
        raise ProofInvalid(
            f"a request has a line `old N`, at most {_MAX_HASHES} hashes, an empty line, and the checkpoint"
        )
    return AddCheckpoint(
        read_number(first.removeprefix("old ")), tuple(read_base64(one, HASH_BYTES) for one in hashes), note
    )
