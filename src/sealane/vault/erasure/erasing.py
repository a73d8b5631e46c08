"""Erasing a subject: its key is destroyed, so what backups hold of it stays closed; what lies here is emptied.

The database commits first, with tombstone, log entry and receipt; then the key goes, before the caller is answered. A
crash between the two is made good at the next start, which buries every key whose subject has a tombstone. A database
from an older backup learns of later erasures in the same way, from the tombstones beside the keys.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from sealane.keys.signing import Signer
from sealane.model.clock import from_micros
from sealane.model.errors import Erased, LegalHold, NotFound
from sealane.storage.database import Database, Transaction
from sealane.vault.datakeys import DataKeys
from sealane.vault.erasure import store
from sealane.vault.erasure.receipt import Gone, Receipt, Stays, content_of, sign_receipt
from sealane.vault.store import KEYS_FILE, Tombstone, bury_keys, empty_wal, open_keys, writing

__all__ = ["Eraser", "Erasure", "Tombstone", "apply", "bury", "erased", "reconcile"]

_SHREDDED = "The key it was sealed under is destroyed and the sealed bytes are emptied, so backups stay closed as well."
_ENTRY = "An entry of the transparency log can never be taken out; it names random handles only."
_ORDERS = (
    "Amounts, countries, goods and decisions of the orders are accounting records (e.g. HGB section 257, "
    "Directive 2006/112/EC article 244) and evidence for claims (GDPR article 17(3)(b) and (e)); no name, address, "
    "contact or card number is among them."
)
_LINKS = (
    "Keyed hashes that let signals see a repetition stay with the decisions that used them (GDPR article 6(1)(f), "
    "fraud prevention); nobody can turn one back into a value without the key of this installation."
)
_encode = msgspec.json.Encoder().encode


class Erasure(NamedTuple):
    """An erasure under way: the receipt before it is signed, and the keys that will go."""

    receipt: Receipt
    doomed: tuple[tuple[int, str], ...]

    @property
    def content(self) -> bytes:
        """What the log commits to."""
        return content_of(self.receipt)


class Eraser:
    """Erases inside flows; `forget` makes the vault's memory let go of a subject at once."""

    def __init__(
        self, keys: DataKeys, signer: Signer, forget: Callable[[Transaction, str], None], *, horizon_days: int
    ) -> None:
        self._keys = keys
        self._signer = signer
        self._forget = forget
        self._horizon_days = horizon_days

    def begin(self, tx: Transaction, subject_id: str) -> Erasure:
        """Return what erasing the subject means, with the cards that nobody else paid with.

        Raises:
            NotFound: when there is no such subject.
            Erased: when it was erased before.
            LegalHold: when a law forbids it for now.
        """
        remains = store.remains_of(tx, subject_id)
        if remains is None:
            raise NotFound("There is no such subject.")
        tokens = store.cards_paid_only_by(tx, subject_id)
        cards = [card for token in tokens if (card := store.remains_of(tx, token)) is not None and card.records]
        every = [remains, *(card for card in cards if not store.active_holds(tx, card.subject.subject_id))]
        self._refuse_held(tx, subject_id)
        held = len(cards) + 1 - len(every)
        receipt = self._receipt(subject_id, from_micros(tx.now_us), [each.records for each in every], held)
        return Erasure(receipt, tuple((each.subject.key_number, each.subject.subject_id) for each in every))

    def finish(self, tx: Transaction, erasure: Erasure, log_entry: str) -> Receipt:
        """Erase, and return the signed receipt; the keys are gone before the flow's caller is answered."""
        receipt = sign_receipt(erasure.receipt, log_entry, self._signer)
        document = _encode(receipt)
        tombstones = [Tombstone(number, name, tx.now_us, document) for number, name in erasure.doomed]
        for tombstone in tombstones:
            apply(tx, tombstone)
            self._forget(tx, tombstone.subject_id)
        tx.after_commit(lambda: self._keys.bury(tombstones))
        return receipt

    def _refuse_held(self, tx: Transaction, subject_id: str) -> None:
        holds = store.active_holds(tx, subject_id)
        if holds:
            told = "; ".join(f"{hold.law}: {hold.reason}{_until(hold.until_us)} ({hold.hold_id})" for hold in holds)
            raise LegalHold(f"A law forbids to erase this for now. {told}")

    def _receipt(self, subject_id: str, erased_at: datetime, records: list[int], held: int) -> Receipt:
        shopper, *cards = records
        gone = [
            Gone(f"{shopper} records of the shopper: names, addresses, contacts, accounts, devices", _SHREDDED),
            Gone(
                "The keyed hash under which the shopper is found again", "It is deleted; its key is replaced in time."
            ),
        ]
        if cards:
            gone.append(Gone(f"{len(cards)} cards that nobody else paid with", _SHREDDED))
        stays = [Stays("The orders without their personal values", _ORDERS), Stays("Links in decisions", _LINKS)]
        if held:
            stays.append(Stays(f"{held} cards", "A law forbids to erase them for now; see the holds on them."))
        stays.append(Stays("The log entry of this erasure", _ENTRY))
        return Receipt(
            subject_id=subject_id,
            erased_at=erased_at,
            horizon_days=self._horizon_days,
            unrecoverable_at=erased_at + timedelta(days=self._horizon_days),
            gone=tuple(gone),
            stays=tuple(stays),
        )


def apply(tx: Transaction, tombstone: Tombstone) -> None:
    """Empty what the database holds of an erased subject."""
    store.blank(tx, tombstone.subject_id)
    store.add_tombstone(tx, tombstone)


def reconcile(database: Database, keys: DataKeys) -> tuple[str, ...]:
    """Carry out every erasure that only one of the two files knows of, as after a crash or a restored backup.

    Returns the subjects whose erasure the database did not know of.

    Raises:
        DependencyUnavailable: when the disk refuses.
    """
    with database.reader() as conn:
        here = {tombstone.subject_id: tombstone for tombstone in store.tombstones(conn)}
    there = {tombstone.subject_id: tombstone for tombstone in keys.buried()}
    unburied = [tombstone for name, tombstone in here.items() if name not in there]
    if unburied:
        keys.bury(unburied)
    unknown = [tombstone for name, tombstone in there.items() if name not in here]
    if unknown:
        database.run(lambda tx: _apply_all(tx, unknown))
    return tuple(tombstone.subject_id for tombstone in unknown)


def _apply_all(tx: Transaction, tombstones: Iterable[Tombstone]) -> None:
    for tombstone in tombstones:
        apply(tx, tombstone)


def bury(folder: Path, tombstones: Iterable[Tombstone]) -> None:
    """Delete the keys of erased subjects from the closed key store of a folder, such as one from a backup.

    Raises:
        Misconfigured: when it cannot be used.
        DependencyUnavailable: when the disk refuses.
    """
    with closing(open_keys(folder / KEYS_FILE)) as keys:
        with writing(keys):
            bury_keys(keys, tombstones)
        empty_wal(keys)


def erased(receipt: bytes | None) -> Erased:
    """Return the refusal that tells of an erasure, with its receipt when there is one."""
    return Erased(receipt=None if receipt is None else msgspec.Raw(receipt))


def _until(until_us: int | None) -> str:
    return "" if until_us is None else f", until {from_micros(until_us):%Y-%m-%d}"
