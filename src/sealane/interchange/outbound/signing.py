"""Signatures on what goes out: Standard Webhooks `v1a` (Ed25519) and `v1` (HMAC-SHA256), or RFC 9421 for peers.

    webhook-id: out_01kan6k3zw8t5q1r9v0m2c4d7e
    webhook-timestamp: 1795340000
    webhook-signature: v1a,dW5kIGhpZXI... v1a,YWx0ZXIgU2NobMO8c3NlbA...

Several signatures stand there while an old and a new secret overlap. What is signed is `ID.TIMESTAMP.BODY`.
"""

import base64
import hmac
import os
import secrets
from typing import Any, Literal

import msgspec

from sealane.interchange.signatures.digest import digest_field
from sealane.interchange.signatures.message import Component, Message, signature_base
from sealane.interchange.signatures.profile import OLDEST_SECONDS, TAG
from sealane.interchange.signatures.writing import write_dictionary, write_item
from sealane.keys.signing import Signer

__all__ = ["CALL_LABEL", "Scheme", "SigningSecret", "sign_call", "sign_webhook"]

Scheme = Literal["v1a", "v1"]
CALL_LABEL = "sealane"
SECRET_BYTES = 32
_MICROS = 1_000_000


class SigningSecret(msgspec.Struct, frozen=True):
    """One secret of an endpoint; `until_us` is when its overlap with a newer one ends."""

    scheme: Scheme
    key: bytes
    until_us: int | None = None

    @classmethod
    def new(cls, scheme: Scheme) -> "SigningSecret":
        """Return a fresh random secret."""
        return cls(scheme, os.urandom(SECRET_BYTES))

    def shown(self) -> str:
        """Return what the receiver verifies with: `whpk_...`, a public key, for v1a; the secret `whsec_...` for v1."""
        if self.scheme == "v1a":
            return f"whpk_{base64.b64encode(Signer.from_seed(self.key).public_key).decode()}"
        return f"whsec_{base64.b64encode(self.key).decode()}"

    def sign(self, message: bytes) -> str:
        """Return the signature with its version: `v1a,K2qGT5sr...`."""
        if self.scheme == "v1a":
            signature = Signer.from_seed(self.key).sign(message)
        else:
            signature = hmac.digest(self.key, message, "sha256")
        return f"{self.scheme},{base64.b64encode(signature).decode()}"

    def __repr__(self) -> str:
        return f"SigningSecret({self.scheme}, ***)"


def sign_webhook(keys: tuple[SigningSecret, ...], delivery_id: str, body: bytes, *, now_us: int) -> dict[str, str]:
    """Return the headers of a webhook, signed with every secret in force."""
    timestamp = str(now_us // _MICROS)
    message = f"{delivery_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(each.sign(message) for each in keys),
    }


def sign_call(signer: Signer, key_id: str, message: Message, *, now_us: int) -> dict[str, str]:
    """Return the headers that sign a call with all of its fields (RFC 9421, our own profile); the digest among them."""
    fields = {**message.fields, "content-digest": digest_field(message.body)}
    covered: list[Component] = [(name, {}) for name in ("@method", "@target-uri", *fields)]
    created = now_us // _MICROS
    parameters: dict[str, Any] = {
        "created": created,
        "expires": created + OLDEST_SECONDS,
        "keyid": key_id,
        "nonce": secrets.token_urlsafe(18),
        "tag": TAG,
    }
    text = write_item((list(covered), parameters))
    signed = msgspec.structs.replace(message, fields=fields)
    signature = signer.sign(signature_base(signed, covered, text))
    return {
        "content-digest": fields["content-digest"],
        "signature-input": f"{CALL_LABEL}={text}",
        "signature": write_dictionary({CALL_LABEL: (signature, {})}),
    }
