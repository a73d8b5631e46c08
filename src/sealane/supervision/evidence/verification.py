"""Check an evidence pack offline: with the log's key line, and nothing else.

Checked in this order: the checksum over every byte; the log's signed word for the body's digest; the checkpoint inside;
and for every log entry its place in the tree under that checkpoint.
"""

import hashlib
import json
from collections import Counter
from typing import Any, BinaryIO

import msgspec

from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.entry import parse_entry
from sealane.supervision.evidence.pack import DIGEST_FIELD, FORMAT
from sealane.supervision.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from sealane.supervision.note import parse_vkey, read_base64
from sealane.supervision.verify import verify_opening

__all__ = ["CheckedPack", "verify_pack"]

_KIND = "evidence.built"
MAX_LINE_BYTES = 1 << 24
"""A claim is at most some kilobytes; the head holds a checkpoint with its cosignatures."""


class CheckedPack(msgspec.Struct, frozen=True):
    """What a pack proves: about whom and when, how many claims of which kind, and the entry that seals it."""

    about: dict[str, str]
    claims: dict[str, int]
    entry_id: str
    built_at: str
    log_size: int


def verify_pack(pack: BinaryIO, vkey: str) -> CheckedPack:
    """Check a pack, from the start of a file to its end, and return what it proves.

    Raises:
        ProofInvalid: saying which line fails and why.
        InvalidInput: when the key line is not one.
    """
    digest = _verify_checksum(pack)
    pack.seek(0)
    head = _object(_line(pack), 1)
    if head.get("format") != FORMAT:
        raise ProofInvalid(f"this is not a file of the format {FORMAT}")
    sealing = verify_opening(json.dumps(head.get("opening")).encode(), vkey)
    if sealing.proven.entry.kind != _KIND or sealing.name != DIGEST_FIELD or sealing.value != digest:
        raise ProofInvalid("the log's entry is about another pack")
    about, checkpoint = _about(_object(_line(pack), 2), vkey)
    claims = _verify_claims(pack, checkpoint)
    entry = sealing.proven.entry
    return CheckedPack(about, claims, entry.entry_id, entry.time, checkpoint.size)


def _verify_checksum(pack: BinaryIO) -> bytes:
    """Check the last line against all bytes above it; return the digest of those between the first and the last."""
    first, body = _line(pack), hashlib.sha256()
    whole, last = hashlib.sha256(first), _line(pack)
    while line := _line(pack):
        whole.update(last)
        body.update(last)
        last = line
    if last != b'{"sha256":"%s"}\n' % whole.hexdigest().encode():
        raise ProofInvalid("the pack was altered: its checksum differs")
    return body.digest()


def _verify_claims(pack: BinaryIO, checkpoint: Checkpoint) -> dict[str, int]:
    """Check every line down to the checksum; return how many claims of each kind there are."""
    claims: Counter[str] = Counter()
    line, number = _line(pack), 3
    while following := _line(pack):
        kind, claim = _claim(line, number)
        claims[kind] += 1
        if kind == "entry":
            _verify_entry(claim, checkpoint, number)
        line, number = following, number + 1
    return dict(claims)


def _line(pack: BinaryIO) -> bytes:
    """Return the next line, empty at the end.

    Raises:
        ProofInvalid: when it is longer than any of a pack.
    """
    line = pack.readline(MAX_LINE_BYTES)
    if len(line) == MAX_LINE_BYTES:
        raise ProofInvalid("the pack was altered: a line of it is too long to be one")
    return line


def _about(head: dict[str, Any], vkey: str) -> tuple[dict[str, str], Checkpoint]:
    try:
        return dict(head["about"]), open_checkpoint(head["checkpoint"].encode(), parse_vkey(vkey))
    except (KeyError, AttributeError, TypeError, ValueError):
        raise ProofInvalid("line 2 does not say what the pack is about") from None


def _claim(line: bytes, number: int) -> tuple[str, Any]:
    found = _object(line, number)
    if len(found) != 1:
        raise ProofInvalid(f"line {number} is not one claim")
    return next(iter(found.items()))


def _verify_entry(claim: Any, checkpoint: Checkpoint, number: int) -> None:
    try:
        leaf = claim["leaf"].encode()
        hashes = tuple(read_base64(one, HASH_BYTES) for one in claim["hashes"])
        verify_inclusion(claim["index"], checkpoint.size, leaf_hash(leaf), checkpoint.root, hashes)
        parse_entry(leaf)
    except (ProofInvalid, InvalidInput) as error:
        raise ProofInvalid(f"line {number}: {error.detail}") from error
    except (KeyError, AttributeError, TypeError):
        raise ProofInvalid(f"line {number} is not a proven entry") from None


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        raise ProofInvalid(f"line {number} is not JSON") from None
    if not isinstance(found, dict):
        raise ProofInvalid(f"line {number} is not an object")
    return found
