"""Messages between parties, through the gate."""

from datetime import datetime
from hashlib import sha256

import msgspec

from sealane.flows.exchange.messages import MessageRequest, MessageResult, MessageTold, read_message, send_message
from sealane.interchange import note_findings
from sealane.model.clock import from_micros
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import LeakDetected, NotFound, SchemaMismatch
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer, Slot, once
from sealane.storage.rows.paging import decode_cursor, encode_cursor
from sealane.web.api.answers import REPLAYED
from sealane.web.api.exchange.received import END, InboxQuery
from sealane.web.exchange.leaking import note_leak
from sealane.web.exchange.sealed import read_sealed
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]


class MessageLine(msgspec.Struct, frozen=True):
    """A message in the list of its recipient; reading it opens its fields."""

    message_id: str
    sender: str
    order_id: str
    leg: str
    purpose: str
    kind: str
    sent_at: datetime


class MessagePage(msgspec.Struct, frozen=True):
    """A page of messages, the latest first."""

    items: tuple[MessageLine, ...]
    next_cursor: str | None


_decoder = msgspec.json.Decoder(MessageRequest)
_query = msgspec.json.Decoder(InboxQuery)


async def post_message(visit: Visit) -> Reply:
    """Pass a message on to a party; the body may come encrypted to the key of this installation."""
    body, key, rooms = await read_sealed(visit), visit.idempotency_key, visit.lane.rooms
    leg = "unknown"
    try:
        document = read_json(body)
        request = decode(_decoder, body)
        leg = request.leg
        refuse_leaks(body, document)

        def work(tx: Transaction) -> bytes:
            return send_message(rooms, visit.party, request, tx)

        def flow(tx: Transaction) -> Answer:
            if key is None:
                return Answer(work(tx), replayed=False)
            return once(tx, Slot(visit.party.party_id, "messages", key), sha256(body).digest(), work)

        answer = await rooms.database.run_async(flow)
    except LeakDetected:
        await note_leak(visit, leg)
        raise
    except SchemaMismatch as refusal:
        await _note(visit, leg, refusal)
        raise
    return Reply(201, answer.body, headers=REPLAYED if answer.replayed else ())


async def _note(visit: Visit, leg: str, refusal: SchemaMismatch) -> None:
    """Count what was refused; the refused flow itself left nothing."""
    fields = [error.pointer.removeprefix("/fields/") for error in refusal.errors if error.code != "unknown-field"]

    def flow(tx: Transaction) -> None:
        note_findings(tx, visit.party.party_id, leg, "refused", fields)

    await visit.lane.rooms.database.run_async(flow)


async def get_message(visit: Visit) -> Reply:
    """Answer one message to its recipient or sender."""
    told: MessageTold = read_message(visit.lane.rooms, visit.party, visit.named("message_id", "msg"))
    return json_reply(told)


async def list_messages(visit: Visit) -> Reply:
    """List the messages to the caller."""
    query = visit.query(_query)
    after = decode_cursor(query.cursor, tuple[int, str]) if query.cursor else (END, "")
    with visit.lane.rooms.database.reader() as connection:
        rows = visit.lane.rooms.interchange.crossings.page(
            connection, visit.party.party_id, after=after, limit=query.limit
        )
    lines = tuple(
        MessageLine(
            row.message_id, row.sender_id, row.order_id, row.leg, row.purpose, row.kind, from_micros(row.sent_us)
        )
        for row in rows
    )
    is_full = len(rows) == query.limit
    return json_reply(MessagePage(lines, encode_cursor((rows[-1].sent_us, rows[-1].message_id)) if is_full else None))


ROUTES = (
    Route(
        method="POST",
        path="/v1/messages",
        action=post_message,
        summary="Send a party what its leg needs to know of an order",
        tag="exchange",
        roles=(),
        request=MessageRequest,
        answers={201: MessageResult},
        refusals=(NotFound, SchemaMismatch),
        is_repeatable=True,
    ),
    Route(
        method="GET",
        path="/v1/messages",
        action=list_messages,
        summary="List the messages to the caller",
        tag="exchange",
        roles=(),
        query=InboxQuery,
        answers={200: MessagePage},
    ),
    Route(
        method="GET",
        path="/v1/messages/{message_id}",
        action=get_message,
        summary="Read one message, as its recipient or sender",
        tag="exchange",
        roles=(),
        answers={200: MessageTold},
    ),
)
