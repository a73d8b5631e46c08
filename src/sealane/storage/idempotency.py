"""Idempotency: the same request, sent again under the same name, gets the first answer and has one effect.

There is no "still running" here: flows run one at a time, so a second request finds the first one's answer.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from sealane.model.errors import IdempotencyMismatch
from sealane.storage.transaction import Transaction

__all__ = ["Answer", "Slot", "once"]

_ADD = "INSERT INTO idempotency (slot, fingerprint, body) VALUES (?, ?, ?)"
_FIND = "SELECT fingerprint, body FROM idempotency WHERE slot = ?"


class Slot(NamedTuple):
    """The name of a request: whose it is, on which route, under which key."""

    party_id: str
    route: str
    key: str


class Answer(NamedTuple):
    """The answer, and whether it is a stored one."""

    body: bytes
    replayed: bool


def once(tx: Transaction, slot: Slot, fingerprint: bytes, work: Callable[[Transaction], bytes]) -> Answer:
    """Return the stored answer to this request, or do the work and store its answer; failures are not stored.

    The answer is stored as it is, so it must hold no secret and no personal value.

    Raises:
        IdempotencyMismatch: when the name was used with another body.
    """
    name = ("idempotency", _digest(slot))
    known = tx.recall(name) or tx.one(_FIND, name[1:], flush=False)
    if known is not None:
        if known[0] != fingerprint:
            raise IdempotencyMismatch
        return Answer(known[1], replayed=True)
    body = work(tx)
    tx.insert(_ADD, (name[1], fingerprint, body))
    tx.remember(name, (fingerprint, body))
    return Answer(body, replayed=False)


def _digest(slot: Slot) -> bytes:
    """Return 16 bytes that stand for the slot; a key is the caller's own text and may say more than it should."""
    return blake2b("\0".join(slot).encode(), digest_size=16).digest()
