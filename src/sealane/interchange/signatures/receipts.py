"""Receipts: a reply signed together with the signature and the digest of the request that it answers.

Signature-Input: receipt=("@status" "content-digest" "signature";req;key="sig1" "content-digest";req);created=...
"""

from typing import Any

from sealane.interchange.signatures.digest import digest_field
from sealane.interchange.signatures.message import Component, Message, signature_base
from sealane.interchange.signatures.writing import write_dictionary, write_item
from sealane.keys.public import encode_base64url, read_jwk
from sealane.keys.signing import Signer

__all__ = ["RECEIPT_LABEL", "RECEIPT_TAG", "Receipts"]

RECEIPT_TAG = "sealane-receipt-v1"
RECEIPT_LABEL = "receipt"


class Receipts:
    """Signs what Sealane answers; `key_id` and `jwk` are what a receiver verifies it with."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        plain = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(signer.public_key)}
        self.key_id = read_jwk(plain).thumbprint
        self.jwk = {**plain, "alg": "EdDSA", "use": "sig", "kid": self.key_id}

    def sign(self, request: Message, label: str, status: int, body: bytes, *, now_us: int) -> dict[str, str]:
        """Return the headers that make a reply the receipt of the request whose signature has this label."""
        fields = {"content-digest": digest_field(body)}
        covered: list[Component] = [
            ("@status", {}),
            ("content-digest", {}),
            ("signature", {"req": True, "key": label}),
        ]
        if "content-digest" in request.fields:
            covered.append(("content-digest", {"req": True}))
        parameters: dict[str, Any] = {"created": now_us // 1_000_000, "keyid": self.key_id, "tag": RECEIPT_TAG}
        text = write_item((list(covered), parameters))
        reply = Message(fields=fields, body=body, status=status, request=request)
        signature = self._signer.sign(signature_base(reply, covered, text))
        return {
            **fields,
            "signature-input": f"{RECEIPT_LABEL}={text}",
            "signature": write_dictionary({RECEIPT_LABEL: (signature, {})}),
        }
