"""Signed notes and their keys, C2SP signed-note with Ed25519.

A key, as one line (the vkey): name, key id, and base64 of the algorithm byte 0x01 with the 32-byte public key:

    example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k

A note, as bytes: the text, an empty line, and signature lines of key name and base64 of key id and signature:

    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

What does not print back to the same bytes is malformed.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import NamedTuple

from sealane.keys.signing import Signer, verify
from sealane.model.errors import InvalidInput, ProofInvalid, SignatureInvalid

__all__ = [
    "COSIGNING",
    "SIGNING",
    "NoteKey",
    "SignatureLine",
    "is_signed_by",
    "open_note",
    "parse_secret_key",
    "parse_vkey",
    "read_base64",
    "sign_note",
    "split_note",
    "write_secret_key",
]

SIGNING = b"\x01"
"""The algorithm byte of a log's Ed25519 key, which signs the text of a note."""
COSIGNING = b"\x04"
"""The algorithm byte of a witness's Ed25519 key, which signs a time and the text (C2SP tlog-cosignature)."""
_KEY_BYTES = 32
_MAX_NOTE_BYTES = 1_000_000
_MAX_SIGNATURES = 100
_SECRET = "PRIVATE+KEY+"  # noqa: S105  # the public prefix of the format, not a secret
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")
_KEY_REMEDY = "Use the key line exactly as the log published it, in log.vkey."


class NoteKey(NamedTuple):
    """A public key that notes are checked with; prints as its vkey."""

    name: str
    public_key: bytes
    algorithm: bytes = SIGNING

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that name this key and its algorithm in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.algorithm + self.public_key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.algorithm + self.public_key).decode()}"


def parse_vkey(text: str, algorithm: bytes = SIGNING) -> NoteKey:
    """Return the key of a vkey line.

    Raises:
        InvalidInput: when the line is not exactly a vkey of an Ed25519 key with this algorithm byte.
    """
    name, key_id, encoded = _key_parts(text, algorithm)
    key = NoteKey(name, encoded, algorithm)
    if key.key_id.hex() != key_id:
        raise InvalidInput("the key line names another key id than its key has", remedy=_KEY_REMEDY)
    return key


def parse_secret_key(text: str, algorithm: bytes = SIGNING) -> tuple[str, Signer]:
    """Return name and signer of a secret key line, as Go's sumdb/note writes them: `PRIVATE+KEY+name+id+base64`.

    Raises:
        InvalidInput: when the line is not exactly a secret key line of an Ed25519 key with this algorithm byte.
    """
    name, key_id, seed = _key_parts(text.removeprefix(_SECRET), algorithm)
    signer = Signer.from_seed(seed)
    if not text.startswith(_SECRET) or NoteKey(name, signer.public_key, algorithm).key_id.hex() != key_id:
        raise InvalidInput("this is not a secret key line", remedy=_KEY_REMEDY)
    return name, signer


def write_secret_key(name: str, signer: Signer, algorithm: bytes = SIGNING) -> str:
    """Return the secret key line of a signer: `PRIVATE+KEY+name+id+base64`."""
    key_id = NoteKey(name, signer.public_key, algorithm).key_id.hex()
    return f"{_SECRET}{name}+{key_id}+{b64encode(algorithm + signer.seed).decode()}"


def _key_parts(text: str, algorithm: bytes) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    encoded = _decode(parts[2]) if len(parts) == 3 else b""  # noqa: PLR2004  # name, id and key
    if (
        not _NAME.fullmatch(parts[0])
        or not parts[0].isprintable()
        or len(encoded) != 1 + _KEY_BYTES
        or not encoded.startswith(algorithm)
    ):
        raise InvalidInput("this is not a key line of an Ed25519 key", remedy=_KEY_REMEDY)
    return parts[0], parts[1], encoded[1:]


def sign_note(text: str, name: str, signer: Signer) -> bytes:
    """Return the text, which ends with a newline, as a note with one signature."""
    key = NoteKey(name, signer.public_key)
    signature = b64encode(key.key_id + signer.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n".encode()


def open_note(note: bytes, key: NoteKey) -> str:
    """Return the text of a note, ending with a newline, after checking the signature of the key.

    Signature lines of unknown keys are skipped, as witnesses add them.

    Raises:
        ProofInvalid: when the note is malformed, not signed by the key, or a signature of the key does not verify.
    """
    text, lines = split_note(note)
    own = [line.signature for line in lines if line.is_of(key)]
    if not own:
        raise ProofInvalid(f"the note is not signed by the key {key.name}+{key.key_id.hex()}")
    for signature in own:
        try:
            verify(key.public_key, signature, text.encode())
        except SignatureInvalid:
            raise ProofInvalid(f"the signature of {key.name} does not fit the text of the note") from None
    return text


class SignatureLine(NamedTuple):
    """One line under a note's text: who claims to have signed, and the bytes of the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def is_of(self, key: NoteKey) -> bool:
        """Whether the line claims to be made with this key."""
        return (self.name, self.key_id) == (key.name, key.key_id)

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key_id + self.signature).decode()}\n"


def is_signed_by(note: bytes, keys: Sequence[NoteKey]) -> bool:
    """Tell whether at least one of these keys signed a note that `split_note` reads."""
    for key in keys:
        try:
            open_note(note, key)
        except ProofInvalid:
            continue
        return True
    return False


def split_note(note: bytes) -> tuple[str, list[SignatureLine]]:
    """Return text and signature lines of a note; no signature is verified.

    Raises:
        ProofInvalid: when the note is malformed.
    """
    text, gap, tail = _decode_text(note).rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or lines.pop() or not 0 < len(lines) <= _MAX_SIGNATURES:
        raise ProofInvalid("this is not a signed note: text, an empty line, and 1 to 100 signature lines")
    return text + "\n", [_parse_signature(line) for line in lines]


def _decode_text(note: bytes) -> str:
    try:
        text = note.decode()
    except UnicodeDecodeError:
        raise ProofInvalid("a note is UTF-8 text") from None
    if _CONTROL.search(text) or len(note) > _MAX_NOTE_BYTES:
        raise ProofInvalid("a note has no control characters but newlines, and at most a million bytes")
    return text


def _parse_signature(line: str) -> SignatureLine:
    match = _SIGNATURE.fullmatch(line)
    decoded = _decode(match[2]) if match else b""
    if not match or len(decoded) <= 4:  # noqa: PLR2004  # key id, then at least one byte
        raise ProofInvalid("a signature line is not `— name base64` of key id and signature")
    return SignatureLine(match[1], decoded[:4], decoded[4:])


def read_base64(text: str, length: int | None = None) -> bytes:
    """Return the bytes of a base64 text (RFC 4648 section 4), which may have to be so many.

    Raises:
        ProofInvalid: when it has another length or is not the one way to write its bytes.
    """
    decoded = _decode(text)
    if len(decoded) != length if length is not None else bool(text) and not decoded:
        raise ProofInvalid(f"this is not base64 of {'some' if length is None else length} bytes: {text[:60]!r}")
    return decoded


def _decode(text: str) -> bytes:
    """Return the decoded bytes, none at all when the text is not their one encoding."""
    try:
        decoded = b64decode(text.encode(), validate=True)
    except (Base64Error, ValueError):
        return b""
    return decoded if b64encode(decoded) == text.encode() else b""
