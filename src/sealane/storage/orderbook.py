"""The order book, the one shelf that all rooms share: orders, their consignments, events and latest decisions.

Flows write and find here; pages read through `orderlist`, whose names this module passes on.
"""

import msgspec
from msgspec.structs import astuple

from sealane.model.clock import to_micros
from sealane.model.decision import Decision
from sealane.model.errors import Conflict, InvalidInput, NotFound
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.storage.orderlist import OrderFilter, OrderLine, day_of, events, lane_of, page, read
from sealane.storage.transaction import Row, Transaction

__all__ = [
    "OrderFilter",
    "OrderLine",
    "add",
    "add_event",
    "decided",
    "event_of",
    "events",
    "events_of",
    "find",
    "get",
    "page",
    "read",
    "standing",
    "update",
]

_encode = msgspec.msgpack.Encoder().encode
_decode_order = msgspec.msgpack.Decoder(Order).decode
_decode_event = msgspec.msgpack.Decoder(Event).decode

# New and changed rows share one statement per table: rows of one statement keep their order within a batch.
_PUT_ORDER = """INSERT INTO orders (order_id, merchant_id, reference, document) VALUES (?, ?, ?, ?)
    ON CONFLICT (order_id) DO UPDATE SET document = excluded.document"""
_PUT_CONSIGNMENT = """INSERT INTO consignments (consignment_id, order_id, merchant_id, tracking_number)
    VALUES (?, ?, ?, ?) ON CONFLICT (consignment_id) DO UPDATE SET tracking_number = excluded.tracking_number"""
_ADD_PAYMENT = "INSERT INTO order_payments VALUES (?, ?, ?)"
_PUT_LINE = """INSERT INTO order_lines (observed_us, order_id, merchant_id, reference, placed_us, amount_minor,
    currency, from_country, to_country, stage, outcome, score, decided_us)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (observed_us, order_id) DO UPDATE
    SET stage = excluded.stage, outcome = excluded.outcome, score = excluded.score, decided_us = excluded.decided_us"""
_COUNT_ORDER = """INSERT INTO order_totals (day, merchant_id, stage, outcome, orders) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (day, merchant_id, stage, outcome) DO UPDATE SET orders = order_totals.orders + excluded.orders"""
_COUNT_LANE = """INSERT INTO lane_totals (day, from_country, to_country, outcome, orders) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (day, from_country, to_country, outcome) DO UPDATE SET orders = lane_totals.orders + excluded.orders"""
_ADD_EVENT = """INSERT INTO events (event_id, source, source_event_id, order_id, observed_us, document)
    VALUES (?, ?, ?, ?, ?, ?)"""
_BY_CONSIGNMENT = """SELECT order_id FROM consignments
    WHERE consignment_id = ? AND coalesce(?, merchant_id) = merchant_id"""
_BY_REFERENCE = "SELECT order_id FROM orders WHERE reference = ? AND coalesce(?, merchant_id) = merchant_id LIMIT 2"
_BY_PAYMENT = """SELECT order_id FROM order_payments
    WHERE psp_reference = ? AND coalesce(?, merchant_id) = merchant_id LIMIT 2"""
_BY_TRACKING_NUMBER = """SELECT DISTINCT order_id FROM consignments
    WHERE tracking_number = ? AND coalesce(?, merchant_id) = merchant_id LIMIT 2"""

_UNDECIDED = ("", "")


def add(tx: Transaction, order: Order) -> None:
    """Store a new order; lists and totals show it from its first decision on."""
    update(tx, order)
    if order.payment.psp_reference:
        tx.insert(_ADD_PAYMENT, (order.payment.psp_reference, order.order_id, order.merchant_id))
    tx.remember(("reference", order.merchant_id, order.reference), order.order_id)
    tx.remember(("standing", order.order_id), _UNDECIDED)


def update(tx: Transaction, order: Order) -> None:
    """Store an order that changed, such as one whose tracking number became known."""
    tx.insert(_PUT_ORDER, (order.order_id, order.merchant_id, order.reference, _encode(order)))
    for consignment in order.consignments:
        row = (consignment.consignment_id, order.order_id, order.merchant_id, consignment.tracking_number)
        tx.insert(_PUT_CONSIGNMENT, row)
    tx.remember(("order", order.order_id), order)


def decided(tx: Transaction, order_id: str, decision: Decision) -> None:
    """Write an order's latest decision where lists and totals show it.

    Raises:
        NotFound: when there is no such order.
    """
    order = get(tx, order_id)
    before = standing(tx, order)
    amount = order.payment.amount
    line = OrderLine(
        order.observed_us,
        order_id,
        order.merchant_id,
        order.reference,
        order.placed_us,
        amount.amount_minor,
        amount.currency,
        *lane_of(order),
        decision.stage,
        decision.outcome,
        decision.score,
        to_micros(decision.decided_at),
    )
    tx.insert(_PUT_LINE, astuple(line))
    tx.remember(("standing", order_id), (line.stage, line.outcome))
    _count(tx, line, (line.stage, line.outcome), 1)
    if before != _UNDECIDED:
        _count(tx, line, before, -1)


def get(tx: Transaction, order_id: str) -> Order:
    """Return the order with this id, also one of the same batch.

    Raises:
        NotFound: when there is none.
    """
    known: Order | None = tx.recall(("order", order_id))
    if known is not None:
        return known
    row = tx.one("SELECT document FROM orders WHERE order_id = ?", (order_id,), flush=False)
    if row is None:
        raise NotFound("There is no order with this id.")
    order = _decode_order(row[0])
    tx.remember(("order", order_id), order)
    return order


def find(
    tx: Transaction,
    merchant_id: str | None,
    *,
    order: str | None = None,
    consignment: str | None = None,
    reference: str | None = None,
    tracking_number: str | None = None,
) -> tuple[Order, str | None]:
    """Return the order that is named and, if the names say so, which consignment; `merchant_id` limits the search.

    A reference that no order has may also be the payment provider's for the payment of one.

    Raises:
        NotFound: when no order is named so, or the order has no such consignment.
        Conflict: when a tracking number or a reference names two orders.
        InvalidInput: when nothing is named.
    """
    if order is None:
        order = _locate(tx, merchant_id, consignment=consignment, reference=reference, tracking_number=tracking_number)
    found = get(tx, order)
    if merchant_id not in {None, found.merchant_id}:
        raise NotFound("There is no order with this id.")
    if consignment is not None:
        if all(each.consignment_id != consignment for each in found.consignments):
            raise NotFound("The order has no such consignment.")
        return found, consignment
    named = [
        each.consignment_id
        for each in found.consignments
        if tracking_number is not None and each.tracking_number == tracking_number
    ]
    return found, named[0] if len(named) == 1 else None


def add_event(tx: Transaction, event: Event) -> None:
    """Store an event of an order."""
    row = (event.event_id, event.source, event.source_event_id, event.order_id, event.observed_us, _encode(event))
    tx.insert(_ADD_EVENT, row)
    tx.remember(("event", event.source, event.source_event_id), event)


def event_of(tx: Transaction, source: str, source_event_id: str) -> Event | None:
    """Return the event that a source sent under its own id, also one of the same batch; None when there is none."""
    known: Event | None = tx.recall(("event", source, source_event_id))
    if known is not None:
        return known
    sql = "SELECT document FROM events WHERE source_event_id = ? AND source = ?"
    row = tx.one(sql, (source_event_id, source), flush=False)
    return None if row is None else _decode_event(row[0])


def events_of(tx: Transaction, order_id: str) -> list[Event]:
    """Return all events of an order, also those of the same batch, in the order in which they were observed."""
    rows = tx.all("SELECT document FROM events WHERE order_id = ? ORDER BY observed_us, event_id", (order_id,))
    return [_decode_event(document) for (document,) in rows]


def standing(tx: Transaction, order: Order) -> tuple[str, str]:
    """Return stage and outcome of the order's latest decision so far."""
    known: tuple[str, str] | None = tx.recall(("standing", order.order_id))
    if known is not None:
        return known
    sql = "SELECT stage, outcome FROM order_lines WHERE observed_us = ? AND order_id = ?"
    row = tx.one(sql, (order.observed_us, order.order_id), flush=False)
    return _UNDECIDED if row is None else (row[0], row[1])


def _count(tx: Transaction, line: OrderLine, standing: tuple[str, str], amount: int) -> None:
    stage, outcome = standing
    day = day_of(line.observed_us)
    tx.count(_COUNT_ORDER, (day, line.merchant_id, stage, outcome), amount)
    tx.count(_COUNT_LANE, (day, line.from_country, line.to_country, outcome), amount)


def _locate(
    tx: Transaction,
    merchant_id: str | None,
    *,
    consignment: str | None,
    reference: str | None,
    tracking_number: str | None,
) -> str:
    """Return the id of the order that the first name given belongs to."""
    if consignment is not None:
        kind, rows = "consignment", tx.all(_BY_CONSIGNMENT, (consignment, merchant_id))
    elif reference is not None:
        kind = "reference"
        rows = _referenced(tx, merchant_id, reference) or tx.all(_BY_PAYMENT, (reference, merchant_id))
    elif tracking_number is not None:
        kind, rows = "tracking number", tx.all(_BY_TRACKING_NUMBER, (tracking_number, merchant_id))
    else:
        raise InvalidInput("No order is named.", remedy="Give an order, consignment, reference or tracking_number.")
    if len(rows) > 1:
        raise Conflict(f"This {kind} belongs to more than one order.", remedy="Name the order by its order_id.")
    if not rows:
        raise NotFound(f"There is no order with this {kind}.")
    return str(rows[0][0])


def _referenced(tx: Transaction, merchant_id: str | None, reference: str) -> list[Row]:
    """Return the id of a merchant's order under a reference; up to two of them where all merchants are searched."""
    if merchant_id is None:
        return tx.all(_BY_REFERENCE, (reference, None))
    known = tx.recall(("reference", merchant_id, reference))
    row = (known,) if known else tx.one(_BY_REFERENCE, (reference, merchant_id), flush=False)
    return [row] if row else []
