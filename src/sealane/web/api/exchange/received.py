"""What the inbox received: claims that wait, events whose order is not known yet, and the gate's findings."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.flows.exchange.confirming import confirm_now
from sealane.flows.exchange.inbox import retry_message
from sealane.interchange import Finding, MessageRow, read_findings
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict
from sealane.storage.database import Transaction
from sealane.storage.rows.paging import decode_cursor, encode_cursor
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Limit = Annotated[int, msgspec.Meta(ge=1, le=500)]
END = 1 << 62


class InboxQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page to list."""

    limit: Limit = 50
    cursor: str | None = None


class InboxItem(msgspec.Struct, frozen=True):
    """One event that a source reported; `state`: confirmed, claimed, corroborated, refuted, unmatched or ignored."""

    message_id: str
    source: str
    kind: str | None
    state: str
    event_id: str | None
    order_id: str | None
    attempts: int
    received_at: datetime


class InboxPage(msgspec.Struct, frozen=True):
    """A page of what came in, the latest first."""

    items: tuple[InboxItem, ...]
    next_cursor: str | None


class FindingPage(msgspec.Struct, frozen=True):
    """The gate's findings, the latest day first."""

    items: tuple[Finding, ...]
    next_cursor: str | None = None


_query = msgspec.json.Decoder(InboxQuery)


async def list_received(visit: Visit) -> Reply:
    """List what came in."""
    query = visit.query(_query)
    after = decode_cursor(query.cursor, tuple[int, str]) if query.cursor else (END, "")
    with visit.lane.rooms.database.reader() as connection:
        box = visit.lane.rooms.interchange.box
        rows = box.page(connection, _whose(visit), after=after, limit=query.limit)
    is_full = len(rows) == query.limit
    cursor = encode_cursor((rows[-1].received_us, rows[-1].message_id)) if is_full else None
    return json_reply(InboxPage(tuple(map(_told, rows)), cursor))


async def confirm_received(visit: Visit) -> Reply:
    """Ask the source's API about a claim now."""
    rooms = visit.lane.rooms
    row = await rooms.database.run_async(lambda tx: _own(visit, tx))
    if row.state != "claimed":
        raise Conflict(f"The message is {row.state}, so there is nothing to confirm.")
    settled = await asyncio.to_thread(confirm_now, rooms, row)
    return json_reply(_told(settled or row))


async def retry_received(visit: Visit) -> Reply:
    """Take an event whose order is known by now."""
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> MessageRow:
        return retry_message(rooms, _own(visit, tx).message_id, tx)

    return json_reply(_told(await rooms.database.run_async(flow)))


async def list_findings(visit: Visit) -> Reply:
    """List what the gate stripped or refused."""
    query = visit.query(_query)
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(FindingPage(read_findings(connection, _whose(visit), query.limit)))


def _own(visit: Visit, tx: Transaction) -> MessageRow:
    return visit.lane.rooms.interchange.box.find(tx, visit.named("message_id", "msg"), _whose(visit))


def _whose(visit: Visit) -> str | None:
    return None if visit.party.has("operator") else visit.party.party_id


def _told(row: MessageRow) -> InboxItem:
    return InboxItem(
        row.message_id,
        row.source,
        row.kind,
        row.state,
        row.event_id,
        row.order_id,
        row.attempts,
        from_micros(row.received_us),
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/inbox-messages",
        action=list_received,
        summary="List what sources reported and what became of it",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        query=InboxQuery,
        answers={200: InboxPage},
    ),
    Route(
        method="POST",
        path="/v1/inbox-messages/{message_id}/confirm",
        action=confirm_received,
        summary="Ask the source's own API about a claim, now",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        answers={200: InboxItem},
        refusals=(Conflict,),
    ),
    Route(
        method="POST",
        path="/v1/inbox-messages/{message_id}/retry",
        action=retry_received,
        summary="Take an event whose order has become known",
        tag="inbox",
        roles=("merchant", "platform", "operator"),
        answers={200: InboxItem},
        refusals=(Conflict,),
    ),
    Route(
        method="GET",
        path="/v1/findings",
        action=list_findings,
        summary="List which surplus fields the gate stripped or refused",
        tag="exchange",
        roles=(),
        query=InboxQuery,
        answers={200: FindingPage},
    ),
)
