"""The room: the notices of one installation, from issuing them to looking them up.

shield = Shield.open(ring.signer("notice"), folder)
token = shield.issue(tx, notice, merchant_id)
answer = check(text, ledger_of(conn), shield.trust(conn, now_us))
"""

import sqlite3
from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

import msgspec

from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, NotFound, SignatureInvalid
from sealane.model.money import Money
from sealane.shield import store
from sealane.shield.editions import edition_in, stamp_of
from sealane.shield.links.feeds import NO_FEEDS, Feeds, use_feeds
from sealane.shield.notices import Link, Notice, NoticeKind, issue, key_id, notice_id
from sealane.shield.store import Ending
from sealane.shield.trust import Trust
from sealane.storage.database import Transaction

__all__ = ["LIFETIMES", "LONGEST_LIFE", "NoticeRequest", "NoticeResult", "Shield", "as_jwk", "trust_of"]

LIFETIMES: dict[NoticeKind, timedelta] = {
    "delivery": timedelta(days=7),
    "fee": timedelta(days=14),
    "delay": timedelta(days=7),
}
"""How long a notice counts when its sender does not say."""
LONGEST_LIFE = timedelta(days=90)

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class NoticeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/notices`; without `expires_at` the notice counts as long as its kind does."""

    consignment: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    kind: NoticeKind
    amount: Money | None = None
    link: Link | None = None
    expires_at: Aware | None = None


class NoticeResult(msgspec.Struct, frozen=True):
    """A notice as a compact JWS, the text to send to the shopper, and the page that shows the notice."""

    notice: str
    text: str
    notice_id: str
    page: str
    expires_at: datetime


class Shield:
    """Signs the notices of an installation and knows which of them were ended; prints no secret."""

    def __init__(self, signer: Signer, folder: Path) -> None:
        self._signer = signer
        self._folder = folder
        self._stamp = stamp_of(folder)
        self.key_id = key_id(signer.public_key)

    @classmethod
    def open(cls, signer: Signer, folder: Path, feeds: Feeds = NO_FEEDS) -> Self:
        """Return the room with the key that signs its notices; put the folder's registry and the feeds in force.

        Raises:
            SignatureInvalid: when the folder's registry was altered.
        """
        room = cls(signer, folder)
        edition_in(folder)
        use_feeds(feeds)
        return room

    def refresh(self) -> None:
        """Put the folder's registry in force when it was exchanged, as `sealane shield update` does beside a server.

        One that was altered is left alone: what is in force stays so.
        """
        stamp = stamp_of(self._folder)
        if stamp != self._stamp:
            self._stamp = stamp
            with suppress(SignatureInvalid, InvalidInput):
                edition_in(self._folder)

    def jwk(self) -> dict[str, str]:
        """Return the public key as a JSON Web Key (RFC 8037 section 2)."""
        return as_jwk(self._signer.public_key)

    def has_key(self, tx: Transaction) -> bool:
        """Tell whether the public key is recorded already."""
        return self.key_id in store.keys(tx)

    def add_key(self, tx: Transaction, entry_id: str) -> None:
        """Record the public key with the log entry that pins it."""
        store.add_key(tx, self.key_id, self._signer.public_key, entry_id)

    def issue(self, tx: Transaction, notice: Notice, merchant_id: str) -> str:
        """Sign a notice, record it and return its token.

        Raises:
            ValueError: when it would be too long for a link.
        """
        token = issue(self._signer, notice)
        signed = token, notice.expires_seconds * 1_000_000
        store.add_notice(tx, notice_id(token), merchant_id, notice.consignment_id, signed)
        return token

    def end(self, tx: Transaction, name: str, how: Ending, merchant_id: str | None) -> str:
        """End a notice before its time and return how it was ended, which is how it was ended first.

        Raises:
            NotFound: when the merchant, if one is named, handed out no such notice.
        """
        stored = store.find_notice(tx, name)
        if stored is None or merchant_id not in {None, stored.merchant_id}:
            raise NotFound("There is no such notice.")
        store.end_notice(tx, name, how)
        return stored.ended or how

    @staticmethod
    def pins(conn: sqlite3.Connection) -> dict[str, tuple[bytes, str]]:
        """Return every public key that signed notices here, by its id, with the log entry that pins it."""
        return store.keys(conn)

    @staticmethod
    def token_of(conn: sqlite3.Connection, name: str) -> str:
        """Return the token of a notice by its id.

        Raises:
            NotFound: when no such notice was handed out here.
        """
        stored = store.find_notice(conn, name)
        if stored is None:
            raise NotFound("There is no such notice.", remedy="Ask the shop on its own site; don't use the message.")
        return stored.token


def trust_of(conn: sqlite3.Connection, now_us: int) -> Trust:
    """Return the trust in what this installation signed and recorded."""
    known = {kid: public_key for kid, (public_key, _) in store.keys(conn).items()}
    return Trust(known, now_us, own=frozenset(known), stored=lambda name: store.find_notice(conn, name))


def as_jwk(public_key: bytes) -> dict[str, str]:
    """Return an Ed25519 public key as a JSON Web Key (RFC 8037): `{"crv": "Ed25519", "kid": "C7yV...", ...}`."""
    x = urlsafe_b64encode(public_key).rstrip(b"=").decode("ascii")
    return {"crv": "Ed25519", "kid": key_id(public_key), "kty": "OKP", "x": x}
