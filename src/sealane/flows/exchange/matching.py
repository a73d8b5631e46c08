"""The three-way match in two places: in the decisions after checkout, and behind everything that becomes known.

A later decision sees as signals what contradicts as of its own event. The matcher, a thread, works behind the answers
at a pace that leaves them alone, and keeps findings: they come within seconds.
"""

import sqlite3
import threading

import msgspec

from sealane.flows.rooms import Rooms
from sealane.interchange import Mismatch, match
from sealane.model.errors import DependencyUnavailable, NotFound
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction

__all__ = ["Matcher", "contradictions"]

LOOK_SECONDS = 0.5
AT_ONCE = 25
PAUSE_SECONDS = 0.05
"""Notices looked at in one go, and the pause when more wait: some thousandths of a second at a time, which the calls
that are being answered hardly feel, and at most a tenth of a processor's time in all."""

_CAUSES = frozenset({"order.decided", "event.recorded"})
_encode = msgspec.json.Encoder().encode


class Matcher:
    """Matches orders that changed, in the background."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealane-matcher", daemon=True)

    def start(self) -> None:
        """Begin, where the last process ended."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what was not looked at is looked at by the next start."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        is_behind = False
        while not self._stopped.wait(PAUSE_SECONDS if is_behind else LOOK_SECONDS):
            try:
                is_behind = self._rooms.lead.is_held and _match_next(self._rooms)
            except DependencyUnavailable:  # the database is full or gone: the next look tries again
                is_behind = False


def contradictions(order: Order, event: Event, tx: Transaction) -> tuple[str, ...]:
    """Return the codes of what contradicts once this event is known as well, one for each place."""
    return tuple(each.code for each in match(order, [*orderbook.events_of(tx, order.order_id), event]))


def _match_next(rooms: Rooms) -> bool:
    """Match what the next notices name; tell whether more may wait."""
    with rooms.database.reader() as conn:
        notices = outbox.page(conn, rooms.interchange.findings.matched(conn), AT_ONCE)
        if not notices:
            return False
        named = dict.fromkeys(notice.order_id for notice in notices if notice.kind in _CAUSES)
        results = [found for found in (_match_named(conn, order_id) for order_id in named) if found is not None]
    rooms.database.run(lambda tx: _record(rooms, results, notices[-1].number, tx))
    return len(notices) == AT_ONCE


def _match_named(conn: sqlite3.Connection, order_id: str) -> tuple[Order, tuple[Mismatch, ...]] | None:
    try:
        order = orderbook.read(conn, order_id)
    except NotFound:  # a notice about no order, such as one of an incident
        return None
    return order, match(order, orderbook.events(conn, order_id))


def _record(rooms: Rooms, results: list[tuple[Order, tuple[Mismatch, ...]]], last: int, tx: Transaction) -> None:
    """Store what is new, clear what holds no longer; both go on the log and to whoever listens."""
    rooms.lead.confirm(tx)
    for order, found in results:
        opened, cleared = rooms.interchange.findings.settle(tx, order, found)
        for content in map(_encode, opened):
            rooms.log.append(tx, "match.found", order_id=order.order_id, content=content)
            outbox.add(tx, "match.found", order.order_id, content)
        for content in map(_encode, cleared):
            rooms.log.append(tx, "match.cleared", order_id=order.order_id, content=content)
            outbox.add(tx, "match.cleared", order.order_id, content)
    rooms.interchange.findings.move_matched(tx, last)
