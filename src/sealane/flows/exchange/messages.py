"""Messages between parties: what the leg needs crosses, sealed under the shopper's key; the rest is a finding."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from sealane.flows.rooms import Rooms
from sealane.interchange import ExchangeRow, Leg, OnSurplus, minimise, note_findings
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.event import Attributes
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import orderbook, outbox, parties
from sealane.storage.database import Transaction
from sealane.vault import ATTRIBUTES, Purpose

__all__ = ["MessageRequest", "MessageResult", "MessageTold", "read_message", "send_message"]

_encode = msgspec.json.Encoder().encode

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Value = Annotated[str, msgspec.Meta(max_length=2000)] | int | float | None


class MessageRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message to a party about an order; `fields` that the leg does not need are stripped, or refused when asked."""

    to: Id
    leg: Leg
    purpose: Purpose
    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
    fields: dict[str, Value]
    order: Id | None = None
    consignment: Id | None = None
    reference: Id | None = None
    tracking_number: Id | None = None
    on_surplus: OnSurplus = "strip"


class MessageResult(msgspec.Struct, frozen=True):
    """A message that crossed: which fields, which not, and the entry of the log."""

    message_id: str
    fields: tuple[str, ...]
    stripped: tuple[str, ...]
    log_entry: str


class MessageTold(msgspec.Struct, frozen=True):
    """A message as its recipient reads it."""

    message_id: str
    sender: str
    order_id: str
    leg: str
    purpose: str
    kind: str
    fields: dict[str, Any]
    sent_at: datetime


def send_message(rooms: Rooms, sender: Party, request: MessageRequest, tx: Transaction) -> bytes:
    """Pass a message on and return its `MessageResult` as JSON.

    Raises:
        NotFound: when no order the sender may speak of is named so.
        InvalidInput: when there is no such recipient.
        SchemaMismatch: when a field may not cross.
    """
    order = _order(sender, request, tx)
    _check_recipient(rooms, request.to)
    kept, surplus = minimise(request.leg, request.fields, request.on_surplus)
    note_findings(tx, sender.party_id, request.leg, "stripped", surplus)
    seal = rooms.vault.seal_event(tx, order, Attributes(), _encode(kept))
    row = ExchangeRow(
        new_id("msg"),
        sender.party_id,
        request.to,
        order.order_id,
        request.leg,
        request.purpose,
        request.kind,
        seal.record_id,
        tx.now_us,
    )
    rooms.interchange.crossings.add(tx, row)
    entry = rooms.log.append(tx, "message.sent", order_id=order.order_id, content=_encode(row))
    result = MessageResult(row.message_id, tuple(sorted(kept)), surplus, entry)
    outbox.add(tx, "message.sent", order.order_id, _encode(result))
    return _encode(result)


def read_message(rooms: Rooms, reader: Party, message_id: str) -> MessageTold:
    """Return a message to its recipient, or to its sender.

    Raises:
        NotFound: when there is none, or it is between others; both look the same.
        Erased: when the shopper was erased since.
    """
    with rooms.database.reader() as conn:
        row = rooms.interchange.crossings.between(conn, message_id, reader.party_id)
        purpose = msgspec.convert(row.purpose, Purpose)
        text = rooms.vault.reveal(conn, row.record_id, [ATTRIBUTES], purpose=purpose)[ATTRIBUTES]
    fields = msgspec.json.decode(text)
    sent = from_micros(row.sent_us)
    return MessageTold(row.message_id, row.sender_id, row.order_id, row.leg, row.purpose, row.kind, fields, sent)


def _order(sender: Party, request: MessageRequest, tx: Transaction) -> Order:
    names = {"order": request.order, "consignment": request.consignment, "reference": request.reference}
    if not any(names.values()) and not request.tracking_number:
        detail = "The message names no order."
        raise InvalidInput(detail, errors=(FieldError("/order", "missing", detail),))
    merchant_id = sender.party_id if sender.roles == ("merchant",) else None
    return orderbook.find(tx, merchant_id, **names, tracking_number=request.tracking_number)[0]


def _check_recipient(rooms: Rooms, party_id: str) -> None:
    with rooms.database.reader() as conn:
        try:
            parties.by_id(conn, party_id)
        except NotFound:
            detail = "There is no such party."
            raise InvalidInput(detail, errors=(FieldError("/to", "not-allowed", detail),)) from None
