"""The interchange page: messages in and out with what became of them, dead letters, contradictions, stripped fields.

/console/interchange?show=came      webhooks of PSPs and carriers
/console/interchange?show=went      our webhooks to parties, by endpoint; dead ones are sent again by a button
/console/interchange?show=match     where order, payment and waybill contradict each other
/console/interchange?show=stripped  fields that the gate did not let through
"""

from datetime import datetime
from typing import Literal, get_args

import msgspec
from starlette.responses import Response

from sealane.flows.exchange.inbox import retry_message
from sealane.interchange import (
    DeliveryRow,
    Finding,
    FindingRow,
    MessageRow,
    ReceiverRow,
    read_findings,
)
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.ids import is_id
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, page

__all__ = ["END", "PAGE", "DeliveryLine", "InterchangeView", "line_of", "name_of", "read", "routes"]

PATH = "/console/interchange"
PAGE = 50
END = 1 << 62
_AFTER_ALL = (END, "~", "~", "~")
Show = Literal["came", "went", "match", "stripped"]
SHOWS: tuple[Show, ...] = get_args(Show)
RETRIABLE = frozenset({"unmatched"})
TONES = {
    "confirmed": "good",
    "corroborated": "good",
    "delivered": "good",
    "claimed": "caution",
    "unmatched": "caution",
    "waiting": "caution",
    "refuted": "bad",
    "dead": "bad",
}


class CameRow(msgspec.Struct, frozen=True):
    """One event that a source reported."""

    message_id: str
    source: str
    kind: str | None
    state: str
    order_id: str | None
    merchant: str
    attempts: int
    received_at: datetime

    @property
    def tone(self) -> str:
        """Which shape and colour its state has."""
        return TONES.get(self.state, "none")

    @property
    def is_retriable(self) -> bool:
        """Whether it can be taken again, now that its order may be known."""
        return self.state in RETRIABLE


class DeliveryLine(msgspec.Struct, frozen=True):
    """One notice on its way; `reason` says why the last attempt failed."""

    delivery_id: str
    kind: str
    order_id: str
    state: str
    attempts: int
    status: int | None
    reason: str | None
    next_at: datetime | None
    made_at: datetime

    @property
    def tone(self) -> str:
        """Which shape and colour its state has."""
        return TONES.get(self.state, "none")


class EndpointRow(msgspec.Struct, frozen=True):
    """One endpoint of a party with its latest deliveries, dead letters first."""

    endpoint_id: str
    party: str
    url: str
    kinds: str
    scheme: str
    is_paused: bool
    totals: dict[str, int]
    deliveries: tuple[DeliveryLine, ...]


class MismatchRow(msgspec.Struct, frozen=True):
    """Two sides of an order that contradict each other."""

    order_id: str
    code: str
    text: str
    place: str
    sides: tuple[str, ...]
    expected: str
    found: str
    found_at: datetime


class InterchangeView(msgspec.Struct, frozen=True):
    """The page; only the part that was asked for is filled."""

    show: Show
    came: tuple[CameRow, ...] = ()
    endpoints: tuple[EndpointRow, ...] = ()
    mismatches: tuple[MismatchRow, ...] = ()
    totals: tuple[tuple[str, int, int], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def dead(self) -> int:
        """How many letters are dead."""
        return sum(each.totals.get("dead", 0) for each in self.endpoints)


def read(look: Look) -> InterchangeView:
    """Return the part of the page that is asked for, what came in by default.

    Raises:
        InvalidInput: when there is no such part.
    """
    show = next((each for each in SHOWS if each == look.query.get("show", "came")), None)
    if show is None:
        detail = f"Use one of {', '.join(SHOWS)}."
        raise InvalidInput("There is no such part.", errors=(FieldError("/show", "not-allowed", detail),))
    room = look.lane.rooms.interchange
    if show == "came":
        rows = room.box.page(look.conn, None, after=(END, "~"), limit=PAGE)
        return InterchangeView(show, came=tuple(_came(look, row) for row in rows))
    if show == "went":
        rows_out = room.receivers.all(look.conn)
        return InterchangeView(show, endpoints=tuple(_endpoint(look, row) for row in rows_out))
    if show == "match":
        found = room.findings.page(look.conn, None, after=_AFTER_ALL, limit=PAGE)
        totals = tuple(room.findings.totals(look.conn, None))
        return InterchangeView(show, mismatches=tuple(map(_mismatch, found)), totals=totals)
    return InterchangeView(show, findings=read_findings(look.conn, None, PAGE))


async def _retry(sent: Sent) -> Response:
    """Take an event again whose order may be known by now."""
    rooms, message_id = sent.lane.rooms, sent.text("message")
    if not is_id(message_id, "msg"):
        raise NotFound("There is no such message.")
    await sent.run(lambda tx: retry_message(rooms, message_id, tx))
    return sent.go(f"{PATH}?show=came")


async def _replay(sent: Sent) -> Response:
    """Send a delivery again, or all dead letters of an endpoint; each keeps its id, so a receiver knows it."""
    rooms, endpoint_id, delivery_id = sent.lane.rooms, sent.text("endpoint"), sent.text("delivery") or None

    def flow(tx: Transaction) -> None:
        if not rooms.interchange.deliveries.revive(tx, endpoint_id, delivery_id):
            raise NotFound("There is nothing to send again.")
        tx.after_commit(rooms.interchange.wake_courier)

    await sent.run(flow)
    return sent.go(f"{PATH}?show=went")


def _came(look: Look, row: MessageRow) -> CameRow:
    return CameRow(
        row.message_id,
        row.source,
        row.kind,
        row.state,
        row.order_id,
        name_of(look, row.merchant_id),
        row.attempts,
        from_micros(row.received_us),
    )


def _endpoint(look: Look, row: ReceiverRow) -> EndpointRow:
    queues = look.lane.rooms.interchange.deliveries
    dead = queues.page(look.conn, row.endpoint_id, state="dead", before=END, limit=PAGE)
    latest = queues.page(look.conn, row.endpoint_id, before=END, limit=PAGE)
    rows = {each.delivery_id: each for each in (*dead, *latest)}
    return EndpointRow(
        row.endpoint_id,
        name_of(look, row.party_id),
        row.url,
        row.kinds or "all kinds",
        row.scheme,
        row.paused_us is not None,
        queues.totals(look.conn, row.endpoint_id),
        tuple(line_of(each) for each in list(rows.values())[:PAGE]),
    )


def line_of(row: DeliveryRow) -> DeliveryLine:
    """Return a delivery as pages show it."""
    return DeliveryLine(
        row.delivery_id,
        row.kind,
        row.order_id,
        row.state,
        row.attempts,
        row.status,
        row.reason,
        None if row.next_us is None else from_micros(row.next_us),
        from_micros(row.made_us),
    )


def _mismatch(row: FindingRow) -> MismatchRow:
    found = row.mismatch
    return MismatchRow(
        row.order_id, found.code, found.text, found.place, found.sides, found.expected, found.found,
        from_micros(row.found_us),
    )  # fmt: skip


def name_of(look: Look, party_id: str) -> str:
    """Return what a party is called, or its id when it is not on record."""
    try:
        return parties.by_id(look.conn, party_id).name
    except NotFound:
        return party_id


_shown = showing("exchange/interchange.html", read, PATH)
routes = [
    *page(PATH, "exchange/interchange.html", read),
    action(f"{PATH}/retry", _retry, _shown),
    action(f"{PATH}/replay", _replay, _shown),
]
