"""Erasure: a shopper's data go for good; the log gets an entry, the shopper a signed receipt.

What opens the log's entries about the shopper's orders goes as well, and with it every way to test a guess of what they
say; the entries stay, and so does every proof of them.
"""

from collections.abc import Iterable

from sealane.flows.rooms import Rooms
from sealane.storage.database import Transaction
from sealane.vault.erasure.receipt import Receipt

__all__ = ["close_entries", "erase"]


def erase(rooms: Rooms, subject_id: str, tx: Transaction) -> Receipt:
    """Erase a subject and return the receipt; the key is gone before the caller hears of it.

    Raises:
        NotFound: when there is no such subject.
        LegalHold: when a law forbids it for now.
    """
    erasure = rooms.vault.eraser.begin(tx, subject_id)
    close_entries(rooms, [subject_id], tx)
    log_entry = rooms.log.append(tx, "subject.erased", order_id=None, content=erasure.content)
    return rooms.vault.eraser.finish(tx, erasure, log_entry)


def close_entries(rooms: Rooms, subjects: Iterable[str], tx: Transaction) -> int:
    """Erase what opens the log's entries about the orders of these subjects; return how many entries there were."""
    orders = [order_id for subject_id in subjects for order_id in rooms.disclosure.orders_in(tx, subject_id)]
    return sum(rooms.log.erase(tx, order_id) for order_id in orders)
