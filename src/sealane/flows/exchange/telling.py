"""Telling: who may hear a notice of the outbox, and the body that tells it.

{"type": "order.decided", "timestamp": "2026-11-22T09:30:00.412Z", "data": {"order_id": "ord_...", ...}}
"""

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from sealane.flows.rooms import Rooms
from sealane.interchange import PEER, DeliveryRow, ReceiverRow
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.model.party import OPERATOR
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction
from sealane.storage.outbox import Notice

__all__ = ["body_of", "hand_out", "message_named"]

AT_ONCE = 100
"""Notices handed out in one flow, so that the writer is soon free for the next decision."""

_OPERATORS_ONLY = frozenset({"incident.opened"})
_OF_A_PARTY = frozenset({"page.changed", "page.unread"})
"""What is about no order: the party that it concerns is named in the body."""
_encode = msgspec.json.Encoder().encode


class _Named(msgspec.Struct):
    message_id: str = ""
    party_id: str = ""


_named = msgspec.json.Decoder(_Named)


def hand_out(rooms: Rooms, receivers: Iterable[ReceiverRow]) -> bool:
    """Make deliveries of the next notices, for whom they concern; tell whether there may be more."""
    receivers = list(receivers)
    with rooms.database.reader() as conn:
        before = rooms.interchange.deliveries.handed_out(conn)
        start = max(before, min((each.from_number for each in receivers), default=before))
        notices = outbox.page(conn, start, AT_ONCE)
        if not notices:
            return False
        meant = [(notice, list(_hearers(rooms, conn, notice, receivers))) for notice in notices]
    after = notices[-1].number

    def flow(tx: Transaction) -> None:
        rows = (_delivery(notice, each, tx.now_us) for notice, hearers in meant for each in hearers)
        rooms.interchange.deliveries.hand_out(tx, before, after, rows)

    rooms.database.run(flow)
    return len(notices) == AT_ONCE


def body_of(rooms: Rooms, row: DeliveryRow) -> bytes:
    """Return the body of a delivery to an endpoint; the same for each attempt.

    Raises:
        NotFound: when the notice is gone.
    """
    with rooms.database.reader() as conn:
        notice = outbox.read(conn, row.number)
    about = {"order_id": notice.order_id} if notice.order_id else {}
    told = {**about, **msgspec.json.decode(notice.body)}
    return _encode({"type": notice.kind, "timestamp": from_micros(notice.created_us), "data": told})


def message_named(notice: Notice) -> str:
    """Return the id of the message that a notice is about, the empty text when it is about none."""
    return _named.decode(notice.body).message_id if notice.kind == "message.sent" else ""


def _hearers(
    rooms: Rooms, conn: sqlite3.Connection, notice: Notice, receivers: list[ReceiverRow]
) -> Iterator[ReceiverRow]:
    recipients = _recipients(rooms, conn, notice)
    audience = _audience(conn, notice, recipients)
    for each in receivers:
        is_meant = each.party_id in (recipients if each.scheme == PEER else audience)
        if is_meant and each.from_number < notice.number and each.hears(notice.kind):
            yield each


def _audience(conn: sqlite3.Connection, notice: Notice, recipients: set[str]) -> set[str]:
    """Return the parties whose business a notice is, the recipients of its message among them."""
    audience = {OPERATOR.party_id}
    if notice.kind in _OPERATORS_ONLY:
        return audience
    if notice.kind in _OF_A_PARTY:
        return audience | {_named.decode(notice.body).party_id}
    try:
        audience.add(orderbook.read(conn, notice.order_id).merchant_id)
    except NotFound:
        return audience
    return audience | recipients


def _recipients(rooms: Rooms, conn: sqlite3.Connection, notice: Notice) -> set[str]:
    message = rooms.interchange.crossings.find(conn, message_named(notice))
    return set() if message is None else {message.recipient_id}


def _delivery(notice: Notice, receiver: ReceiverRow, now_us: int) -> DeliveryRow:
    return DeliveryRow(
        new_id("out"), receiver.endpoint_id, notice.number, notice.kind, notice.order_id, "waiting", 0, None, 0, None,
        None, now_us, None,
    )  # fmt: skip
