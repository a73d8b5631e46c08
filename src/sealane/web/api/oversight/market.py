"""The market view: exact cells for supervisors, and published tables for everyone."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.flows.oversight.market import market_rows, quarter, release_market
from sealane.model.clock import to_micros
from sealane.model.decoding import decode
from sealane.model.errors import Conflict, DependencyUnavailable, FieldError, InvalidInput, Misconfigured
from sealane.supervision.market import releases
from sealane.supervision.market.publication import Release
from sealane.supervision.market.tables import MarketCell, MarketRow, tabulate
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Corridor = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}-[A-Z]{2}$")]
_EVER_US = 1 << 62


class MarketQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which orders: observed from a moment on and before another."""

    since: Aware | None = None
    until: Aware | None = None


class Market(msgspec.Struct, frozen=True):
    """The cells by corridor, channel grade and carrier, the largest first."""

    items: tuple[MarketCell, ...]


class ReleaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which quarter, and the fixed list of corridors: chosen beforehand, never from the data."""

    period: Annotated[str, msgspec.Meta(pattern="^2[01][0-9]{2}-Q[1-4]$")]
    corridors: Annotated[tuple[Corridor, ...], msgspec.Meta(min_length=1, max_length=2000)]


class ReleaseAnswer(msgspec.Struct, frozen=True):
    """A published table and the log entry of its budget."""

    release: Release
    log_entry: str


class Releases(msgspec.Struct, frozen=True):
    """All published tables, newest first."""

    items: tuple[ReleaseAnswer, ...]


_query = msgspec.json.Decoder(MarketQuery)
_release = msgspec.json.Decoder(ReleaseRequest)


async def read_market(visit: Visit) -> Reply:
    """Answer the exact cells."""
    query = visit.query(_query)
    from_us = to_micros(query.since) if query.since else 0
    to_us = to_micros(query.until) if query.until else _EVER_US

    def work() -> Market:
        with visit.lane.rooms.database.reader() as connection:
            return Market(tabulate(market_rows(visit.lane.rooms, connection, from_us, to_us)))

    return json_reply(await asyncio.to_thread(work))


async def release_market_table(visit: Visit) -> Reply:
    """Publish the table of a quarter that is over."""
    request, rooms = decode(_release, await visit.body()), visit.lane.rooms
    from_us, to_us = quarter(request.period)
    if to_us > visit.lane.clock():
        detail = "The quarter is not over."
        raise InvalidInput(detail, errors=(FieldError("/period", "out-of-range", detail),))
    if len(set(request.corridors)) != len(request.corridors):
        detail = "A corridor is there twice."
        raise InvalidInput(detail, errors=(FieldError("/corridors", "duplicate", detail),))

    def collect() -> list[MarketRow]:
        with rooms.database.reader() as connection:
            return list(market_rows(rooms, connection, from_us, to_us))

    rows = await asyncio.to_thread(collect)
    try:
        release, entry_id = await rooms.database.run_async(
            lambda tx: release_market(rooms, request.period, request.corridors, rows, tx)
        )
    except Misconfigured as error:
        raise DependencyUnavailable(error.detail, remedy=error.advice) from error
    return json_reply(ReleaseAnswer(release, entry_id), 201)


async def list_market_releases(visit: Visit) -> Reply:
    """Answer the published tables."""
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(Releases(tuple(ReleaseAnswer(*one) for one in releases.releases(connection))))


ROUTES = (
    Route(
        method="GET", path="/v1/market", action=read_market, tag="oversight", roles=("authority", "operator"),
        summary="Read the market by corridor, channel grade and carrier", query=MarketQuery, answers={200: Market},
    ),
    Route(
        method="POST", path="/v1/market/releases", action=release_market_table, tag="oversight", roles=("operator",),
        summary="Publish a quarter's corridor table under differential privacy",
        request=ReleaseRequest, answers={201: ReleaseAnswer}, refusals=(Conflict,),
    ),
    Route(
        method="GET", path="/v1/market/releases", action=list_market_releases, tag="oversight", roles=PUBLIC,
        summary="Read the published corridor tables", answers={200: Releases},
    ),
)  # fmt: skip
