"""Endpoints of webhooks: register, give a fresh secret, let go on, close, and try out; each change goes on the log."""

import asyncio

import msgspec

from sealane.flows.exchange.courier import Courier, Outcome
from sealane.flows.rooms import Rooms
from sealane.interchange import KINDS, PEER, ReceiverRow, Subscription
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict, DependencyUnavailable, FieldError, InvalidInput, NotPermitted
from sealane.model.ids import new_id
from sealane.storage import outbox
from sealane.storage.database import Transaction

__all__ = ["MOST_ENDPOINTS", "check_kinds", "close", "let_go_on", "register", "rotate", "try_out"]

MOST_ENDPOINTS = 50
"""Open endpoints of one party."""


def register(rooms: Rooms, party_id: str, wanted: Subscription, tx: Transaction) -> tuple[ReceiverRow, str]:
    """Register an endpoint; return it with what its receiver verifies by, which is shown this one time.

    Raises:
        Conflict: when the party has as many as it may have.
    """
    with rooms.database.reader() as connection:
        if len(rooms.interchange.receivers.all(connection, party_id)) >= MOST_ENDPOINTS:
            raise Conflict(f"A party has at most {MOST_ENDPOINTS} endpoints.", remedy="Remove one that is not needed.")
    row, shown = rooms.interchange.receivers.add(tx, party_id, wanted, outbox.last(tx))
    rooms.log.append(tx, "webhook.added", order_id=None, content=f"{row.endpoint_id} {row.party_id}".encode())
    tx.after_commit(rooms.interchange.wake_courier)
    return row, shown


def rotate(rooms: Rooms, row: ReceiverRow, overlap_seconds: int, tx: Transaction) -> str:
    """Return a fresh secret of the endpoint; until the overlap ends, the older one signs too.

    Raises:
        Conflict: when the endpoint verifies by the installation's own key.
    """
    shown = rooms.interchange.receivers.rotate(tx, row, overlap_seconds * 1_000_000)
    rooms.log.append(tx, "webhook.rotated", order_id=None, content=row.endpoint_id.encode())
    return shown


def let_go_on(rooms: Rooms, row: ReceiverRow, tx: Transaction) -> None:
    """Let an endpoint go on that was paused because it answered 410 Gone."""
    rooms.interchange.receivers.resume(tx, row.endpoint_id)
    tx.after_commit(rooms.interchange.wake_courier)


def close(rooms: Rooms, row: ReceiverRow, tx: Transaction) -> None:
    """Close an endpoint; what waits for it is dropped.

    Raises:
        Conflict: when it belongs to a peer.
    """
    if row.scheme == PEER:
        raise Conflict("This endpoint belongs to a peer.")
    rooms.interchange.receivers.remove(tx, row.endpoint_id)
    rooms.log.append(tx, "webhook.removed", order_id=None, content=row.endpoint_id.encode())


async def try_out(courier: Courier, row: ReceiverRow, kind: str, now_us: int) -> tuple[str, Outcome]:
    """Send a made-up notice once; return its delivery id and what the receiver said.

    Raises:
        InvalidInput: when nothing of this kind is ever told.
    """
    check_kinds((kind,), "/kind")
    delivery_id = new_id("out")
    data = {"order_id": new_id("ord"), "is_test": True}
    told = {"type": kind, "timestamp": from_micros(now_us), "data": data}
    try:
        work = courier.attempt(row, delivery_id, msgspec.json.encode(told))
        return delivery_id, await asyncio.wrap_future(courier.run(work))
    except (DependencyUnavailable, NotPermitted) as refusal:
        return delivery_id, Outcome(is_taken=False, reason=refusal.detail)


def check_kinds(kinds: tuple[str, ...], at: str) -> None:
    """Make sure that each of these kinds is one that can be told.

    Raises:
        InvalidInput: naming the first that is not.
    """
    wrong = [number for number, kind in enumerate(kinds) if kind not in KINDS]
    if wrong:
        detail = f"What can be told is: {', '.join(KINDS)}."
        pointer = f"{at}/{wrong[0]}" if at == "/kinds" else at
        raise InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))
