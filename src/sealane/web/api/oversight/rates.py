"""Rates: the official figures of a moment with their early warnings, and the statistical tables as CSV."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.flows.oversight.ledger import collect_ledger
from sealane.model.clock import from_micros, to_micros
from sealane.supervision.rates.eba import csv_of, tabulate
from sealane.supervision.rates.ledger import Reading, half_year_of, year_of
from sealane.supervision.rates.limits import Alarm, Limit, limits, tra_band, warnings
from sealane.supervision.rates.official import all_rates
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Code = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
_YEAR_US = 366 * 86_400_000_000


class RateLine(msgspec.Struct, frozen=True):
    """One reading; `ratio_micro` is in millionths, `band_eur` what a risk-exemption rate unlocks."""

    rate: str
    scope: str
    period_from: datetime
    period_to: datetime
    numerator: int
    denominator: int
    unit: str
    basis: str
    ratio_micro: int
    extras: dict[str, int]
    band_eur: int | None


class Rates(msgspec.Struct, frozen=True):
    """All readings of a moment in one currency, and what was left out because it is in another."""

    at: datetime
    currency: str
    items: tuple[RateLine, ...]
    warnings: tuple[Alarm, ...]
    left_out: int
    orphans: int


class RatesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As of when, in which currency, of which PSP or merchant."""

    at: Aware | None = None
    currency: Code = "EUR"
    scope: str = ""


class TableQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which PSP's half-year, in which currency."""

    entity: str
    at: Aware | None = None
    currency: Code = "EUR"


class Limits(msgspec.Struct, frozen=True):
    """Every threshold with its dates and source."""

    items: tuple[Limit, ...]


_rates_query = msgspec.json.Decoder(RatesQuery)
_table_query = msgspec.json.Decoder(TableQuery)


async def read_rates(visit: Visit) -> Reply:
    """Answer the rates that the caller may see: a merchant its own, a PSP and the rest as they are."""
    query = visit.query(_rates_query)
    at_us = to_micros(query.at) if query.at else visit.lane.clock()
    scope = query.scope if visit.party.has("operator") or visit.party.has("authority") else visit.party.party_id
    return json_reply(await asyncio.to_thread(_read, visit, at_us, query.currency, scope))


def _read(visit: Visit, at_us: int, currency: str, scope: str) -> Rates:
    with visit.lane.rooms.database.reader() as connection:
        ledger = collect_ledger(connection, year_of(at_us).from_us - _YEAR_US, at_us + 1, currency)
    readings = tuple(one for one in all_rates(ledger, at_us) if not scope or one.scope == scope)
    lines = tuple(_line(one, at_us) for one in readings)
    return Rates(from_micros(at_us), currency, lines, warnings(readings, at_us), ledger.left_out, ledger.orphans())


def _line(one: Reading, at_us: int) -> RateLine:
    return RateLine(
        one.rate,
        one.scope,
        from_micros(one.from_us),
        from_micros(one.to_us),
        one.numerator,
        one.denominator,
        one.unit,
        one.basis,
        one.ratio_micro,
        one.extras,
        tra_band(one, at_us) if one.rate.startswith("tra_") and one.denominator else None,
    )


async def read_fraud_statistics(visit: Visit) -> Reply:
    """Answer the statistical table of one PSP and half-year as CSV."""
    query = visit.query(_table_query)
    at_us = to_micros(query.at) if query.at else visit.lane.clock()

    def work() -> str:
        period = half_year_of(at_us)
        with visit.lane.rooms.database.reader() as connection:
            ledger = collect_ledger(connection, period.from_us, period.to_us, query.currency)
        return csv_of(tabulate(ledger, query.entity, period))

    return Reply(200, (await asyncio.to_thread(work)).encode(), media=b"text/csv; charset=utf-8")


async def list_limits(_visit: Visit) -> Reply:
    """Answer the thresholds."""
    return json_reply(Limits(limits()))


ROUTES = (
    Route(
        method="GET", path="/v1/rates", action=read_rates, tag="oversight", roles=("operator", "authority", "merchant"),
        summary="Read the official fraud rates and their early warnings", query=RatesQuery, answers={200: Rates},
    ),
    Route(
        method="GET", path="/v1/rates/limits", action=list_limits, tag="oversight", roles=(),
        summary="List the thresholds with their dates and sources", answers={200: Limits},
    ),
    Route(
        method="GET", path="/v1/rates/statistics", action=read_fraud_statistics, tag="oversight",
        roles=("operator", "authority"), summary="Read the fraud statistics of a PSP's half-year as CSV",
        query=TableQuery, answers={200: None}, gives=b"text/csv",
    ),
)  # fmt: skip
