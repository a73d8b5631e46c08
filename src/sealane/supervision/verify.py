"""Check a proof bundle or an opened field offline: with the log's key, without the log, a database or a network.

    key = Path("log.vkey").read_text().strip()
    proven = verify_bundle(Path("entry.json").read_bytes(), key)
    print(proven.entry.kind, proven.entry.time, "is entry", proven.index, "of", proven.checkpoint.size)

What is checked, in this order: the checkpoint is signed by the key and is of its log; enough of the witnesses that the
caller trusts cosigned it; the leaf hashes up through the proof to the root that was signed (RFC 6962 section 2.1.1);
the leaf is an entry. Of an opened field also: the entry commits to it, with its name and its salt.

This module needs the standard library, Ed25519 from `sealane.keys.signing`, and the small modules of this folder that
read the formats: `note`, `checkpoint`, `witness.cosignature`, `proof`, `merkle`, `entry`, `commitment`. None of them
reads a clock, a file or a setting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.commitment.fields import OpenedField, content_field, verify_field, verify_whole
from sealane.supervision.commitment.opening import parse_opening
from sealane.supervision.entry import WITH_FIELDS, Entry, parse_entry
from sealane.supervision.merkle import leaf_hash, verify_inclusion
from sealane.supervision.note import parse_vkey
from sealane.supervision.proof import parse_bundle
from sealane.supervision.witness.cosignature import Cosignature, parse_cosigner, verify_quorum

__all__ = ["NOBODY", "ProvenEntry", "ProvenField", "Quorum", "verify_bundle", "verify_content", "verify_opening"]


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many of these witnesses, given by their key lines, must have cosigned."""

    vkeys: Sequence[str]
    needed: int


NOBODY = Quorum((), 0)
"""No witness is asked for: the log's own signature is believed."""


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """What a bundle proves: this entry stands at this zero-based index of the log at this checkpoint."""

    index: int
    entry: Entry
    leaf: bytes
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvenField:
    """What an opening proves: the entry commits to this value of the field with this name."""

    proven: ProvenEntry
    name: str
    value: bytes


def verify_bundle(bundle: bytes, vkey: str, quorum: Quorum = NOBODY) -> ProvenEntry:
    """Check a bundle under the log's key line and return what it proves.

    Raises:
        ProofInvalid: saying which part fails, which hash differed and at which level.
        InvalidInput: when a key line is not one, or so many witnesses can never be.
    """
    leaf, proof = parse_bundle(bundle)
    checkpoint = open_checkpoint(proof.checkpoint, parse_vkey(vkey))
    witnesses = [parse_cosigner(line) for line in quorum.vkeys]
    cosignatures = verify_quorum(proof.checkpoint, witnesses, quorum.needed)
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(leaf), checkpoint.root, proof.hashes)
    return ProvenEntry(proof.index, parse_entry(leaf), leaf, checkpoint, tuple(cosignatures))


def verify_opening(opening: bytes, vkey: str, quorum: Quorum = NOBODY) -> ProvenField:
    """Check an opened field under the log's key line and return what it proves.

    Raises:
        ProofInvalid: saying which part fails, which hash differed and at which level.
        InvalidInput: when a key line is not one, or so many witnesses can never be.
    """
    field, bundle = parse_opening(opening)
    proven = verify_bundle(bundle, vkey, quorum)
    _verify_field(field, proven.entry)
    return ProvenField(proven, field.name, field.value)


def verify_content(entry: Entry, salt: bytes, content: bytes) -> None:
    """Check that an entry which commits to its content alone is about this content.

    Raises:
        ProofInvalid: when salt and content do not give the digest in the leaf.
    """
    _verify_field(content_field(salt, content), entry)


def _verify_field(field: OpenedField, entry: Entry) -> None:
    check = verify_field if entry.version == WITH_FIELDS else verify_whole
    check(field, bytes.fromhex(entry.content))
