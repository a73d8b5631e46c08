"""Check an evidence pack offline: with the log's key line, and nothing else.

Checked in this order: the checksum over every byte; the log's signed word for the body's digest; the checkpoint inside;
and for every log entry its place in the tree under that checkpoint.
"""

import hashlib
import json
from typing import Any

import msgspec

from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.entry import parse_entry
from sealane.supervision.evidence.pack import DIGEST_FIELD, FORMAT, digest_of
from sealane.supervision.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from sealane.supervision.note import parse_vkey, read_base64
from sealane.supervision.verify import verify_opening

__all__ = ["CheckedPack", "verify_pack"]

_KIND = "evidence.built"
_MAX_BYTES = 1 << 31


class CheckedPack(msgspec.Struct, frozen=True):
    """What a pack proves: about whom and when, how many claims of which kind, and the entry that seals it."""

    about: dict[str, str]
    claims: dict[str, int]
    entry_id: str
    built_at: str
    log_size: int


def verify_pack(whole: bytes, vkey: str) -> CheckedPack:
    """Check a pack and return what it proves.

    Raises:
        ProofInvalid: saying which line fails and why.
        InvalidInput: when the key line is not one.
    """
    if len(whole) > _MAX_BYTES:
        raise ProofInvalid("the pack is too large to be one")
    rest, _, last = whole.removesuffix(b"\n").rpartition(b"\n")
    covered = rest + b"\n"
    if not whole.endswith(b"\n") or last != b'{"sha256":"%s"}' % hashlib.sha256(covered).hexdigest().encode():
        raise ProofInvalid("the pack was altered: its checksum differs")
    first, _, body = covered.partition(b"\n")
    head = _object(first, 1)
    if head.get("format") != FORMAT:
        raise ProofInvalid(f"this is not a file of the format {FORMAT}")
    sealing = verify_opening(json.dumps(head.get("opening")).encode(), vkey)
    if sealing.proven.entry.kind != _KIND or sealing.name != DIGEST_FIELD or sealing.value != digest_of(body):
        raise ProofInvalid("the log's entry is about another pack")
    lines = body.split(b"\n")[:-1]
    about, checkpoint = _about(_object(lines[0], 2), vkey)
    claims: dict[str, int] = {}
    for number, line in enumerate(lines[1:], 3):
        kind, claim = _claim(line, number)
        claims[kind] = claims.get(kind, 0) + 1
        if kind == "entry":
            _verify_entry(claim, checkpoint, number)
    entry = sealing.proven.entry
    return CheckedPack(about, claims, entry.entry_id, entry.time, checkpoint.size)


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
