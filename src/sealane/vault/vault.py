"""The vault: personal values go in sealed and come out only by name and for a purpose."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from sealane.keys.ring import KeyRing
from sealane.keys.sealing import DataKey
from sealane.model.cards.number import CardNumberRequest, CardToken
from sealane.model.errors import Erased, FieldError, InvalidInput, NotFound
from sealane.model.event import Attributes
from sealane.model.order import Order, OrderRequest
from sealane.model.sealed import EventSeal, OrderSeal
from sealane.storage.database import Database, Transaction
from sealane.vault import store
from sealane.vault.cards import Cards
from sealane.vault.datakeys import DataKeys
from sealane.vault.erasure import store as erasure_store
from sealane.vault.erasure.erasing import Eraser, erased, reconcile
from sealane.vault.fields import collect
from sealane.vault.links import Linker
from sealane.vault.payment.codes import SecurityCodes
from sealane.vault.payment.destinations import parse_hosts
from sealane.vault.payment.proxy import CardProxy
from sealane.vault.records import Subject, open_envelopes, read_body, seal_record
from sealane.vault.rotation.rotation import Rotation
from sealane.vault.subjects import Subjects

__all__ = ["ATTRIBUTES", "HORIZON_DAYS", "KEY_DAYS", "Gone", "Purpose", "Record", "Vault", "VaultOptions"]

Purpose = Literal["pay", "dispute", "export", "customs", "linehaul", "deliver", "collect", "claim", "supervise"]
ATTRIBUTES = "/attributes"
"""The one field of an event's record: all its attributes, as the JSON text that came in."""

HORIZON_DAYS = 7
"""Days after an erasure when no backup of the key store can open the erased values any more."""

KEY_DAYS = 90
"""Days after which a key that protects new data is replaced by itself."""

_PURPOSES = frozenset(get_args(Purpose))


class VaultOptions(NamedTuple):
    """What the operator chose: the erasure horizon, where the card proxy may call, where the keys are, their age."""

    horizon_days: int = HORIZON_DAYS
    proxy_hosts: str = ""
    proxy_ca: str = ""
    keys_database: str = ""
    """PostgreSQL database of the data keys; empty means the file in the data folder."""
    key_days: int = KEY_DAYS
    """0 means that keys are replaced only when somebody asks for it."""


class Gone(NamedTuple):
    """An erased subject: when, and whether its key is destroyed."""

    subject_id: str
    erased_us: int
    is_key_destroyed: bool


class Vault:
    """One open vault; sealing belongs to flows on the writer thread, revealing to any thread."""

    LINK_ALGORITHM = "HMAC-SHA256"
    """What a card is found again by: its number under a key of the ring."""

    def __init__(self, database: Database, keys: DataKeys, ring: KeyRing, options: VaultOptions) -> None:
        self._keys = keys
        self._ring = ring
        database.on_news(lambda _: self._renew())
        self._linker = Linker(ring.blinder("links"))
        self._subjects = Subjects(keys, ring)
        self._cards = Cards(self._subjects, ring.blinder("cards"), self._linker)
        self.codes = SecurityCodes()
        self.rotation = Rotation(database, keys, ring, self._subjects, options.key_days)
        self.proxy = CardProxy(parse_hosts(options.proxy_hosts), self.codes, options.proxy_ca)
        self.erased_again: tuple[str, ...] = ()
        """The subjects that the database had yet when it was opened, and that had been erased: it was a backup."""
        self.eraser = Eraser(keys, ring.signer("receipt"), self._forget, horizon_days=options.horizon_days)

    @classmethod
    def open(cls, database: Database, ring: KeyRing, folder: Path, options: VaultOptions | None = None) -> "Vault":
        """Open the vault of a data folder, making DIR/vault-keys.db on first use; every known erasure is carried out.

        Raises:
            Misconfigured: when that file is missing although sealed data exist, or cannot be used; when an option is
                wrong.
        """
        with database.reader() as conn:
            used = store.highest_number(conn)
        shared = (options or VaultOptions()).keys_database
        keys = DataKeys.share(shared, folder, ring, used=used) if shared else DataKeys.open(folder, ring, used=used)
        erased_again = reconcile(database, keys)
        vault = cls(database, keys, ring, options or VaultOptions())
        vault.erased_again = erased_again
        return vault

    def start(self) -> None:
        """Carry rotations on in the background from now on, and begin those whose time has come."""
        self.rotation.upkeep.start()

    def stop(self) -> None:
        """End the background work, which needs the database; repeatable."""
        self.rotation.upkeep.stop()

    def close(self) -> None:
        """End the background work and close the file of data keys; repeatable."""
        self.stop()
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
        if card is not None and card.token is not None:
            store.add_payer(tx, subject.subject_id, card.token)
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
        token = self._cards.add(tx, merchant_id, request)
        code = request.cvc
        if code is not None:
            tx.after_commit(lambda: self.codes.keep(token.token, code.open_for_sealing()))
        return token

    def open_card(self, conn: sqlite3.Connection, merchant_id: str, token: str) -> dict[str, str]:
        """Open what is sealed of a merchant's card, for the card proxy alone: number, expiry, holder.

        Raises:
            NotFound: when the merchant has no such card.
            Erased: when it was erased.
            EnvelopeInvalid: when a value was altered or moved.
        """
        record_id = store.record_of_card(conn, merchant_id, token)
        if record_id is None:
            raise NotFound("There is no card of yours with this token.")
        return self.reveal(conn, record_id, self.fields(conn, record_id), purpose="pay")

    def owner(self, conn: sqlite3.Connection, subject_id: str) -> str:
        """Return the merchant whose subject this is.

        Raises:
            NotFound: when there is no such subject.
        """
        merchant_id = erasure_store.owner_of(conn, subject_id)
        if merchant_id is None:
            raise NotFound("There is no such subject.")
        return merchant_id

    def receipt(self, conn: sqlite3.Connection, subject_id: str) -> bytes | None:
        """Return the receipt of a subject's erasure as JSON, None when it was not erased."""
        return erasure_store.receipt_of(conn, subject_id)

    def erasures(self, conn: sqlite3.Connection) -> list[Gone]:
        """Return every erased subject, and whether the key store has buried its key."""
        buried = {each.subject_id for each in self._keys.buried()}
        return [
            Gone(each.subject_id, each.erased_us, each.subject_id in buried) for each in erasure_store.tombstones(conn)
        ]

    def laws_holding(self, conn: sqlite3.Connection, subject_id: str, at_us: int) -> tuple[str, ...]:
        """Return the laws that forbid to erase a subject at a moment."""
        holds = erasure_store.holds_of(conn, subject_id)
        return tuple(each.law for each in holds if each.is_in_force(at_us))

    def stored_cards(self, conn: sqlite3.Connection, limit: int) -> list[tuple[str, bytes]]:
        """Return tokens of cards with everything that is stored of each, sealed or not."""
        return store.stored_cards(conn, limit)

    def fields(self, conn: sqlite3.Connection, record_id: str) -> tuple[str, ...]:
        """Return the names of a record's fields, such as `/shopper/email`, and no value.

        Raises:
            NotFound: when there is no such record.
            Erased: with the receipt, when its subject was erased.
        """
        return self.record(conn, record_id).names

    def record(self, conn: sqlite3.Connection, record_id: str) -> "Record":
        """Read a record once, to name its fields and to open some of them.

        Raises:
            NotFound: when there is no such record.
            Erased: with the receipt, when its subject was erased.
            EnvelopeInvalid: when it is damaged.
        """
        found = store.find_record(conn, record_id)
        if found is None:
            raise NotFound("There is no such record in the vault.")
        row, body = found
        if not body:
            raise erased(erasure_store.receipt_of(conn, row.subject_id))
        return Record(record_id, row, read_body(body), lambda: self._key_of(conn, row))

    def reveal(
        self, conn: sqlite3.Connection, record_id: str, fields: Iterable[str], *, purpose: Purpose
    ) -> dict[str, str]:
        """Open the asked fields of a record, and no other, for a purpose.

        Raises:
            InvalidInput: when the record has no such field or the purpose is not one of ours.
            NotFound: when there is no such record.
            Erased: with the receipt, when its subject was erased.
            EnvelopeInvalid: when a value was altered or moved.
        """
        return self.record(conn, record_id).reveal(fields, purpose=purpose)

    def _key_of(self, conn: sqlite3.Connection, row: store.SubjectRow) -> DataKey:
        try:
            return self._keys.find(row.key_number)
        except Erased:
            raise erased(erasure_store.receipt_of(conn, row.subject_id)) from None

    def _renew(self) -> None:
        """Read again what another server may have changed: the ring, subjects and cards."""
        if self._ring.refresh():
            self._subjects.use(self._ring)
        self._subjects.clear()
        self._cards.clear()

    def _forget(self, tx: Transaction, subject_id: str) -> None:
        self._subjects.forget(tx, subject_id)
        self._cards.forget(tx, subject_id)
        tx.on_success(lambda: self.codes.drop(subject_id))


class Record:
    """A record as it was read, still sealed: `names` are its fields, such as `/shopper/email`."""

    def __init__(
        self, record_id: str, row: store.SubjectRow, envelopes: dict[str, bytes], find_key: Callable[[], DataKey]
    ) -> None:
        self.names = tuple(envelopes)
        self._record_id = record_id
        self._row = row
        self._envelopes = envelopes
        self._find_key = find_key

    def reveal(self, fields: Iterable[str], *, purpose: Purpose) -> dict[str, str]:
        """Open the asked fields, and no other, for a purpose.

        Raises:
            InvalidInput: when the record has no such field or the purpose is not one of ours.
            Erased: with the receipt, when its subject was erased.
            EnvelopeInvalid: when a value was altered or moved.
        """
        if purpose not in _PURPOSES:
            detail = "There is no such purpose."
            raise InvalidInput(detail, errors=(FieldError("/purpose", "not-allowed", detail),))
        subject = Subject(self._row.subject_id, self._row.merchant_id, self._find_key())
        return open_envelopes(subject, self._record_id, self._envelopes, fields)
