"""Figures over the order book in steps of time: what came in, what was held, and what is known as fraud by now.

Whole days come from running totals, so that they cost the same at a million orders; shorter steps count the lines.
"""

import sqlite3
from typing import Literal

import msgspec

from sealane.model.decision import Outcome
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage.orderbook import OrderLine
from sealane.storage.transaction import Transaction

__all__ = [
    "DAY_US",
    "LaneCount",
    "StepCount",
    "extent",
    "frauds",
    "judged",
    "lanes",
    "longest_held",
    "merchants",
    "steps",
]

Truth = Literal["fraud", "genuine"]
DAY_US = 86_400_000_000
_MOST_MERCHANTS = 500
_decode_party = msgspec.msgpack.Decoder(Party).decode
_LINE = ", ".join(OrderLine.__struct_fields__)


class StepCount(msgspec.Struct, frozen=True):
    """How many orders of one step have this latest outcome; steps are counted from 0."""

    step: int
    outcome: Outcome
    orders: int


class LaneCount(msgspec.Struct, frozen=True):
    """How many orders of a lane have this latest outcome; a country that is not known is the empty text."""

    from_country: str
    to_country: str
    outcome: Outcome
    orders: int


def judged(tx: Transaction, order: Order, truth: Truth) -> None:
    """Keep what became known of an order; the latest word stands."""
    tx.insert("INSERT OR REPLACE INTO order_truths VALUES (?, ?, ?)", (order.observed_us, order.order_id, truth))


def extent(conn: sqlite3.Connection) -> tuple[int, int] | None:
    """Return when the first and the last order were observed, or nothing when there is none."""
    first, last = conn.execute(
        "SELECT (SELECT min(observed_us) FROM order_lines), (SELECT max(observed_us) FROM order_lines)"
    ).fetchone()
    return None if first is None else (first, last)


def steps(conn: sqlite3.Connection, first_us: int, last_us: int, step_us: int) -> list[StepCount]:
    """Return the counts of orders observed from `first_us` on and before `last_us`, by step and latest outcome."""
    if _is_days(first_us, last_us, step_us):
        sql = """SELECT (day - ?) / ? AS step, outcome, sum(orders) FROM order_totals WHERE day >= ? AND day < ?
            GROUP BY step, outcome HAVING sum(orders) > 0"""
        first, last, step = first_us // DAY_US, last_us // DAY_US, step_us // DAY_US
        return [StepCount(*row) for row in conn.execute(sql, (first, step, first, last))]
    sql = """SELECT (observed_us - ?) / ? AS step, outcome, count(*) FROM order_lines
        WHERE observed_us >= ? AND observed_us < ? GROUP BY step, outcome"""
    return [StepCount(*row) for row in conn.execute(sql, (first_us, step_us, first_us, last_us))]


def frauds(conn: sqlite3.Connection, first_us: int, last_us: int, step_us: int) -> list[StepCount]:
    """Return the counts of orders known as fraud by now, by the step they were observed in and latest outcome."""
    sql = """SELECT (observed_us - ?) / ? AS step, outcome, count(*) FROM order_truths
        JOIN order_lines USING (observed_us, order_id)
        WHERE observed_us >= ? AND observed_us < ? AND truth = 'fraud' GROUP BY step, outcome"""
    return [StepCount(*row) for row in conn.execute(sql, (first_us, step_us, first_us, last_us))]


def lanes(conn: sqlite3.Connection, first_us: int, last_us: int) -> list[LaneCount]:
    """Return the counts of orders observed from `first_us` on and before `last_us`, by lane and latest outcome."""
    if _is_days(first_us, last_us, DAY_US):
        sql = """SELECT from_country, to_country, outcome, sum(orders) FROM lane_totals WHERE day >= ? AND day < ?
            GROUP BY from_country, to_country, outcome HAVING sum(orders) > 0"""
        bounds = first_us // DAY_US, last_us // DAY_US
    else:
        sql = """SELECT from_country, to_country, outcome, count(*) FROM order_lines
            WHERE observed_us >= ? AND observed_us < ? GROUP BY from_country, to_country, outcome"""
        bounds = first_us, last_us
    return [LaneCount(*row) for row in conn.execute(sql, bounds)]


def longest_held(conn: sqlite3.Connection, limit: int) -> list[OrderLine]:
    """Return the orders that wait for a person, those observed first at the top."""
    # The second condition lets the planner use the index of orders that were not approved.
    sql = f"""SELECT {_LINE} FROM order_lines WHERE outcome = 'review' AND outcome <> 'approve'
        ORDER BY observed_us, order_id LIMIT ?"""  # noqa: S608 - only our own column names are put in
    return [OrderLine(*row) for row in conn.execute(sql, (limit,))]


def merchants(conn: sqlite3.Connection) -> list[Party]:
    """Return the merchants to choose from, by name; the first 500 of them."""
    sql = "SELECT document FROM parties ORDER BY name LIMIT ?"
    found = (_decode_party(row[0]) for row in conn.execute(sql, (_MOST_MERCHANTS,)))
    return [party for party in found if party.has("merchant")]


def _is_days(*times_us: int) -> bool:
    return not any(time_us % DAY_US for time_us in times_us)
