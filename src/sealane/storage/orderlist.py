"""Reading the order book for pages: one order, its events and lists, over a read-only connection."""

import sqlite3
from collections.abc import Iterator

import msgspec

from sealane.model.decision import Outcome, Stage
from sealane.model.errors import NotFound
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.storage.rows.paging import Page, decode_cursor, encode_cursor
from sealane.storage.rows.statements import select_from

__all__ = [
    "OrderFilter",
    "OrderLine",
    "belonging",
    "day_of",
    "events",
    "frauds_since",
    "lane_of",
    "merchant_events",
    "page",
    "read",
    "scan_events",
    "scan_orders",
    "span",
    "stopped",
]

_DAY_US = 86_400_000_000

_decode_order = msgspec.msgpack.Decoder(Order).decode
_decode_event = msgspec.msgpack.Decoder(Event).decode


class OrderLine(msgspec.Struct, frozen=True):
    """An order as a list shows it, with its latest decision; a country that is not known is the empty text."""

    observed_us: int
    order_id: str
    merchant_id: str
    reference: str
    placed_us: int
    amount_minor: int
    currency: str
    from_country: str
    to_country: str
    stage: Stage
    outcome: Outcome
    score: float
    decided_us: int


class OrderFilter(msgspec.Struct, frozen=True):
    """Which orders: observed from `from_us` on and before `to_us`, on this lane, with this latest decision."""

    merchant_id: str | None = None
    stage: Stage | None = None
    outcome: Outcome | None = None
    from_us: int | None = None
    to_us: int | None = None
    from_country: str | None = None
    to_country: str | None = None


_PAGE = select_from("order_lines", OrderLine.__struct_fields__)
_CONDITIONS = {
    "merchant_id": "merchant_id = ?",
    "stage": "stage = ?",
    "outcome": "outcome = ?",
    "from_us": "observed_us >= ?",
    "to_us": "observed_us < ?",
    "from_country": "from_country = ?",
    "to_country": "to_country = ?",
}


def read(conn: sqlite3.Connection, order_id: str) -> Order:
    """Return the order with this id.

    Raises:
        NotFound: when there is none.
    """
    row = conn.execute("SELECT document FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    if row is None:
        raise NotFound("There is no order with this id.")
    return _decode_order(row[0])


def events(conn: sqlite3.Connection, order_id: str) -> list[Event]:
    """Return all events of an order, in the order in which they were observed."""
    sql = "SELECT document FROM events WHERE order_id = ? ORDER BY observed_us, event_id"
    return [_decode_event(row[0]) for row in conn.execute(sql, (order_id,))]


def scan_orders(conn: sqlite3.Connection, from_us: int, to_us: int, merchant_id: str | None = None) -> Iterator[Order]:
    """Yield the orders observed in a span of time, oldest first: of all merchants, or of one."""
    sql = """SELECT document FROM order_lines JOIN orders USING (order_id)
        WHERE observed_us >= ? AND observed_us < ? AND coalesce(?, order_lines.merchant_id) = order_lines.merchant_id
        ORDER BY observed_us"""
    for (document,) in conn.execute(sql, (from_us, to_us, merchant_id)):
        yield _decode_order(document)


def scan_events(conn: sqlite3.Connection, from_us: int, to_us: int) -> Iterator[Event]:
    """Yield the events observed in a span of time."""
    sql = "SELECT document FROM events WHERE observed_us >= ? AND observed_us < ?"
    for (document,) in conn.execute(sql, (from_us, to_us)):
        yield _decode_event(document)


def belonging(conn: sqlite3.Connection, merchant_id: str | None, order_ids: set[str]) -> set[str]:
    """Return which of these orders are a merchant's, or are here at all when none is named."""
    marks = ", ".join("?" * len(order_ids))
    sql = f"SELECT order_id FROM orders WHERE order_id IN ({marks}) AND coalesce(?, merchant_id) = merchant_id"  # noqa: S608 - question marks alone
    return {str(order_id) for (order_id,) in conn.execute(sql, (*order_ids, merchant_id))}


def span(conn: sqlite3.Connection) -> tuple[int, int] | None:
    """Return when the first order was observed and when the first was decided; None when there is none."""
    observed, decided = conn.execute("SELECT min(observed_us), min(decided_us) FROM order_lines").fetchone()
    return None if observed is None else (observed, decided)


def frauds_since(conn: sqlite3.Connection, from_us: int) -> set[str]:
    """Return the orders observed from a moment on that became known as fraud."""
    sql = "SELECT order_id FROM order_truths WHERE truth = 'fraud' AND observed_us >= ?"
    return {order_id for (order_id,) in conn.execute(sql, (from_us,))}


def stopped(conn: sqlite3.Connection, from_us: int, to_us: int) -> set[str]:
    """Return the orders observed in a span of time whose latest decision is not to approve."""
    sql = "SELECT order_id FROM order_lines WHERE outcome <> 'approve' AND observed_us >= ? AND observed_us < ?"
    return {order_id for (order_id,) in conn.execute(sql, (from_us, to_us))}


def merchant_events(conn: sqlite3.Connection, merchant_id: str, from_us: int) -> Iterator[Event]:
    """Yield the events of a merchant's orders that were observed from a moment on, order by order."""
    sql = """SELECT document FROM order_lines JOIN events USING (order_id)
        WHERE merchant_id = ? AND order_lines.observed_us >= ?
        ORDER BY order_lines.observed_us, order_id, events.observed_us"""
    for (document,) in conn.execute(sql, (merchant_id, from_us)):
        yield _decode_event(document)


def page(conn: sqlite3.Connection, filters: OrderFilter, limit: int, cursor: str | None = None) -> Page[OrderLine]:
    """Return a page of orders, the latest observed first.

    Raises:
        InvalidInput: when the cursor is not one of this list.
    """
    wanted = {name: value for name, value in msgspec.structs.asdict(filters).items() if value is not None}
    conditions = [_CONDITIONS[name] for name in wanted]
    if filters.from_country is None and filters.to_country is not None:
        # Half a lane is no help to the index of lanes: it would find many orders and have to sort them.
        conditions[list(wanted).index("to_country")] = "coalesce(to_country, '') = ?"
    values = list(wanted.values())
    if filters.outcome not in {None, "approve"}:
        # Said in these words, the planner sees that the index of stopped orders covers the question.
        conditions.append("outcome <> 'approve'")
    if cursor is not None:
        conditions.append("(observed_us, order_id) < (?, ?)")
        values += decode_cursor(cursor, tuple[int, str])
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = conn.execute(
        f"{_PAGE} {where} ORDER BY observed_us DESC, order_id DESC LIMIT ?", (*values, limit + 1)
    ).fetchall()
    items = tuple(OrderLine(*row) for row in rows[:limit])
    last = items[-1] if len(rows) > limit else None
    return Page(items, encode_cursor((last.observed_us, last.order_id)) if last else None)


def lane_of(order: Order) -> tuple[str, str]:
    """Return from and to country of the order's first consignment, `("CN", "DE")`; the empty text where unknown."""
    if not order.consignments:
        return "", ""
    first = order.consignments[0]
    return first.shipper_country or "", first.consignee_country


def day_of(micros: int) -> int:
    """Return the UTC day that a time lies in, counted from 1970-01-01."""
    return micros // _DAY_US
