"""C2SP tlog-cosignature with Ed25519: a witness says that, at this time, this was the largest tree it had seen.

The line under the checkpoint is one of a signed note; its signature is 8 bytes of time and 64 of Ed25519:

    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0x...

What is signed is the time and the whole text of the checkpoint:

    cosignature/v1
    time 1679315147
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""

from collections.abc import Sequence
from typing import NamedTuple

from sealane.keys.signing import Signer, verify
from sealane.model.errors import InvalidInput, ProofInvalid, SignatureInvalid
from sealane.supervision.note import COSIGNING, NoteKey, SignatureLine, parse_vkey, split_note

__all__ = ["Cosignature", "cosign", "parse_cosigner", "read_cosignatures", "verify_quorum"]

_TIME_BYTES = 8
_SIGNATURE_BYTES = _TIME_BYTES + 64


class Cosignature(NamedTuple):
    """A checked cosignature: whose it is, when it was made (seconds since 1970), and the line that proves it."""

    key: NoteKey
    time_seconds: int
    line: SignatureLine


def parse_cosigner(text: str) -> NoteKey:
    """Return the key of a witness's vkey line.

    Raises:
        InvalidInput: when the line is not exactly a vkey of an Ed25519 witness, algorithm byte 0x04.
    """
    try:
        return parse_vkey(text, COSIGNING)
    except InvalidInput as error:
        raise InvalidInput(
            f"this is not the key line of a witness: {error.detail}",
            remedy="Use the line that the witness prints at its start; a log's own key is of another kind.",
        ) from error


def cosign(text: str, name: str, signer: Signer, time_seconds: int) -> SignatureLine:
    """Return the line with which the witness of this name signs a checkpoint's text at this time."""
    key = NoteKey(name, signer.public_key, COSIGNING)
    signature = signer.sign(_message(text, time_seconds))
    return SignatureLine(name, key.key_id, time_seconds.to_bytes(_TIME_BYTES) + signature)


def read_cosignatures(note: bytes, keys: Sequence[NoteKey]) -> list[Cosignature]:
    """Return the cosignatures that these witnesses put under a checkpoint, one each, in the order of the keys.

    Lines of other keys mean nothing here and are skipped.

    Raises:
        ProofInvalid: when the note is malformed or a line of one of the keys does not verify.
    """
    text, lines = split_note(note)
    found = {}
    for key in keys:
        for line in lines:
            if line.is_of(key):
                found[key] = _check(text, key, line)
    return list(found.values())


def verify_quorum(note: bytes, keys: Sequence[NoteKey], quorum: int) -> list[Cosignature]:
    """Check that at least so many of these witnesses cosigned the checkpoint; return their cosignatures.

    Raises:
        ProofInvalid: when they are fewer, or a line of one of them does not verify.
        InvalidInput: when so many can never be.
    """
    distinct = {key.public_key for key in keys}
    if not 0 <= quorum <= len(distinct):
        raise InvalidInput(
            f"a quorum of {quorum} cannot be reached by {len(distinct)} witnesses",
            remedy="Name each witness once with its own key, and ask for no more than there are.",
        )
    cosignatures = read_cosignatures(note, keys)
    if len({one.key.public_key for one in cosignatures}) < quorum:
        names = ", ".join(one.key.name for one in cosignatures) or "none of them"
        raise ProofInvalid(f"{quorum} of {len(distinct)} witnesses must have cosigned the checkpoint; {names} did")
    return cosignatures


def _check(text: str, key: NoteKey, line: SignatureLine) -> Cosignature:
    time_seconds = int.from_bytes(line.signature[:_TIME_BYTES])
    if len(line.signature) != _SIGNATURE_BYTES or time_seconds >> 63:
        raise ProofInvalid(f"the cosignature of {key.name} is not a time and an Ed25519 signature")
    try:
        verify(key.public_key, line.signature[_TIME_BYTES:], _message(text, time_seconds))
    except SignatureInvalid:
        raise ProofInvalid(f"the cosignature of {key.name} does not fit the text of the checkpoint") from None
    return Cosignature(key, time_seconds, line)


def _message(text: str, time_seconds: int) -> bytes:
    return f"cosignature/v1\ntime {time_seconds}\n{text}".encode()
