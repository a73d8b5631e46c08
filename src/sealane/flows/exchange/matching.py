"""The matcher: a thread that compares order, payment and waybill whenever something becomes known of an order.

It works behind the decisions, at a pace that leaves them alone, so a finding comes within seconds, not with the answer.
"""

from threading import Event, Thread

import msgspec

from sealane.flows.rooms import Rooms
from sealane.interchange import Mismatch, match, matching_store
from sealane.model.errors import DependencyUnavailable, NotFound
from sealane.model.order import Order
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction

__all__ = ["Matcher", "match_order"]

LOOK_SECONDS = 0.5
AT_ONCE = 250
"""Notices looked at in one go: at most a few hundredths of a processor's time."""

_CAUSES = frozenset({"order.decided", "event.recorded"})
_encode = msgspec.json.Encoder().encode


class Matcher:
    """Matches orders that changed, in the background."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sealane-matcher", daemon=True)

    def start(self) -> None:
        """Begin, where the last process ended."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what was not looked at is looked at by the next start."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                _match_next(self._rooms)
            except DependencyUnavailable:  # the database is full or gone: the next look tries again
                continue


def match_order(rooms: Rooms, order_id: str) -> tuple[Order, tuple[Mismatch, ...]]:
    """Return an order and where its three sides contradict each other now.

    Raises:
        NotFound: when there is no such order.
    """
    with rooms.database.reader() as conn:
        order = orderbook.read(conn, order_id)
        return order, match(order, orderbook.events(conn, order_id))


def _match_next(rooms: Rooms) -> None:
    with rooms.database.reader() as conn:
        notices = outbox.page(conn, matching_store.matched(conn), AT_ONCE)
    if not notices:
        return
    results = []
    for order_id in dict.fromkeys(notice.order_id for notice in notices if notice.kind in _CAUSES):
        try:
            results.append(match_order(rooms, order_id))
        except NotFound:
            continue
    rooms.database.run(lambda tx: _record(rooms, results, notices[-1].number, tx))


def _record(rooms: Rooms, results: list[tuple[Order, tuple[Mismatch, ...]]], last: int, tx: Transaction) -> None:
    """Store what is new, clear what holds no longer; both go on the log and to whoever listens."""
    for order, found in results:
        known = matching_store.open_findings(tx, order.order_id)
        for mismatch in found:
            if (mismatch.code, mismatch.place) not in known:
                _open(rooms, order, mismatch, tx)
        for name in known.keys() - {(each.code, each.place) for each in found}:
            _clear(rooms, order, known[name], tx)
    matching_store.move_matched(tx, last)


def _open(rooms: Rooms, order: Order, mismatch: Mismatch, tx: Transaction) -> None:
    content = _encode(mismatch)
    matching_store.put(tx, order.order_id, order.merchant_id, mismatch)
    rooms.log.append(tx, "match.found", order_id=order.order_id, content=content)
    outbox.add(tx, "match.found", order.order_id, content)


def _clear(rooms: Rooms, order: Order, mismatch: Mismatch, tx: Transaction) -> None:
    content = _encode(mismatch)
    matching_store.clear(tx, order.order_id, mismatch)
    rooms.log.append(tx, "match.cleared", order_id=order.order_id, content=content)
    outbox.add(tx, "match.cleared", order.order_id, content)
