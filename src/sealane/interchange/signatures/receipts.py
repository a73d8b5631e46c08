"""Receipts: a reply signed together with the signature and the digest of the request that it answers.

Signature-Input: receipt=("@status" "content-digest" "signature";req;key="sig1" "content-digest";req);created=...
"""

import base64

from sealane.interchange.signatures.digest import digest_field
from sealane.interchange.signatures.message import Message, member_of
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
        digest = digest_field(body)
        covered = {
            '"@status"': str(status),
            '"content-digest"': digest,
            f'"signature";req;key="{label}"': member_of("signature", request.fields["signature"], label),
        }
        if "content-digest" in request.fields:
            covered['"content-digest";req'] = request.fields["content-digest"]
        names = " ".join(covered)
        text = f'({names});created={now_us // 1_000_000};keyid="{self.key_id}";tag="{RECEIPT_TAG}"'
        covered['"@signature-params"'] = text
        base = "\n".join([f"{name}: {value}" for name, value in covered.items()])
        signature = base64.b64encode(self._signer.sign(base.encode("latin-1"))).decode()
        return {
            "content-digest": digest,
            "signature-input": f"{RECEIPT_LABEL}={text}",
            "signature": f"{RECEIPT_LABEL}=:{signature}:",
        }
