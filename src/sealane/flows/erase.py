"""Erasure: a shopper's data go for good; the log gets an entry, the shopper a signed receipt."""

from sealane.flows.rooms import Rooms
from sealane.storage.database import Transaction
from sealane.vault.erasure.receipt import Receipt

__all__ = ["erase"]


def erase(rooms: Rooms, subject_id: str, tx: Transaction) -> Receipt:
    """Erase a subject and return the receipt; the key is gone before the caller hears of it.

    Raises:
        NotFound: when there is no such subject.
        LegalHold: when a law forbids it for now.
    """
    erasure = rooms.vault.eraser.begin(tx, subject_id)
    log_entry = rooms.log.append(tx, "subject.erased", order_id=None, content=erasure.content)
    return rooms.vault.eraser.finish(tx, erasure, log_entry)
