"""The findings of the match: which mismatches of an order hold, since when, and until when they did."""

import sqlite3
from collections.abc import Iterator, Sequence

from sealane.interchange.matching import store
from sealane.interchange.matching.comparing import match
from sealane.interchange.matching.mismatch import Mismatch
from sealane.interchange.matching.store import FindingRow
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.storage.database import Transaction

__all__ = ["Findings", "standing_findings"]

Place = tuple[int, str, str, str]
"""Where a page of findings ended: found_us, order, code, place."""


class Findings:
    """The findings of all orders."""

    def settle(
        self, tx: Transaction, order: Order, found: Sequence[Mismatch]
    ) -> tuple[tuple[Mismatch, ...], tuple[Mismatch, ...]]:
        """Keep what a match of an order found; return what is new, and what holds no longer."""
        known = store.open_findings(tx, order.order_id)
        now = {(each.code, each.place) for each in found}
        opened = tuple(each for each in found if (each.code, each.place) not in known)
        cleared = tuple(each for name, each in known.items() if name not in now)
        for each in opened:
            store.put(tx, order.order_id, order.merchant_id, each)
        for each in cleared:
            store.clear(tx, order.order_id, each)
        return opened, cleared

    def page(
        self, conn: sqlite3.Connection, merchant_id: str | None, *, code: str | None = None, after: Place, limit: int
    ) -> list[FindingRow]:
        """Return open findings, the latest first, from before a place on; of a merchant, or of all."""
        return store.page(conn, merchant_id, code=code, after=after, limit=limit)

    def totals(self, conn: sqlite3.Connection, merchant_id: str | None) -> Iterator[tuple[str, int, int]]:
        """Yield each code with how many findings are open and how many orders they are about, the most first."""
        return store.totals(conn, merchant_id)

    def matched(self, conn: sqlite3.Connection) -> int:
        """Return the number of the last notice whose order was matched."""
        return store.matched(conn)

    def move_matched(self, tx: Transaction, after: int) -> None:
        """Note that the orders of notices up to one were matched."""
        store.move_matched(tx, after)


def standing_findings(conn: sqlite3.Connection, order: Order, events: Sequence[Event]) -> tuple[FindingRow, ...]:
    """Match an order now and return the findings about it: those that are over, then those that hold.

    One that the matcher has not come to yet holds since the last of the events.
    """
    rows = {(row.mismatch.code, row.mismatch.place): row for row in store.of_order(conn, order.order_id)}
    since_us = max((event.observed_us for event in events), default=order.observed_us)
    held = []
    for each in match(order, events):
        row = rows.pop((each.code, each.place), None)
        found_us = since_us if row is None or row.cleared_us is not None else row.found_us
        held.append(FindingRow(order.order_id, order.merchant_id, each, found_us, None))
    return (*(row for row in rows.values() if row.cleared_us is not None), *held)
