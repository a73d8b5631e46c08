"""One field of one entry, opened, as a document that anybody can check with the log's key and nothing else.

    {"format":"sealane/log-opening@v1","field":"outcome","value":"YXBwcm92ZQ==","salt":"AbX...==",
     "commitments":["5RU...=","9Zk...=","w2U...="],"bundle":{"format":"sealane/log-bundle@v1","leaf":"...","proof":"..."}}

Bytes are base64 (RFC 4648 section 4). It tells nothing about the other fields but their number. An entry that commits
to its content alone has the one field `content`; its opening has no commitments.
"""

import json
from base64 import b64encode
from typing import Any, NamedTuple

from sealane.model.errors import ProofInvalid
from sealane.supervision.commitment.fields import OpenedField
from sealane.supervision.merkle import HASH_BYTES
from sealane.supervision.note import read_base64
from sealane.supervision.proof import encode_bundle, parse_bundle, read_document

__all__ = ["FORMAT", "Opening", "encode_opening", "is_opening", "parse_opening"]

FORMAT = "sealane/log-opening@v1"
_MEMBERS = {"format", "field", "value", "salt", "commitments", "bundle"}
_MAX_BYTES = 8_000_000


class Opening(NamedTuple):
    """An opened field and the bundle of its entry, still as text."""

    field: OpenedField
    bundle: bytes


def encode_opening(field: OpenedField, bundle: bytes) -> bytes:
    """Return the document of an opened field and its entry's bundle."""
    document = {
        "format": FORMAT,
        "field": field.name,
        "value": _text(field.value),
        "salt": _text(field.salt),
        "commitments": [_text(one) for one in field.commitments],
        "bundle": json.loads(bundle),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def is_opening(document: bytes) -> bool:
    """Tell whether a document says that it is an opening; a bundle does not."""
    try:
        return read_document(document, _MAX_BYTES).get("format") == FORMAT
    except ProofInvalid:
        return False


def parse_opening(document: bytes) -> Opening:
    """Return what an opening holds; nothing is verified yet.

    Raises:
        ProofInvalid: when the bytes are no opening, or hold a member that openings do not have.
    """
    members = read_document(document, _MAX_BYTES)
    if members.get("format") != FORMAT or members.keys() != _MEMBERS or not _has_types(members):
        raise ProofInvalid(f"this is not a JSON document of the format {FORMAT}")
    field = OpenedField(
        name=members["field"],
        value=read_base64(members["value"]),
        salt=read_base64(members["salt"]),
        commitments=tuple(read_base64(one, HASH_BYTES) for one in members["commitments"]),
    )
    leaf, proof = parse_bundle(json.dumps(members["bundle"], ensure_ascii=False).encode())
    return Opening(field, encode_bundle(leaf, proof))


def _has_types(members: dict[str, Any]) -> bool:
    texts, commitments = [members[name] for name in ("field", "value", "salt")], members["commitments"]
    return (
        isinstance(commitments, list)
        and all(isinstance(one, str) for one in [*texts, *commitments])
        and isinstance(members["bundle"], dict)
    )


def _text(data: bytes) -> str:
    return b64encode(data).decode()
