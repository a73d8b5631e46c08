"""Evidence: a peer's signed answer, checked against the very request that it answers (RFC 9421 section 2.4).

    Signature-Input: receipt=("@status" "content-digest" "signature";req;key="sealane" "content-digest";req);created=...

Who holds it can show anybody that the peer took exactly this message: it covers the request's signature and digest.
"""

from typing import Any

import msgspec

from sealane.interchange.outbound.signing import CALL_LABEL
from sealane.interchange.peers.discovery import Discovery
from sealane.interchange.signatures.digest import verify_digest
from sealane.interchange.signatures.message import Message, UnknownComponentError, signature_base
from sealane.interchange.signatures.reading import read_signatures
from sealane.interchange.signatures.receipts import RECEIPT_TAG
from sealane.model.errors import SignatureInvalid

__all__ = ["Evidence", "verify_receipt"]

_BOUND: tuple[tuple[str, dict[str, Any]], ...] = (
    ("@status", {}),
    ("content-digest", {}),
    ("signature", {"req": True, "key": CALL_LABEL}),
    ("content-digest", {"req": True}),
)
_KEPT = ("content-digest", "signature-input", "signature")


class Evidence(msgspec.Struct, frozen=True):
    """A request and the receipt that is bound to it, without anybody's fields: only digests of the bodies."""

    target: str
    request: dict[str, str]
    status: int
    reply: dict[str, str]
    answer: bytes


def verify_receipt(call: Message, status: int, fields: dict[str, str], body: bytes, peer: Discovery) -> Evidence:
    """Return the evidence that a peer took a call.

    Raises:
        SignatureInvalid: when the answer is not signed by the peer, or not bound to this call.
    """
    reply = Message(fields=fields, body=body, status=status, request=call)
    receipts = [each for each in read_signatures(fields) if each.parameters.get("tag") == RECEIPT_TAG]
    if len(receipts) != 1:
        raise SignatureInvalid("The answer carries no receipt, or several.")
    receipt = receipts[0]
    if any(each not in receipt.covered for each in _BOUND):
        raise SignatureInvalid("The receipt is not bound to the request.")
    key = peer.receipt_key(receipt.parameters.get("keyid", ""))
    if key is None:
        raise SignatureInvalid("The receipt is signed with a key that the peer did not publish.")
    verify_digest(fields.get("content-digest", ""), body)
    try:
        key.verify(receipt.signature, signature_base(reply, receipt.covered, receipt.text))
    except UnknownComponentError:
        raise SignatureInvalid("The receipt covers something that is not known here.") from None
    kept_of_request = {name: call.fields[name] for name in _KEPT}
    return Evidence(call.target, kept_of_request, status, {name: fields[name] for name in _KEPT}, body)
