"""A real vault on a real database, and orders, cards and events to put into it."""

import json
from pathlib import Path
from typing import Any

import msgspec

from orders import order
from sealane.keys.ring import KeyRing
from sealane.model.cards.number import CardNumberRequest, CardToken, card_decoder
from sealane.model.consignment import Consignment
from sealane.model.event import Attributes
from sealane.model.ids import new_id
from sealane.model.order import Order, OrderRequest, order_decoder
from sealane.model.payment import Payment
from sealane.model.personal import decode_hook
from sealane.model.sealed import EventSeal, OrderSeal
from sealane.storage.database import Database
from sealane.vault import Vault, VaultOptions

__all__ = ["MERCHANT", "ROOT_KEY", "Lane", "attributes", "card", "request", "stored"]

ROOT_KEY = "5e" * 32
MERCHANT = "mer_01kan6k3zw8t5q1r9v0m2c4d7e"


def request(**changes: Any) -> OrderRequest:
    """Return a decoded order; `shopper__name="X"` changes one inner field."""
    return order_decoder.decode(json.dumps(order(**changes)).encode())


def card(number: str = "4111111111111111", **changes: Any) -> CardNumberRequest:
    """Return a decoded card."""
    content = {"number": number, "expiry_month": 12, "expiry_year": 2030, "holder": "Ana Silva"} | changes
    return card_decoder.decode(json.dumps(content).encode())


def attributes(raw: bytes) -> Attributes:
    """Return the decoded attributes of an event."""
    return msgspec.json.decode(raw, type=Attributes, dec_hook=decode_hook)


def stored(asked: OrderRequest, seal: OrderSeal, merchant_id: str = MERCHANT) -> Order:
    """Return the order as a flow would store it."""
    consignments = tuple(
        Consignment(new_id("cns"), each.consignee.country, carrier=each.carrier) for each in asked.consignments
    )
    payment = Payment(asked.payment.method, asked.payment.amount)
    return Order(new_id("ord"), merchant_id, asked.reference, 0, 0, payment, consignments, seal)


class Lane:
    """An open folder: database, key ring and vault, which can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open()

    def open(self, options: VaultOptions | None = None) -> None:
        self.database = Database.open(self.folder)
        self.ring = KeyRing.open(self.folder, root_key=ROOT_KEY)
        self.vault = Vault.open(self.database, self.ring, self.folder, options)

    def close(self) -> None:
        self.database.close()
        self.vault.close()

    def reopen(self) -> None:
        self.close()
        self.open()

    def seal(self, asked: OrderRequest | None = None, merchant_id: str = MERCHANT) -> OrderSeal:
        asked = asked or request()
        return self.database.run(lambda tx: self.vault.seal_order(tx, merchant_id, asked))

    def seal_event(self, of: Order, raw: bytes) -> EventSeal:
        return self.database.run(lambda tx: self.vault.seal_event(tx, of, attributes(raw), raw))

    def add_card(self, asked: CardNumberRequest, merchant_id: str = MERCHANT) -> CardToken:
        return self.database.run(lambda tx: self.vault.add_card(tx, merchant_id, asked))

    def reveal(self, record_id: str, *fields: str) -> dict[str, str]:
        with self.database.reader() as conn:
            return self.vault.reveal(conn, record_id, fields, purpose="supervise")

    def fields(self, record_id: str) -> tuple[str, ...]:
        with self.database.reader() as conn:
            return self.vault.fields(conn, record_id)

    def query(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with self.database.reader() as conn:
            return conn.execute(sql, params).fetchall()

    def change(self, sql: str, *params: Any) -> int:
        return self.database.run(lambda tx: tx.execute(sql, params))
