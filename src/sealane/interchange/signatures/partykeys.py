"""The keys of parties: added, overlapping, ended at a time, revoked at once.

A signature names its key by the thumbprint of RFC 7638, by the key's own `kid`, or, where two parties chose the same
`kid`, by `PARTY_ID/KID`. A key that two parties registered belongs to the one that came first.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sealane.interchange import store
from sealane.interchange.signatures.verification import HTTP_ALGORITHMS
from sealane.keys.public import PublicKey, read_jwk
from sealane.model.clock import Clock, from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.party import Party
from sealane.storage import parties
from sealane.storage.database import Database, Transaction

__all__ = ["KeyInfo", "PartyKeys"]

REMEMBERED_US = 1_000_000
REMEMBERED_KEYS = 10_000
LONGEST_NAME = 128
EXCHANGE_CURVES = frozenset({"X25519", "X448"})
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class HeldKey(msgspec.Struct, frozen=True):
    """A key on record, ready to verify."""

    party_id: str
    key: PublicKey
    from_us: int
    until_us: int | None


class KeyInfo(msgspec.Struct, frozen=True):
    """A key as its party sees it."""

    key_id: str
    kid: str | None
    algorithm: str
    state: str
    """upcoming, active, ended or revoked."""
    not_before: datetime
    expires_at: datetime | None
    public_key: dict[str, Any]


class PartyKeys:
    """The keys on record; what is read is remembered for a second, and forgotten when a key changes here."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[int, tuple[HeldKey, ...]]] = {}
        self._parsed: dict[str, PublicKey] = {}
        self._holders: dict[str, Party] = {}

    def valid(self, key_id: str) -> Sequence[HeldKey]:
        """Return the keys that an id may stand for and that are valid now."""
        now = self._clock()
        until, held = self._known.get(key_id, (0, ()))
        if not now < until <= now + REMEMBERED_US:
            held = self._read(key_id)
            if len(self._known) >= REMEMBERED_KEYS:
                self._known.clear()
            self._known[key_id] = now + REMEMBERED_US, held
        return [each for each in held if each.from_us <= now and (each.until_us is None or now < each.until_us)]

    def holder(self, party_id: str) -> Party:
        """Return the party of a key; a party stays what it was registered as, so it is read once.

        Raises:
            NotFound: when there is none.
        """
        party = self._holders.get(party_id)
        if party is None:
            with self._database.reader() as conn:
                party = parties.by_id(conn, party_id)
            if len(self._holders) >= REMEMBERED_KEYS:
                self._holders.clear()
            self._holders[party_id] = party
        return party

    def add(
        self,
        tx: Transaction,
        party_id: str,
        jwk: Mapping[str, Any],
        *,
        span_us: tuple[int | None, int | None] = (None, None),
        at: str = "/public_key",
    ) -> str:
        """Put a party's public key on record, valid from now or for a span; return its key id.

        Raises:
            InvalidInput: when it is no key of an algorithm that signs HTTP messages, or the span is empty.
        """
        key = check_key(jwk, at)
        start = tx.now_us if span_us[0] is None else span_us[0]
        if span_us[1] is not None and span_us[1] <= start:
            detail = "The key would end before it begins."
            raise InvalidInput(detail, errors=(FieldError("/expires_at", "out-of-range", detail),))
        text = msgspec.json.encode(dict(jwk)).decode()
        row = store.KeyRow(party_id, key.thumbprint, jwk.get("kid"), text, tx.now_us, start, span_us[1], None)
        store.add_key(tx, row)
        tx.after_commit(self._known.clear)
        return key.thumbprint

    def enrol(self, tx: Transaction, party_id: str, jwks: Sequence[Mapping[str, Any]]) -> None:
        """Put those of a new party's keys on record that may sign calls; keys for encryption are not for this room.

        Raises:
            InvalidInput: when a key that is for signatures cannot be read.
        """
        for number, jwk in enumerate(jwks):
            at = f"/public_keys/{number}"
            is_signing = jwk.get("use", "sig") == "sig" and jwk.get("crv") not in EXCHANGE_CURVES
            if is_signing and read_jwk(jwk, at=at).algorithm in HTTP_ALGORITHMS:
                self.add(tx, party_id, jwk, at=at)

    def end(self, tx: Transaction, party_id: str, key_id: str, until_us: int) -> None:
        """Let a key end at a time, so that an old and a new one overlap.

        Raises:
            NotFound: when the party has no such key, or it was revoked.
        """
        if not store.end_key(tx, party_id, key_id, until_us):
            raise NotFound("This party has no such key.")
        tx.after_commit(self._known.clear)

    def revoke(self, tx: Transaction, party_id: str, key_id: str) -> None:
        """Revoke a key; calls signed with it are refused from the commit on.

        Raises:
            NotFound: when the party has no such key.
        """
        if not store.revoke_key(tx, party_id, key_id):
            raise NotFound("This party has no such key.")
        tx.after_commit(self._known.clear)

    def listing(self, conn: sqlite3.Connection, party_id: str) -> tuple[KeyInfo, ...]:
        """Return all keys of a party, oldest first."""
        return tuple(_info(row, self._clock()) for row in store.keys_of(conn, party_id))

    def _read(self, key_id: str) -> tuple[HeldKey, ...]:
        with self._database.reader() as conn:
            rows = store.find_keys(conn, key_id)
        return tuple(
            HeldKey(row.party_id, self._parse(row), row.from_us, row.until_us) for row in rows if row.revoked_us is None
        )

    def _parse(self, row: store.KeyRow) -> PublicKey:
        key = self._parsed.get(row.key_id)
        if key is None:
            if len(self._parsed) >= REMEMBERED_KEYS:
                self._parsed.clear()
            key = self._parsed[row.key_id] = read_jwk(msgspec.json.decode(row.jwk))
        return key


def check_key(jwk: Mapping[str, Any], at: str) -> PublicKey:
    """Return the key, if it may sign HTTP messages.

    Raises:
        InvalidInput: naming the member that is wrong.
    """
    private = sorted(_PRIVATE & jwk.keys())
    if private:
        detail = "This is part of a private key; keep it, and use another key pair from now on."
        raise InvalidInput(detail, errors=(FieldError(f"{at}/{private[0]}", "private-key", detail),))
    key = read_jwk(jwk, at=at)
    name = jwk.get("kid")
    if key.algorithm not in HTTP_ALGORITHMS:
        detail = f"Keys that sign calls are for {', '.join(HTTP_ALGORITHMS)}."
        raise InvalidInput(detail, errors=(FieldError(f"{at}/alg", "not-allowed", detail),))
    if name is not None and not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME):
        detail = f"A kid is a text of 1 to {LONGEST_NAME} characters."
        raise InvalidInput(detail, errors=(FieldError(f"{at}/kid", "out-of-range", detail),))
    return key


def _info(row: store.KeyRow, now_us: int) -> KeyInfo:
    jwk = msgspec.json.decode(row.jwk)
    state = "active"
    if row.revoked_us is not None:
        state = "revoked"
    elif row.until_us is not None and row.until_us <= now_us:
        state = "ended"
    elif row.from_us > now_us:
        state = "upcoming"
    until = None if row.until_us is None else from_micros(row.until_us)
    algorithm = read_jwk(jwk).algorithm
    return KeyInfo(row.key_id, row.name, algorithm, state, from_micros(row.from_us), until, jwk)
