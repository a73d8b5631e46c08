"""A document that only one authority can open, bound to its entry in the log.

The entry has the kind `entry.sealed` and names no order, so neither the log nor a shopper's export tells that a
suspicion was reported, by whom, or about whom. What is sealed is any document; a report of suspicion looks so:

    {"about":{"order":"ord_01kan..."},"by":"mer_01kan...","kind":"suspicion","text":"...","time":"2026-11-22T09:30:00Z"}

The bytes are those of `keys.hpke`, with `sealane sealed entry v1 ent_01kan...` as the information that both
sides must know: a sealed document moved to another entry does not open.
"""

from typing import Any, NamedTuple

from sealane.keys.hpke import OpeningKey, seal_to
from sealane.keys.public import decode_base64url, encode_base64url
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.supervision.verify import NOBODY, ProvenEntry, Quorum, verify_opening

__all__ = ["SEALED_KIND", "Recipient", "public_jwk", "recipient_of", "seal_document", "unseal"]

_KEY_BYTES = 32

SEALED_KIND = "entry.sealed"


class Recipient(NamedTuple):
    """An authority and the X25519 key that is sealed to, 32 bytes."""

    party_id: str
    public_key: bytes


def recipient_of(party_id: str, keys: tuple[dict[str, Any], ...]) -> Recipient:
    """Return the authority with the first of its registered keys that can be sealed to (X25519, RFC 8037).

    Raises:
        InvalidInput: when it has none.
    """
    for jwk in keys:
        public_key = _x25519(jwk)
        if len(public_key) == _KEY_BYTES:
            return Recipient(party_id, public_key)
    raise InvalidInput(
        "this authority has registered no key that can be sealed to",
        remedy="Register the authority with a public key of `sealane log authority-key`.",
    )


def public_jwk(key: OpeningKey) -> dict[str, str]:
    """Return the public part of an authority's key as the JSON Web Key that it registers."""
    return {"kty": "OKP", "crv": "X25519", "use": "enc", "x": encode_base64url(key.public_key)}


def seal_document(entry_id: str, recipient: Recipient, document: bytes) -> bytes:
    """Return a document as the content of a sealed entry.

    Raises:
        InvalidInput: when nothing can be sealed to the key.
    """
    return seal_to(recipient.public_key, document, _binding(entry_id))


def unseal(opening: bytes, vkey: str, key: OpeningKey, quorum: Quorum = NOBODY) -> tuple[ProvenEntry, bytes]:
    """Check that the log holds a sealed entry with this content, and return what is in it.

    Raises:
        ProofInvalid: when the proof fails or the entry is not a sealed one.
        EnvelopeInvalid: when it is sealed to another key.
        InvalidInput: when a key line is not one.
    """
    field = verify_opening(opening, vkey, quorum)
    entry = field.proven.entry
    if entry.kind != SEALED_KIND or field.name != "content":
        raise ProofInvalid(f"entry {entry.entry_id} is not a sealed one")
    return field.proven, key.open(field.value, _binding(entry.entry_id))


def _x25519(jwk: dict[str, Any]) -> bytes:
    """Return the bytes of an X25519 public key (RFC 8037 section 2), none of another."""
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "X25519") or not isinstance(jwk.get("x"), str):
        return b""
    try:
        return decode_base64url(jwk["x"])
    except ValueError:
        return b""


def _binding(entry_id: str) -> bytes:
    return f"sealane sealed entry v1 {entry_id}".encode()
