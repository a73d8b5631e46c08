r"""Inclusion proofs as text (C2SP tlog-proof) and as the bundle that Sealane hands out.

    c2sp.org/tlog-proof@v1
    index 2
    lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=
    Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=

    sealane.local/5f0c9d1e4b7a2c68
    4
    ...the rest of the checkpoint, as the log signed it

The bundle adds the leaf, so that one file proves one entry; `proof` is the text above and works with other tools:

    {"format":"sealane/log-bundle@v1","leaf":"{\"content\":...}","proof":"c2sp.org/tlog-proof@v1\nindex 2\n..."}

It is written as canonical JSON. It is read with any white space and member order, because tools re-indent JSON;
every byte that proves something is inside the two texts, which are read strictly.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sealane.model.errors import ProofInvalid
from sealane.supervision.checkpoint import read_number
from sealane.supervision.merkle import HASH_BYTES
from sealane.supervision.note import read_base64

__all__ = ["Proof", "encode_bundle", "parse_bundle", "parse_proof", "read_document"]

_HEADER = "c2sp.org/tlog-proof@v1"
_FORMAT = "sealane/log-bundle@v1"
_MAX_HASHES = 63
_MAX_BUNDLE_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry stands, the hashes from its sibling up, and the signed checkpoint; prints as tlog-proof."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        lines = [_HEADER, f"index {self.index}", *(b64encode(one).decode() for one in self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


def parse_proof(text: bytes) -> Proof:
    """Return the proof of a tlog-proof text; the checkpoint in it is not opened yet.

    Extra data, which no signature covers, is skipped.

    Raises:
        ProofInvalid: when the text is malformed.
    """
    head, gap, checkpoint = text.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not gap or lines.pop(0) != _HEADER:
        raise ProofInvalid(f"a proof begins with the line {_HEADER} and has an empty line before the checkpoint")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if not lines or not lines[0].startswith("index ") or len(lines) > 1 + _MAX_HASHES:
        raise ProofInvalid(f"a proof has the line `index N` and then at most {_MAX_HASHES} hashes")
    index, *hashes = lines
    return Proof(
        read_number(index.removeprefix("index ")), tuple(read_base64(one, HASH_BYTES) for one in hashes), checkpoint
    )


def encode_bundle(leaf: bytes, proof: Proof) -> bytes:
    """Return the bundle of a leaf and its proof; the same proof always gives the same bytes."""
    document = {"format": _FORMAT, "leaf": leaf.decode(), "proof": bytes(proof).decode()}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def parse_bundle(bundle: bytes) -> tuple[bytes, Proof]:
    """Return leaf and proof of a bundle; nothing is verified yet.

    Raises:
        ProofInvalid: when the bytes are no bundle, or hold a member that bundles do not have.
    """
    document = read_document(bundle, _MAX_BUNDLE_BYTES)
    try:
        if document.pop("format", None) == _FORMAT and document.keys() == {"leaf", "proof"}:
            return document["leaf"].encode(), parse_proof(document["proof"].encode())
    except (ValueError, AttributeError):
        pass
    raise ProofInvalid(f"this is not a JSON document of the format {_FORMAT}")


def read_document(text: bytes, limit: int) -> dict[str, Any]:
    """Return the members of a JSON object of at most so many bytes, in which no member stands twice.

    Raises:
        ProofInvalid: when the bytes are not such an object.
    """
    if len(text) > limit:
        raise ProofInvalid("the document is too large to be a proof")
    try:
        document = json.loads(text.decode(), object_pairs_hook=_members)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ProofInvalid("this is not a JSON document of a format that proves an entry")
    return document


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ProofInvalid("a member stands twice in the bundle")
    return members
