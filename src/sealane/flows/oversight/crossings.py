"""Facts of consignments that cross borders: between which countries, and whether their three sides agree."""

import sqlite3
from collections.abc import Iterable, Iterator

from sealane.interchange import match
from sealane.model.order import Order
from sealane.storage import orderbook
from sealane.supervision.controls.conduct import Manifest, Match

__all__ = ["countries", "manifests", "matches"]

_TIMES = frozenset({"waybill-before-order", "delivered-before-handover"})
_PLACES = frozenset({"country-differs", "postcode-differs"})
_PEOPLE = frozenset({"parties-differ"})
_NUMBERS = frozenset({"number-shared", "weight-for-goods", "weight-differs"})
CHINA = "CN"


def countries(orders: Iterable[Order]) -> tuple[str, ...]:
    """Return the countries that consignments leave or reach."""
    every = (each for order in orders for each in order.consignments)
    return tuple(sorted({place for each in every for place in (each.shipper_country, each.consignee_country) if place}))


def matches(conn: sqlite3.Connection, orders: Iterable[Order]) -> Iterator[Match]:
    """Yield how order, payment and waybill of each order that touches China agree, compared now."""
    for order in orders:
        if CHINA in countries([order]):
            found = {each.code for each in match(order, orderbook.events(conn, order.order_id))}
            yield Match(
                id=order.order_id,
                amount=not found - _TIMES - _PLACES - _PEOPLE - _NUMBERS,
                payer=not found & _PEOPLE,
                consignee=not found & (_PLACES | _PEOPLE),
                time=not found & _TIMES,
            )


def manifests(orders: Iterable[Order]) -> tuple[Manifest, ...] | None:
    """Return that no advance data were due, when no consignment crosses a border."""
    every = (each for order in orders for each in order.consignments)
    return None if any(each.shipper_country != each.consignee_country for each in every) else ()
