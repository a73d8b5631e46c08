"""Passkeys: what a browser's authenticator answers, checked (W3C Web Authentication Level 2, sections 7.1 and 7.2).

    site = Site("https://lane.example")                         # what the browser shows in its address bar
    made = read_new(site, challenge, client_data, attestation)  # -> credential id, public JWK, count of uses
    uses = verify_use(site, challenge, made.jwk, Answer(client_data, authenticator_data, signature))

Keys are ES256 (P-256) or EdDSA (Ed25519). Attestation statements are not read: we ask for none, because it does not
matter here who built an authenticator. The person must have been verified by it (PIN, finger, face).

Authenticator data (section 6.1) is 37 bytes and more: SHA-256 of the host, flags, count, and for a new key its model,
credential id and COSE key (RFC 9052 section 7):

    49960de5...  45  00000001  adce0002...  0020  f1a3...  a5 01 02 03 26 20 01 21 58 20 ...
"""

import hashlib
import hmac
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from sealane.keys.public import decode_base64url, encode_base64url, read_jwk
from sealane.model.errors import InvalidInput, SignatureInvalid

__all__ = ["Answer", "Made", "Site", "read_new", "verify_use"]

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
_HEAD = 37
_MODEL = 16
_MOST = 65_536
_DEPTH = 4
_LONGEST_ID = 1023
_P256 = 32
_COSE_KINDS = {(1, -8): ("OKP", {6: "Ed25519"}), (2, -7): ("EC", {1: "P-256"})}
_BYTES, _TEXT, _LIST, _MAP = 2, 3, 4, 5


class Site(NamedTuple):
    """Where people sign in, as their browser names it: `https://lane.example`, `http://localhost:8080`."""

    origin: str

    @property
    def host(self) -> str:
        """The name that passkeys are bound to (the relying party id)."""
        return urlsplit(self.origin).hostname or ""


class Made(NamedTuple):
    """A new passkey: its id, its public key, and how often it signed."""

    credential: bytes
    jwk: dict[str, str]
    uses: int


class Answer(NamedTuple):
    """What the browser answers to a challenge: three byte strings as they were signed."""

    client_data: bytes
    authenticator_data: bytes
    signature: bytes


def read_new(site: Site, challenge: bytes, client_data: bytes, attestation: bytes) -> Made:
    """Return the passkey that was made for this site in answer to the challenge.

    Raises:
        SignatureInvalid: when the answer is not to this challenge, from another site, or nobody was verified.
        InvalidInput: when it cannot be read, or its key is of another kind.
    """
    _check_client(site, challenge, client_data, "webauthn.create")
    try:
        document, _ = _cbor(attestation, 0)
        data = document["authData"]
        uses = _check_head(site, data)
        credential, end = _credential(data)
        cose, _ = _cbor(data, end)
        jwk = _jwk(cose)
    except (ValueError, KeyError, IndexError, TypeError, UnicodeDecodeError):
        raise InvalidInput("The passkey cannot be read, or its key is neither ES256 nor EdDSA.") from None
    read_jwk(jwk)
    return Made(credential, jwk, uses)


def verify_use(site: Site, challenge: bytes, jwk: dict[str, str], answer: Answer) -> int:
    """Check that the key's holder answered the challenge on this site; return how often the key signed by now.

    Raises:
        SignatureInvalid: when anything of it is not so.
    """
    _check_client(site, challenge, answer.client_data, "webauthn.get")
    uses = _check_head(site, answer.authenticator_data)
    signature = answer.signature
    if jwk["kty"] == "EC":
        try:
            r, s = decode_dss_signature(signature)
            signature = r.to_bytes(_P256) + s.to_bytes(_P256)
        except (ValueError, OverflowError):
            raise SignatureInvalid from None
    signed = answer.authenticator_data + hashlib.sha256(answer.client_data).digest()
    read_jwk(jwk).verify(signature, signed)
    return uses


def _check_client(site: Site, challenge: bytes, client_data: bytes, kind: str) -> None:
    try:
        told = json.loads(client_data)
        given = decode_base64url(told["challenge"])
        wrong = told["type"] != kind or told["origin"] != site.origin or told.get("crossOrigin", False)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignatureInvalid("The browser's answer cannot be read.") from None
    if wrong or not hmac.compare_digest(given, challenge):
        raise SignatureInvalid("The browser answered another question, or for another site.")


def _check_head(site: Site, data: bytes) -> int:
    if len(data) < _HEAD or not hmac.compare_digest(data[:32], hashlib.sha256(site.host.encode()).digest()):
        raise SignatureInvalid("The passkey is for another site.")
    if data[32] & (PRESENT | VERIFIED) != PRESENT | VERIFIED:
        raise SignatureInvalid("The authenticator did not verify a person.")
    return int.from_bytes(data[33:_HEAD])


def _credential(data: bytes) -> tuple[bytes, int]:
    """Return the id of a new credential and where it ends in the authenticator data.

    Raises:
        ValueError: when the data holds none.
    """
    start = _HEAD + _MODEL + 2
    end = start + int.from_bytes(data[start - 2 : start])
    if not data[32] & ATTESTED or not start < end <= min(len(data), start + _LONGEST_ID):
        raise ValueError("no credential")
    return data[start:end], end


def _jwk(cose: dict[Any, Any]) -> dict[str, str]:
    """Return a COSE key as a JWK: 1 is its kind, 3 its algorithm, -1 the curve, -2 and -3 the coordinates."""
    kind, curves = _COSE_KINDS[cose[1], cose[3]]
    jwk = {"kty": kind, "crv": curves[cose[-1]], "x": encode_base64url(cose[-2])}
    return jwk | {"y": encode_base64url(cose[-3])} if kind == "EC" else jwk


def _cbor(data: bytes, at: int, depth: int = 0) -> tuple[Any, int]:
    """Return the CBOR item (RFC 8949) at an offset and where it ends; only what authenticators send.

    Raises:
        ValueError: for what they do not send: other types, indefinite lengths, deep nesting.
        IndexError: when the data ends early.
    """
    kind, short = data[at] >> 5, data[at] & 31
    at += 1
    if short >= 24:  # noqa: PLR2004 - RFC 8949 section 3: 24 to 27 mean that the number follows in 1 to 8 bytes
        size = {24: 1, 25: 2, 26: 4, 27: 8}[short]
        short, at = int.from_bytes(_cut(data, at, size)), at + size
    if kind <= 1:
        return (-1 - short if kind else short), at
    if kind in {_BYTES, _TEXT}:
        piece = _cut(data, at, short)
        return (piece.decode() if kind == _TEXT else piece), at + short
    if kind not in {_LIST, _MAP} or depth > _DEPTH or short > _MOST:
        raise ValueError("not the CBOR of an authenticator")
    items = []
    for _ in range(short * (2 if kind == _MAP else 1)):
        item, at = _cbor(data, at, depth + 1)
        items.append(item)
    return (dict(zip(items[::2], items[1::2], strict=True)) if kind == _MAP else items), at


def _cut(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise ValueError("the data ends early")
    return data[at : at + size]
