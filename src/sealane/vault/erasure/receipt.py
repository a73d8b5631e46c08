"""The receipt of an erasure: what is gone, what stays, why and until when, signed so that anyone can check it alone.

    {"kind": "erasure", "subject_id": "sub_...", "erased_at": "2026-11-22T09:30:00.000123Z", "horizon_days": 7,
     "unrecoverable_at": "2026-11-29T09:30:00.000123Z", "gone": [{"what", "how"}], "stays": [{"what", "why", "until"}],
     "log_entry": "ent_...", "key": "<Ed25519 public key, base64url>", "signature": "<base64url>"}

The signature (Ed25519, RFC 8032) is over the receipt without `signature`, as canonical JSON (RFC 8785: members sorted,
no white space; there are no fractions in it). The log's entry holds a salted digest of the same without `log_entry`,
`key` and `signature`. Nothing in it is personal.
"""

import base64
import binascii
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from sealane.keys.signing import Signer, verify
from sealane.model.errors import InvalidInput, ProofInvalid, SignatureInvalid

__all__ = ["Gone", "Receipt", "Stays", "content_of", "parse_receipt", "sign_receipt", "verify_receipt"]

_REMEDY = "Give `x` of the installation's GET /v1/receipts/key; if it still fails, keep the receipt as evidence."
_LATER = frozenset({"log_entry", "key", "signature"})
_encode = msgspec.json.Encoder(order="sorted").encode


class Gone(msgspec.Struct, frozen=True):
    """Something that cannot be read any more, and what made it so."""

    what: str
    how: str


class Stays(msgspec.Struct, frozen=True):
    """Something that is kept, why it may be, and until when; without a time it has no end yet."""

    what: str
    why: str
    until: datetime | None = None


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the shopper is handed."""

    subject_id: str
    erased_at: datetime
    horizon_days: int
    unrecoverable_at: datetime
    gone: tuple[Gone, ...]
    stays: tuple[Stays, ...]
    kind: Literal["erasure"] = "erasure"
    log_entry: str = ""
    key: str = ""
    signature: str = ""


def content_of(receipt: Receipt) -> bytes:
    """Return what the log's entry commits to: the receipt before it had an entry and a signature."""
    members = msgspec.to_builtins(receipt)
    return _encode({name: value for name, value in members.items() if name not in _LATER})


def sign_receipt(receipt: Receipt, log_entry: str, signer: Signer) -> Receipt:
    """Return the receipt with its log entry, signed."""
    whole = replace(receipt, log_entry=log_entry, key=_text(signer.public_key))
    return replace(whole, signature=_text(signer.sign(_signed(whole))))


def parse_receipt(document: bytes) -> Receipt:
    """Return the receipt that a JSON document holds.

    Raises:
        InvalidInput: when it is none.
    """
    try:
        return msgspec.json.decode(document, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("This is no receipt of an erasure.", remedy="Give the file as you received it.") from None


def verify_receipt(receipt: Receipt, key: str) -> None:
    """Check a receipt with nothing but the signer's key (32 bytes, base64url).

    Raises:
        ProofInvalid: when the receipt was changed or signed by another key.
    """
    try:
        public_key, signature = _bytes(key), _bytes(receipt.signature)
    except binascii.Error:
        raise ProofInvalid("The key or the signature is no base64url.", remedy=_REMEDY) from None
    if receipt.key != key:
        raise ProofInvalid("The receipt was signed by another key.", remedy=_REMEDY)
    try:
        verify(public_key, signature, _signed(receipt))
    except SignatureInvalid:
        raise ProofInvalid("The receipt is not the one that was signed.", remedy=_REMEDY) from None


def _signed(receipt: Receipt) -> bytes:
    members = msgspec.to_builtins(receipt)
    del members["signature"]
    return _encode(members)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
