"""The market's rows from the order book, and the release of a published table with its budget on the log."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from sealane.flows.rooms import Rooms
from sealane.flows.trust.standing import grade_of_merchants
from sealane.model.clock import to_micros
from sealane.storage import orderlist
from sealane.storage.database import Transaction
from sealane.supervision.market import releases
from sealane.supervision.market.publication import RHO_A_RELEASE_MICRO, Release, publish
from sealane.supervision.market.tables import MarketRow

__all__ = ["market_rows", "quarter", "release_market"]

_MONTHS = 3
_pack = msgspec.msgpack.Encoder().encode


def market_rows(rooms: Rooms, conn: sqlite3.Connection, from_us: int, to_us: int) -> Iterator[MarketRow]:
    """Yield the orders observed in a span of time as the market sees them, each with its shop's grade of then."""
    grade = grade_of_merchants(rooms, conn)
    frauds, stopped = orderlist.frauds_since(conn, from_us), orderlist.stopped(conn, from_us, to_us)
    for order in orderlist.scan_orders(conn, from_us, to_us):
        from_country, to_country = orderlist.lane_of(order)
        yield MarketRow(
            firm=order.merchant_id,
            subject=order.subject_id,
            from_country=from_country,
            to_country=to_country,
            grade=grade(order.merchant_id, order.observed_us),
            carrier=(order.consignments[0].carrier if order.consignments else None) or "unknown",
            value_minor=order.payment.amount.amount_minor,
            is_stopped=order.order_id in stopped,
            is_fraud=order.order_id in frauds,
        )


def quarter(period: str) -> tuple[int, int]:
    """Return the span of a quarter named like `2026-Q3`.

    Raises:
        ValueError: when it is not named so.
    """
    year, number = int(period[:4]), int(period[6:])
    if period != f"{year:04}-Q{number}" or not 1 <= number <= 4:  # noqa: PLR2004 - four quarters
        raise ValueError(period)
    first = datetime(year, _MONTHS * number - 2, 1, tzinfo=UTC)
    after = datetime(year + number // 4, _MONTHS * number % 12 + 1, 1, tzinfo=UTC)
    return to_micros(first), to_micros(after)


def release_market(
    rooms: Rooms, period: str, corridors: tuple[str, ...], rows: list[MarketRow], tx: Transaction
) -> tuple[Release, str]:
    """Make the noisy table of a period, keep it, and write what it spent on the log.

    Raises:
        Conflict: when the period was released, or the budget of its year is spent.
        Misconfigured: when the package that makes the noise is not installed.
    """
    releases.check_budget(tx, period, RHO_A_RELEASE_MICRO)
    release = publish(period, corridors, rows)
    spent = str(release.rho_micro).encode()
    entry_id = rooms.log.append(
        tx, "market.released", order_id=None, content=_pack(release), fields={"rho_micro": spent}
    )
    releases.add_release(tx, release, entry_id)
    return release, entry_id
