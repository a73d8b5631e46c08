"""Figures over the order book in steps of time: what came in, what was held, and what is known as fraud by now.

Whole days come from running totals, so that they cost the same at a million orders; shorter steps count the lines.
"""

import sqlite3
from typing import Literal

import msgspec

from sealane.model.decision import Outcome, Stage
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage.orderbook import OrderLine
from sealane.storage.transaction import Transaction

__all__ = [
    "DAY_US",
    "Count",
    "FraudCount",
    "counts",
    "extent",
    "frauds",
    "judged",
    "latest_truths",
    "longest_held",
    "merchants",
    "standing",
    "truth_of",
    "truths",
]

Truth = Literal["fraud", "genuine"]
DAY_US = 86_400_000_000
_MOST_MERCHANTS = 500
_decode_party = msgspec.msgpack.Decoder(Party).decode
_LINE = ", ".join(OrderLine.__struct_fields__)


class Count(msgspec.Struct, frozen=True):
    """How many orders of a step and lane have this latest outcome; steps count from 0, an unknown country is empty."""

    step: int
    from_country: str
    to_country: str
    outcome: Outcome
    orders: int


class FraudCount(msgspec.Struct, frozen=True):
    """How many orders of a step with this latest outcome are known as fraud by now."""

    step: int
    outcome: Outcome
    orders: int


_JUDGED = """INSERT INTO order_truths VALUES (?, ?, ?)
    ON CONFLICT (observed_us, order_id) DO UPDATE SET truth = excluded.truth"""


def judged(tx: Transaction, order: Order, truth: Truth) -> None:
    """Keep what became known of an order; the latest word stands."""
    tx.insert(_JUDGED, (order.observed_us, order.order_id, truth))


def truth_of(conn: sqlite3.Connection, order: Order) -> Truth | None:
    """Return what is known of one order by now."""
    sql = "SELECT truth FROM order_truths WHERE observed_us = ? AND order_id = ?"
    row = conn.execute(sql, (order.observed_us, order.order_id)).fetchone()
    return None if row is None else row[0]


def latest_truths(conn: sqlite3.Connection, limit: int) -> dict[str, Truth]:
    """Return what is known of the newest orders of which anything is known, by order."""
    sql = "SELECT order_id, truth FROM order_truths ORDER BY observed_us DESC, order_id LIMIT ?"
    return dict(conn.execute(sql, (limit,)))


def standing(conn: sqlite3.Connection, order: Order) -> tuple[Stage, Outcome] | None:
    """Return the stage and outcome that lists show of one order, None before its first decision."""
    sql = "SELECT stage, outcome FROM order_lines WHERE observed_us = ? AND order_id = ?"
    row: tuple[Stage, Outcome] | None = conn.execute(sql, (order.observed_us, order.order_id)).fetchone()
    return row


def extent(conn: sqlite3.Connection) -> tuple[int, int] | None:
    """Return when the first and the last order were observed, or nothing when there is none."""
    first, last = conn.execute(
        "SELECT (SELECT min(observed_us) FROM order_lines), (SELECT max(observed_us) FROM order_lines)"
    ).fetchone()
    return None if first is None else (first, last)


def counts(conn: sqlite3.Connection, first_us: int, last_us: int, step_us: int) -> list[Count]:
    """Return the counts of orders observed from `first_us` on and before `last_us`."""
    if any(time_us % DAY_US for time_us in (first_us, last_us, step_us)):
        what, source, at, unit = "count(*)", "order_lines", "observed_us", 1
    else:
        what, source, at, unit = "sum(orders)", "lane_totals", "day", DAY_US
    # Only names of our own are put in; what is looked for is bound.
    sql = f"""SELECT ({at} - ?) / ? AS step, from_country, to_country, outcome, {what} FROM {source}
        WHERE {at} >= ? AND {at} < ? GROUP BY step, from_country, to_country, outcome HAVING {what} > 0"""  # noqa: S608 - our own expressions
    first, last, step = first_us // unit, last_us // unit, step_us // unit
    return [Count(*row) for row in conn.execute(sql, (first, step, first, last))]


def truths(conn: sqlite3.Connection, first_us: int, last_us: int) -> int:
    """Return of how many orders observed from `first_us` on and before `last_us` the truth is known, whatever it is."""
    sql = "SELECT count(*) FROM order_truths WHERE observed_us >= ? AND observed_us < ?"
    return int(conn.execute(sql, (first_us, last_us)).fetchone()[0])


def frauds(conn: sqlite3.Connection, first_us: int, last_us: int, step_us: int) -> list[FraudCount]:
    """Return the counts of orders known as fraud by now, by the step they were observed in and latest outcome."""
    # CROSS JOIN keeps the order of the tables: from the few known orders to their lines, not from every line.
    sql = """SELECT (known.observed_us - ?) / ? AS step, line.outcome, count(*)
        FROM order_truths AS known CROSS JOIN order_lines AS line
        WHERE known.observed_us >= ? AND known.observed_us < ? AND known.truth = 'fraud'
        AND line.observed_us = known.observed_us AND line.order_id = known.order_id GROUP BY step, line.outcome"""
    return [FraudCount(*row) for row in conn.execute(sql, (first_us, step_us, first_us, last_us))]


def longest_held(conn: sqlite3.Connection, limit: int) -> list[OrderLine]:
    """Return the orders that wait for a person, those decided first at the top."""
    # The second condition lets the planner use the index of orders that were not approved.
    sql = f"""SELECT {_LINE} FROM order_lines WHERE outcome = 'review' AND outcome <> 'approve'
        ORDER BY decided_us, order_id LIMIT ?"""  # noqa: S608 - only our own column names are put in
    return [OrderLine(*row) for row in conn.execute(sql, (limit,))]


def merchants(conn: sqlite3.Connection) -> list[Party]:
    """Return the merchants to choose from, by name; the first 500 of them."""
    sql = "SELECT document FROM parties ORDER BY name LIMIT ?"
    found = (_decode_party(row[0]) for row in conn.execute(sql, (_MOST_MERCHANTS,)))
    return [party for party in found if party.has("merchant")]
