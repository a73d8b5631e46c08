"""Signed notices: a message that proves itself, small enough for a link in a text message or a QR code.

A notice is a compact JWS (RFC 7515 section 7.1) under Ed25519 (RFC 8037). It binds sender, consignment, tracking
number, amount, link and time, so none can be exchanged; whoever has the sender's public key checks it offline:

    eyJhbGciOiJFZERTQSIsImtpZCI6IkM3...In0 . eyJzIjoibGFtcHMuZXhhbXBsZSIsImMiOiJjbnNf...fQ . 86 characters of signature
    {"alg":"EdDSA","kid":"C7yVxq1mB2A","typ":"notice"} . {"s":"lamps.example","c":"cns_...","k":"fee","i":...,...}
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from sealane.keys.signing import Signer, verify
from sealane.model.errors import ProofInvalid, Replayed, SignatureInvalid
from sealane.model.money import Money

__all__ = [
    "Notice",
    "NoticeKind",
    "find_notice",
    "issue",
    "key_id",
    "notice_id",
    "read_notice",
    "sender_key",
    "verify_notice",
]

NoticeKind = Literal["delivery", "fee", "delay"]

LONGEST = 2000
"""Characters; a QR code of version 40 holds 2,953, a link some 2,000."""
_TOKEN = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{40,120}\.[A-Za-z0-9_-]{40,1800}\.[A-Za-z0-9_-]{86}(?![\w-])")
_KEY_ID_BYTES = 8
_ID_BYTES = 16

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Link = Annotated[str, msgspec.Meta(pattern="^https://", max_length=300)]


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a sender says to a shopper about one consignment; times in whole seconds since 1970, UTC."""

    sender: Text = msgspec.field(name="s")
    consignment_id: Text = msgspec.field(name="c")
    kind: NoticeKind = msgspec.field(name="k")
    issued_seconds: int = msgspec.field(name="i")
    expires_seconds: int = msgspec.field(name="e")
    tracking_number: Text | None = msgspec.field(name="n", default=None)
    amount: Money | None = msgspec.field(name="a", default=None)
    link: Link | None = msgspec.field(name="l", default=None)
    number: Text | None = msgspec.field(name="j", default=None)
    """Eight random characters, so that no two notices are the same."""
    home: Text | None = msgspec.field(name="h", default=None)
    """Host whose page `/notices/ID` shows the notice; a link that carries the notice may lead there too."""


_decode = msgspec.json.Decoder(Notice).decode
_encode = msgspec.json.Encoder().encode


def issue(signer: Signer, notice: Notice) -> str:
    """Return the notice as a compact JWS of printable ASCII.

    Raises:
        ValueError: when it would be too long for a link.
    """
    signed = f"{_header(key_id(signer.public_key))}.{_to_text(_encode(notice))}"
    token = f"{signed}.{_to_text(signer.sign(signed.encode('ascii')))}"
    if len(token) > LONGEST:
        raise ValueError("a notice of this length fits no link")
    return token


def verify_notice(
    token: str,
    keys: Mapping[str, bytes],
    *,
    now_us: int,
    consignment_id: str | None = None,
    spent: Collection[str] = (),
) -> Notice:
    """Return what a notice says, once its signature, its time and, if named, its consignment are found right.

    `keys` maps `key_id` to the public keys of senders that are trusted; `spent` holds the ids of notices that are over.

    Raises:
        SignatureInvalid: when it is forged or altered, or its sender is not trusted.
        ProofInvalid: when it is outside its time or about another consignment.
        Replayed: when it was spent.
    """
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    public_key = keys.get(sender_key(token))
    if public_key is None or len(token) > LONGEST or head != _header(key_id(public_key)):
        raise SignatureInvalid("No trusted sender signed this notice.")
    verify(public_key, _to_bytes(signature), f"{head}.{body}".encode("ascii"))
    try:
        notice = _decode(_to_bytes(body))
    except msgspec.DecodeError:
        raise SignatureInvalid("What was signed is no notice.") from None
    if not notice.issued_seconds <= now_us // 1_000_000 < notice.expires_seconds:
        raise ProofInvalid(
            "The notice is outside its time.", remedy="Open the shop's own order page for the present state."
        )
    if consignment_id is not None and consignment_id != notice.consignment_id:
        raise ProofInvalid("The notice is about another consignment.", remedy="It was not meant for this parcel.")
    if notice_id(token) in spent:
        raise Replayed("This notice is over.", remedy="Open the shop's own order page for the present state.")
    return notice


def find_notice(text: str) -> str | None:
    """Return the one notice that a text, such as a link, carries; None when it carries none."""
    found = _TOKEN.search(text[: LONGEST + 500]) if len(text) <= LONGEST + 500 else None
    return found[0] if found and sender_key(found[0]) else None


def read_notice(token: str) -> Notice:
    """Return what a notice says that was verified already.

    Raises:
        SignatureInvalid: when it is no notice.
    """
    try:
        return _decode(_to_bytes(token.split(".")[1]))
    except (IndexError, msgspec.DecodeError):
        raise SignatureInvalid("What was signed is no notice.") from None


def notice_id(token: str) -> str:
    """Return the name of a notice: 22 characters that say nothing about what it holds."""
    return _to_text(sha256(token.encode()).digest()[:_ID_BYTES])


def key_id(public_key: bytes) -> str:
    """Return the short name of a public key of 32 bytes: `C7yVxq1mB2A`."""
    return _to_text(sha256(public_key).digest()[:_KEY_ID_BYTES])


def sender_key(token: str) -> str:
    """Return the id of the key that a notice names, trusted or not; empty when it is no notice."""
    try:
        head = msgspec.json.decode(_to_bytes(token.partition(".")[0]), type=dict[str, str])
    except (SignatureInvalid, msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return head.get("kid", "") if head.get("typ") == "notice" else ""


def _header(kid: str) -> str:
    """Return the one header a notice may have, so that its algorithm is never the writer's choice (RFC 8725)."""
    return _to_text(f'{{"alg":"EdDSA","kid":"{kid}","typ":"notice"}}'.encode())


def _to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _to_bytes(text: str) -> bytes:
    """Return the bytes of unpadded base64url text, of which each byte string has exactly one."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        raise SignatureInvalid("The notice is damaged.") from None
    if _to_text(raw) != text:
        raise SignatureInvalid("The notice is damaged.")
    return raw
