"""The three-way match over HTTP: what contradicts what, of one order or of all."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.interchange import CODES, FindingRow, standing_findings
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.party import Role
from sealane.storage import orderbook
from sealane.storage.rows.paging import decode_cursor, encode_cursor
from sealane.web.api.exchange.webhooks import whose
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

_READERS: tuple[Role, ...] = ("merchant", "platform", "authority", "operator")
_END = (1 << 62, "", "", "")


class MatchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One order, matched now; or what is open of all orders, under one code if wanted."""

    order: str | None = None
    code: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    cursor: str | None = None


class MatchItem(msgspec.Struct, frozen=True):
    """One mismatch: which sides, what was to be expected, what was found; `state` is open or cleared."""

    order_id: str
    code: str
    text: str
    place: str
    sides: tuple[Literal["order", "payment", "waybill"], ...]
    expected: str
    found: str
    state: Literal["open", "cleared"]
    found_at: datetime
    cleared_at: datetime | None


class MatchPage(msgspec.Struct, frozen=True):
    """Mismatches; of one order the latest last, of all orders the latest first."""

    items: tuple[MatchItem, ...]
    next_cursor: str | None


class MatchTotal(msgspec.Struct, frozen=True):
    """How many findings of a code are open, and how many orders they are about."""

    code: str
    text: str
    findings: int
    orders: int


class MatchReport(msgspec.Struct, frozen=True):
    """Open findings by code, the most frequent first."""

    items: tuple[MatchTotal, ...]


_query = msgspec.json.Decoder(MatchQuery)


async def list_matches(visit: Visit) -> Reply:
    """List mismatches."""
    query = visit.query(_query)
    if query.order is not None:
        return json_reply(MatchPage(_of_order(visit, query.order), None))
    after = decode_cursor(query.cursor, tuple[int, str, str, str]) if query.cursor else _END
    with visit.lane.rooms.database.reader() as connection:
        findings = visit.lane.rooms.interchange.findings
        rows = findings.page(connection, _whose(visit), code=query.code, after=after, limit=query.limit)
    last = rows[-1] if len(rows) == query.limit else None
    place = (last.found_us, last.order_id, last.mismatch.code, last.mismatch.place) if last else None
    return json_reply(MatchPage(tuple(map(_told, rows)), encode_cursor(place) if place else None))


async def report_matches(visit: Visit) -> Reply:
    """Count open findings by code."""
    rooms = visit.lane.rooms
    with rooms.database.reader() as connection:
        items = tuple(
            MatchTotal(code, CODES.get(code, ""), findings, orders)
            for code, findings, orders in rooms.interchange.findings.totals(connection, _whose(visit))
        )
    return json_reply(MatchReport(items))


def _of_order(visit: Visit, order_id: str) -> tuple[MatchItem, ...]:
    """Match the order now; what held before and does not any more comes first."""
    with visit.lane.rooms.database.reader() as connection:
        order = orderbook.read(connection, order_id)
        if _whose(visit) not in {None, order.merchant_id}:
            raise NotFound("There is no order with this id.")
        return tuple(map(_told, standing_findings(connection, order, orderbook.events(connection, order_id))))


def _whose(visit: Visit) -> str | None:
    return None if visit.party.has("authority") else whose(visit.party)


def _told(row: FindingRow) -> MatchItem:
    mismatch = row.mismatch
    return MatchItem(
        row.order_id,
        mismatch.code,
        mismatch.text,
        mismatch.place,
        mismatch.sides,
        mismatch.expected,
        mismatch.found,
        "open" if row.cleared_us is None else "cleared",
        from_micros(row.found_us),
        None if row.cleared_us is None else from_micros(row.cleared_us),
    )


ROUTES = (
    Route(
        method="GET", path="/v1/matches", action=list_matches, tag="match", roles=_READERS,
        summary="List where order, payment and waybill contradict each other", query=MatchQuery,
        answers={200: MatchPage}, refusals=(NotFound,),
    ),
    Route(
        method="GET", path="/v1/matches/report", action=report_matches, tag="match", roles=_READERS,
        summary="Count open mismatches by code", answers={200: MatchReport},
    ),
)  # fmt: skip
