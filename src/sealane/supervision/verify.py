"""Check a proof bundle offline: with the log's key, without the log, a database or a network.

    key = Path("log.vkey").read_text().strip()
    proven = verify_bundle(Path("entry.json").read_bytes(), key)
    print(proven.entry.kind, proven.entry.time, "is entry", proven.index, "of", proven.checkpoint.size)

What is checked, in this order: the checkpoint is signed by the key and is of its log; the leaf hashes up through the
proof to the root that was signed (RFC 6962 section 2.1.1); the leaf is an entry. Who also holds the content and its
salt shows with `verify_content` that the entry is about exactly that content.

This module needs the standard library, Ed25519 from `sealane.keys.signing`, and the small modules of this folder that
read the formats: `note`, `checkpoint`, `proof`, `merkle`, `entry`. None of them reads a clock, a file or a setting.
"""

import hashlib
from dataclasses import dataclass

from sealane.model.errors import ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.entry import SALT_BYTES, Entry, parse_entry
from sealane.supervision.merkle import leaf_hash, verify_inclusion
from sealane.supervision.note import parse_vkey
from sealane.supervision.proof import parse_bundle

__all__ = ["ProvenEntry", "verify_bundle", "verify_content"]


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """What a bundle proves: this entry stands at this zero-based index of the log at this checkpoint."""

    index: int
    entry: Entry
    leaf: bytes
    checkpoint: Checkpoint


def verify_bundle(bundle: bytes, vkey: str) -> ProvenEntry:
    """Check a bundle under the log's key line and return what it proves.

    Raises:
        ProofInvalid: saying which part fails, which hash differed and at which level.
        InvalidInput: when the key line is not one.
    """
    leaf, proof = parse_bundle(bundle)
    checkpoint = open_checkpoint(proof.checkpoint, parse_vkey(vkey))
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(leaf), checkpoint.root, proof.hashes)
    return ProvenEntry(proof.index, parse_entry(leaf), leaf, checkpoint)


def verify_content(entry: Entry, salt: bytes, content: bytes) -> None:
    """Check that an entry is about this content.

    Raises:
        ProofInvalid: when salt and content do not give the digest in the leaf.
    """
    if len(salt) != SALT_BYTES or hashlib.sha256(salt + content).hexdigest() != entry.content:
        raise ProofInvalid(f"the content does not give the digest {entry.content} of entry {entry.entry_id}")
