"""The vault: personal values go in sealed and come out only by name and for a purpose."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from sealane.keys.ring import KeyRing
from sealane.model.cards.number import CardNumberRequest, CardToken
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.event import Attributes
from sealane.model.order import Order, OrderRequest
from sealane.model.sealed import EventSeal, OrderSeal
from sealane.storage.database import Database, Transaction
from sealane.vault import store
from sealane.vault.cards import Cards
from sealane.vault.datakeys import DataKeys
from sealane.vault.fields import collect
from sealane.vault.links import Linker
from sealane.vault.records import Subject, names_of, open_fields, seal_record
from sealane.vault.subjects import Subjects

__all__ = ["ATTRIBUTES", "Purpose", "Vault"]

Purpose = Literal["pay", "dispute", "export", "customs", "linehaul", "deliver", "collect", "claim", "supervise"]
ATTRIBUTES = "/attributes"
"""The one field of an event's record: all its attributes, as the JSON text that came in."""

_PURPOSES = frozenset(get_args(Purpose))


class Vault:
    """One open vault; sealing belongs to flows on the writer thread, revealing to any thread."""

    def __init__(self, keys: DataKeys, ring: KeyRing) -> None:
        self._keys = keys
        self._linker = Linker(ring.blinder("links"))
        self._subjects = Subjects(keys, ring.blinder("subjects"))
        self._cards = Cards(self._subjects, ring.blinder("cards"), self._linker)

    @classmethod
    def open(cls, database: Database, ring: KeyRing, folder: Path) -> "Vault":
        """Open the vault of a data folder, making DIR/vault-keys.db on first use.

        Raises:
            Misconfigured: when that file is missing although sealed data exist, or cannot be used.
        """
        with database.reader() as conn:
            used = store.highest_number(conn)
        return cls(DataKeys.open(folder, ring, used=used), ring)

    def close(self) -> None:
        """Close the file of data keys; repeatable."""
        self._keys.close()

    def seal_order(self, tx: Transaction, merchant_id: str, request: OrderRequest) -> OrderSeal:
        """Seal every personal value of an order and return what stays visible.

        Raises:
            InvalidInput: when the card's token is none of this merchant's.
            Erased: when the shopper is known and was erased.
            DependencyUnavailable: when no data key can be made.
        """
        card, card_link = self._cards.of_order(tx, merchant_id, request.payment)
        subject = self._subjects.of_shopper(tx, merchant_id, request.shopper)
        record_id = seal_record(tx, subject, collect(request))
        view = self._linker.order(merchant_id, request, card_link)
        return OrderSeal(subject.subject_id, record_id, *view, card)

    def seal_event(self, tx: Transaction, order: Order, attributes: Attributes, raw: bytes) -> EventSeal:
        """Seal an event's attributes, all of them as they came, and return what stays visible of the known ones.

        Raises:
            NotFound: when the order's subject is not in the vault.
            Erased: when it was erased.
        """
        subject = self._subjects.of_id(tx, order.subject_id)
        record_id = seal_record(tx, subject, {ATTRIBUTES: raw.decode()})
        return self._linker.event(record_id, order, attributes)

    def add_card(self, tx: Transaction, merchant_id: str, request: CardNumberRequest) -> CardToken:
        """Seal a card and return its token: the same one whenever this merchant sends the same number.

        Raises:
            InvalidInput: when the number is no card number or the card has expired.
        """
        return self._cards.add(tx, merchant_id, request)

    def fields(self, conn: sqlite3.Connection, record_id: str) -> tuple[str, ...]:
        """Return the names of a record's fields, such as `/shopper/email`, and no value.

        Raises:
            NotFound: when there is no such record.
        """
        return names_of(_find(conn, record_id)[1])

    def reveal(
        self, conn: sqlite3.Connection, record_id: str, fields: Iterable[str], *, purpose: Purpose
    ) -> dict[str, str]:
        """Open the asked fields of a record, and no other, for a purpose.

        Raises:
            InvalidInput: when the record has no such field or the purpose is not one of ours.
            NotFound: when there is no such record.
            Erased: when its subject's key is gone.
            EnvelopeInvalid: when a value was altered or moved.
        """
        if purpose not in _PURPOSES:
            detail = "There is no such purpose."
            raise InvalidInput(detail, errors=(FieldError("/purpose", "not-allowed", detail),))
        row, body = _find(conn, record_id)
        subject = Subject(row.subject_id, row.merchant_id, self._keys.find(row.key_number))
        return open_fields(subject, record_id, body, fields)


def _find(conn: sqlite3.Connection, record_id: str) -> tuple[store.SubjectRow, bytes]:
    found = store.find_record(conn, record_id)
    if found is None:
        raise NotFound("There is no such record in the vault.")
    return found
