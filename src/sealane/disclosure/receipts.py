"""Receipts: a release, signed, so that a shopper can show who looked without asking us.

A receipt is a compact JWS (RFC 7515 section 7.1) under Ed25519 (RFC 8037). It says which fields went to whom, in
which form, why and when, and under which log entry; it never holds a value.

    {"alg":"EdDSA","kid":"C7yVxq1mB2A","typ":"disclosure-receipt"} . {"log_entry":"ent_...","statement":{...}}
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import Any

import msgspec

from sealane.keys.signing import Signer, verify
from sealane.model.errors import SignatureInvalid

__all__ = [
    "FieldGiven",
    "Receipt",
    "Statement",
    "jwk_of",
    "sign_package",
    "sign_receipt",
    "statement_bytes",
    "verify_receipt",
]

_KEY_ID_BYTES = 8


class FieldGiven(msgspec.Struct, frozen=True):
    """One field of a release: how it was given, and the law or need behind it."""

    field: str
    form: str
    basis: str


class Statement(msgspec.Struct, frozen=True):
    """What happened; the log's entry holds the salted digest of these bytes."""

    disclosure_id: str
    grant: str
    order_id: str
    consignment_id: str | None
    subject_id: str
    party_id: str
    party_name: str
    audience: str
    purpose: str
    leg: str | None
    fields: tuple[FieldGiven, ...]
    policy: str
    released_at: str
    is_canary: bool = False


class Receipt(msgspec.Struct, frozen=True):
    """A statement and the entry of the log that proves it."""

    log_entry: str
    statement: Statement


_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Receipt).decode


def statement_bytes(statement: Statement) -> bytes:
    """Return the statement as JSON with sorted members: what the log's digest covers, after the salt."""
    return _encode(statement)


def sign_receipt(signer: Signer, receipt: Receipt) -> str:
    """Return the receipt as a compact JWS of printable ASCII."""
    signed = f"{_header(signer.public_key)}.{_to_text(_encode(receipt))}"
    return f"{signed}.{_to_text(signer.sign(signed.encode('ascii')))}"


def sign_package(signer: Signer, subject_id: str, sha256_hex: str) -> str:
    """Return a compact JWS that says: this is the digest of what we told this shopper."""
    payload = {"subject_id": subject_id, "sha256": sha256_hex}
    signed = f"{_header(signer.public_key, 'access-package')}.{_to_text(_encode(payload))}"
    return f"{signed}.{_to_text(signer.sign(signed.encode('ascii')))}"


def verify_receipt(token: str, public_key: bytes) -> Receipt:
    """Return what a receipt says, once it is found to be signed by this key.

    Raises:
        SignatureInvalid: when it was altered, is signed by another key, or is no receipt.
    """
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    if head != _header(public_key):
        raise SignatureInvalid("This key did not sign the receipt.")
    verify(public_key, _to_bytes(signature), f"{head}.{body}".encode("ascii", "replace"))
    try:
        return _decode(_to_bytes(body))
    except msgspec.DecodeError:
        raise SignatureInvalid("What was signed is no receipt.") from None


def jwk_of(public_key: bytes) -> dict[str, Any]:
    """Return the key that receipts are checked with, as a JSON Web Key (RFC 8037 section 2)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": _to_text(public_key), "kid": _key_id(public_key), "use": "sig"}


def _key_id(public_key: bytes) -> str:
    return _to_text(sha256(public_key).digest()[:_KEY_ID_BYTES])


def _header(public_key: bytes, kind: str = "disclosure-receipt") -> str:
    return _to_text(f'{{"alg":"EdDSA","kid":"{_key_id(public_key)}","typ":"{kind}"}}'.encode())


def _to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _to_bytes(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        raise SignatureInvalid("The receipt is damaged.") from None
    if _to_text(raw) != text:
        raise SignatureInvalid("The receipt is damaged.")
    return raw
