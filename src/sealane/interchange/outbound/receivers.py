"""Receivers: endpoints that parties registered, with secrets that are shown once and kept sealed."""

import sqlite3

import msgspec

from sealane.interchange.inbox.endpoints import Safe
from sealane.interchange.outbound import store
from sealane.interchange.outbound.signing import Scheme, SigningSecret, sign_call, sign_webhook
from sealane.interchange.outbound.store import ReceiverRow
from sealane.interchange.signatures.message import Message
from sealane.keys.public import encode_base64url, read_jwk
from sealane.keys.signing import Signer
from sealane.model.errors import Conflict, NotFound
from sealane.model.ids import new_id
from sealane.storage.database import Transaction

__all__ = ["KINDS", "PEER", "Receivers", "Subscription", "own_receiver"]

KINDS = (
    "order.decided", "event.recorded", "case.closed", "message.sent", "disclosure.released", "incident.opened",
    "match.found", "match.cleared", "page.changed", "page.unread",
)  # fmt: skip
"""What can be told: the kinds of the outbox."""

PEER = "peer"
_SIGNED_BY_US = frozenset({"rfc9421", PEER})
_AGENT = "Sealane/1"


class Subscription(msgspec.Struct, frozen=True):
    """What a party wants to hear, where, and how it is signed."""

    url: str
    kinds: tuple[str, ...] = ()
    scheme: str = "v1a"


class _Secrets(msgspec.Struct, frozen=True):
    secrets: tuple[SigningSecret, ...]


class Receivers:
    """The endpoints of all parties; `signer` signs calls to those that verify by RFC 9421."""

    def __init__(self, safe: Safe, signer: Signer) -> None:
        self._safe = safe
        self._signer = signer
        plain = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(signer.public_key)}
        self.key_id = read_jwk(plain).thumbprint
        self.jwk = {**plain, "alg": "EdDSA", "use": "sig", "kid": self.key_id}
        """The public key of what this installation signs by RFC 9421."""

    def add(self, tx: Transaction, party_id: str, wanted: Subscription, from_number: int) -> tuple[ReceiverRow, str]:
        """Register an endpoint for what happens after a notice; return it with what the receiver verifies with."""
        endpoint_id = new_id("hook")
        secrets, shown = _Secrets(()), self.key_id
        if wanted.scheme not in _SIGNED_BY_US:
            secret = SigningSecret.new(msgspec.convert(wanted.scheme, Scheme))
            secrets, shown = _Secrets((secret,)), secret.shown()
        row = ReceiverRow(
            endpoint_id,
            party_id,
            wanted.url,
            " ".join(wanted.kinds),
            wanted.scheme,
            self._seal(endpoint_id, secrets),
            from_number,
            tx.now_us,
        )
        store.add_receiver(tx, row)
        return row, shown

    def all(self, conn: sqlite3.Connection, party_id: str | None = None) -> list[ReceiverRow]:
        """Return the open endpoints of a party, or of all, oldest first."""
        return store.list_receivers(conn, party_id)

    def pause(self, tx: Transaction, endpoint_id: str) -> None:
        """Send nothing to an endpoint until somebody lets it go on."""
        store.pause(tx, endpoint_id, tx.now_us)

    def resume(self, tx: Transaction, endpoint_id: str) -> None:
        """Let an endpoint that was paused go on."""
        store.pause(tx, endpoint_id, None)

    def remove(self, tx: Transaction, endpoint_id: str) -> None:
        """Close an endpoint, forget its secrets and what waits for it."""
        store.remove_receiver(tx, endpoint_id)

    def rotate(self, tx: Transaction, row: ReceiverRow, overlap_us: int) -> str:
        """Put a fresh secret in force and return it; until the overlap ends, both sign.

        Raises:
            Conflict: when the endpoint verifies by this installation's own key, which is rotated for all.
        """
        if row.scheme in _SIGNED_BY_US:
            raise Conflict("This endpoint verifies by the key of the installation, not by a secret of its own.")
        fresh = SigningSecret.new(msgspec.convert(row.scheme, Scheme))
        until = tx.now_us + overlap_us
        older = [
            msgspec.structs.replace(each, until_us=min(until, each.until_us or until))
            for each in self._secrets(row)
            if overlap_us and (each.until_us is None or each.until_us > tx.now_us)
        ]
        store.put_secrets(tx, row.endpoint_id, self._seal(row.endpoint_id, _Secrets((fresh, *older))))
        return fresh.shown()

    def sign(self, row: ReceiverRow, delivery_id: str, body: bytes, *, now_us: int) -> Message:
        """Return the call that delivers a body, with its signature among the fields."""
        fields = {"content-type": "application/json"}
        if row.scheme in _SIGNED_BY_US:
            fields |= {"webhook-id": delivery_id} if row.scheme != PEER else {"idempotency-key": delivery_id}
            call = Message(fields=fields, body=body, method="POST", target=row.url)
            signed = sign_call(self._signer, self.key_id, call, now_us=now_us)
        else:
            in_force = tuple(each for each in self._secrets(row) if each.until_us is None or now_us < each.until_us)
            signed = sign_webhook(in_force, delivery_id, body, now_us=now_us)
        return Message(fields={**fields, **signed, "user-agent": _AGENT}, body=body, method="POST", target=row.url)

    def _secrets(self, row: ReceiverRow) -> tuple[SigningSecret, ...]:
        return msgspec.json.decode(self._safe.open(row.secrets, row.endpoint_id), type=_Secrets).secrets

    def _seal(self, endpoint_id: str, secrets: _Secrets) -> bytes:
        return self._safe.seal(msgspec.json.encode(secrets), endpoint_id)


def own_receiver(conn: sqlite3.Connection, endpoint_id: str, party_id: str | None) -> ReceiverRow:
    """Return an open endpoint of a party, or anybody's with None.

    Raises:
        NotFound: when the party has no such endpoint.
    """
    row = store.find_receiver(conn, endpoint_id)
    if row is None or party_id not in {None, row.party_id}:
        raise NotFound("There is no such endpoint.")
    return row
