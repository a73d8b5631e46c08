"""Custodian: holds one half of each key, evaluates blinded elements under it, and counts who asks how much.

Two custodians together make a tag; one alone can neither make one nor try out all phone numbers. A member's quota is
kept by each custodian for itself, so raising it takes two operators.
"""

from typing import Final

import msgspec

from sealane.alliance import store
from sealane.alliance.epochs import live_epochs
from sealane.alliance.inputs import Kind
from sealane.alliance.store import SealedKey
from sealane.alliance.wire import BATCH, EvaluateRequest, Evaluation
from sealane.keys.oprf import EvaluationKey
from sealane.keys.ring import KeyRing
from sealane.model.errors import FieldError, InvalidInput
from sealane.storage.transaction import Transaction

__all__ = ["Admission", "Custodian", "evaluate"]

_DAY_US: Final = 86_400_000_000


class Admission(msgspec.Struct, frozen=True):
    """Whether a question is within the member's quota; what is left of it today afterwards, in elements."""

    is_admitted: bool
    left_today: int
    seconds_left: int
    """Until the quota is whole again."""


class Custodian:
    """The key halves of this installation, each made on first use and pinned on the log by whoever asks for it."""

    def __init__(self, ring: KeyRing, *, quota_per_day: int) -> None:
        self._ring = ring
        self._quota = quota_per_day
        self._open: dict[tuple[Kind, str], EvaluationKey] = {}
        self._spent: set[str] = set()

    def key(self, tx: Transaction, kind: Kind, epoch: str) -> tuple[EvaluationKey, str] | None:
        """Return the key half of a live epoch with its log entry, None when it is still to be made.

        Raises:
            InvalidInput: when the epoch is over or not begun.
        """
        if epoch not in live_epochs(tx.now_us):
            detail = "Ask in the present quarter or the one before, like 2026Q4."
            raise InvalidInput(detail, errors=(FieldError("/epoch", "not-live", detail),))
        sealed = store.key(tx, kind, epoch)
        if sealed is None:
            return None
        known = self._open.get((kind, epoch))
        if known is None:
            kek = self._ring.kek("index", sealed.kek_version)
            known = self._open[kind, epoch] = EvaluationKey(kek.open(sealed.sealed, _binding(kind, epoch)))
        return known, sealed.entry_id

    def key_at_hand(self, party_id: str, kind: Kind, epoch: str) -> EvaluationKey | None:
        """Return a key half that is open already, for a start on a question while it is still being admitted.

        None for a member whose last question went past the quota: nothing is begun for nothing.
        """
        return None if party_id in self._spent else self._open.get((kind, epoch))

    def make_key(self, kind: Kind, epoch: str) -> tuple[EvaluationKey, SealedKey]:
        """Return a new key half, open and sealed; its log entry is still to be named."""
        key = EvaluationKey.generate()
        sealed = self._ring.kek("index").seal(key.secret, _binding(kind, epoch))
        return key, SealedKey(self._ring.newest("index"), sealed, key.public_key, "")

    def keep_key(self, tx: Transaction, kind: Kind, epoch: str, sealed: SealedKey) -> None:
        """Store a new key half."""
        store.add_key(tx, kind, epoch, sealed)

    def admit(self, tx: Transaction, party_id: str, count: int) -> Admission:
        """Count a question against the member's quota, unless it goes past it."""
        day, passed = divmod(tx.now_us, _DAY_US)
        left = self._quota - store.used(tx, party_id, day)
        seconds = (_DAY_US - passed) // 1_000_000 + 1
        if count > left:
            self._spent.add(party_id)
            return Admission(is_admitted=False, left_today=max(left, 0), seconds_left=seconds)
        self._spent.discard(party_id)
        store.use(tx, party_id, day, count)
        return Admission(is_admitted=True, left_today=left - count, seconds_left=seconds)


def evaluate(key: EvaluationKey, request: EvaluateRequest) -> Evaluation:
    """Return the evaluated elements with their proof; costs about 100 us an element, so not for the writer's thread.

    Raises:
        InvalidInput: when the question is not padded.
        ProofInvalid: when an element is not one of the group.
    """
    if len(request.elements) % BATCH:
        detail = f"Pad the elements to a multiple of {BATCH} with random ones."
        raise InvalidInput(detail, errors=(FieldError("/elements", "not-padded", detail),))
    evaluated, proof = key.evaluate([bytes.fromhex(element) for element in request.elements])
    return Evaluation(
        epoch=request.epoch,
        public_key=key.public_key.hex(),
        elements=tuple(element.hex() for element in evaluated),
        proof=proof.hex(),
        left_today=0,
    )


def _binding(kind: Kind, epoch: str) -> bytes:
    return f"alliance key {kind} {epoch}".encode()
