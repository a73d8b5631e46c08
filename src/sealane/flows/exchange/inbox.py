"""Native webhooks: each event of a letter is confirmed, claimed, kept until its order is known, or passed over.

A claim is stored, sealed, logged and shown, and nothing else: it moves no window and asks no question, so it releases
neither money nor parcel. Once the source's own API, or a stronger source, says the same, the event goes its usual way.
"""

import msgspec
from msgspec.structs import replace

from sealane.flows.events import FLOWS, arrive
from sealane.flows.rooms import Rooms
from sealane.flows.steps.arrival import Witness
from sealane.interchange import Endpoint, MappedEvent, MessageRow, note_findings
from sealane.model.clock import from_micros
from sealane.model.errors import Conflict, InvalidInput, NotFound
from sealane.model.event import AcceptedAs, EventRequest, EventResult
from sealane.model.ids import new_id
from sealane.model.party import Party
from sealane.storage.database import Transaction

__all__ = ["Outcome", "confirm_message", "receive_letter", "refute_message", "retry_message"]

_encode = msgspec.json.Encoder().encode

MOST_ATTEMPTS = 6
FIRST_WAIT_US = 30_000_000


class Outcome(msgspec.Struct, frozen=True):
    """What became of one event: confirmed, claimed, unmatched (its order is not known yet), ignored, duplicate."""

    id: str
    state: str
    accepted_as: AcceptedAs | None = None
    message_id: str | None = None
    event_id: str | None = None


def receive_letter(
    rooms: Rooms, endpoint: Endpoint, events: list[MappedEvent], surplus: tuple[str, ...], tx: Transaction
) -> list[Outcome]:
    """Take the events of a letter whose proof held; each counts once."""
    note_findings(tx, endpoint.merchant_id, endpoint.source.name, "stripped", surplus)
    return [_receive(rooms, endpoint, event, tx) for event in events]


def confirm_message(rooms: Rooms, message_id: str, tx: Transaction) -> MessageRow:
    """Let a claim count, because the source's own API said the same.

    Raises:
        NotFound: when there is no such message.
        Conflict: when it does not wait for confirmation.
    """
    row = rooms.interchange.box.waiting(tx, message_id, "claimed")
    result, _ = _count(rooms, row, rooms.interchange.box.held(row), tx)
    changed = replace(row, state="confirmed", event_id=result.event_id, held=None, next_us=None)
    rooms.interchange.box.change(tx, changed)
    return changed


def refute_message(rooms: Rooms, message_id: str, *, is_denied: bool, tx: Transaction) -> MessageRow:
    """Note that the source's API denied a claim, or could not be asked; after six attempts nobody asks again.

    Raises:
        NotFound: when there is no such message.
        Conflict: when it does not wait for confirmation.
    """
    row = rooms.interchange.box.waiting(tx, message_id, "claimed")
    attempts = row.attempts + 1
    is_over = is_denied or attempts >= MOST_ATTEMPTS
    next_us = None if is_over else tx.now_us + FIRST_WAIT_US * 4**attempts
    state = "refuted" if is_denied else row.state
    changed = replace(row, state=state, attempts=attempts, next_us=next_us, held=None if is_denied else row.held)
    rooms.interchange.box.change(tx, changed)
    if is_denied:
        rooms.log.append(tx, "webhook.refuted", order_id=row.order_id, content=message_id.encode())
    return changed


def retry_message(rooms: Rooms, message_id: str, tx: Transaction) -> MessageRow:
    """Take an event whose order was not known when it came.

    Raises:
        NotFound: when there is no such message, or still no such order.
        Conflict: when it does not wait for its order.
    """
    row = rooms.interchange.box.waiting(tx, message_id, "unmatched")
    endpoint = rooms.interchange.endpoint_of(row)
    request = rooms.interchange.box.held(row)
    taken = _take(rooms, endpoint, request, row, tx)
    rooms.interchange.box.change(tx, taken)
    return taken


def _receive(rooms: Rooms, endpoint: Endpoint, event: MappedEvent, tx: Transaction) -> Outcome:
    if rooms.interchange.box.has_come(tx, endpoint.endpoint_id, event.id):
        return Outcome(event.id, "duplicate")
    row = MessageRow(
        message_id=new_id("msg"),
        endpoint_id=endpoint.endpoint_id,
        merchant_id=endpoint.merchant_id,
        source=endpoint.source.name,
        source_event_id=event.id,
        kind=event.kind,
        state="ignored",
        event_id=None,
        order_id=None,
        held=None,
        attempts=0,
        next_us=None,
        received_us=tx.now_us,
    )
    is_followed = event.kind is not None and endpoint.mode != "test"
    if is_followed and (event.reference or event.tracking_number):
        row = _match(rooms, endpoint, event, row, tx)
    rooms.interchange.box.add(tx, row)
    worth = endpoint.source.accepted_as if row.event_id else None
    return Outcome(event.id, row.state, worth, row.message_id, row.event_id)


def _match(rooms: Rooms, endpoint: Endpoint, event: MappedEvent, row: MessageRow, tx: Transaction) -> MessageRow:
    """Take the event if its order is known, else keep it until it is."""
    names = ({"tracking_number": event.tracking_number}, {"reference": event.reference})
    for name in names:
        if not any(name.values()):
            continue
        request = _request(event, tx, name)
        try:
            return _take(rooms, endpoint, request, row, tx)
        except NotFound:
            continue
        except (Conflict, InvalidInput):
            # Two orders under one number, or a time that cannot be: an event to look at, not one to lose.
            break
    return rooms.interchange.box.hold(replace(row, state="unmatched"), _request(event, tx, _first(names)))


def _first(names: tuple[dict[str, str | None], ...]) -> dict[str, str | None]:
    return next(name for name in names if any(name.values()))


def _request(event: MappedEvent, tx: Transaction, name: dict[str, str | None]) -> EventRequest:
    assert event.kind is not None  # noqa: S101 - events that we do not follow were passed over
    return EventRequest(
        id=event.id,
        kind=event.kind,
        occurred_at=event.occurred_at or from_micros(tx.now_us),
        reference=name.get("reference"),
        tracking_number=name.get("tracking_number"),
        attributes=msgspec.Raw(_encode(event.attributes)),
    )


def _take(rooms: Rooms, endpoint: Endpoint, request: EventRequest, row: MessageRow, tx: Transaction) -> MessageRow:
    """Confirm the event, or store the claim and hold it until it is confirmed."""
    source = endpoint.source
    if source.accepted_as == "confirmed":
        result, order_id = _count(rooms, row, request, tx)
        rooms.interchange.box.corroborate(tx, order_id, request.kind)
        return replace(row, state="confirmed", event_id=result.event_id, order_id=order_id, held=None)
    claim = replace(request, id=f"{request.id}#claimed")
    arrival = arrive(rooms, _in_name_of(row), claim, tx, Witness(row.endpoint_id, "claimed"))
    result = arrival.record(arrival.seal())
    next_us = tx.now_us if source.pull is not None and endpoint.credential else None
    order_id = arrival.order.order_id
    tx.after_commit(rooms.interchange.wake)
    claimed = replace(row, state="claimed", event_id=result.event_id, order_id=order_id, next_us=next_us)
    return rooms.interchange.box.hold(claimed, request)


def _count(rooms: Rooms, row: MessageRow, request: EventRequest, tx: Transaction) -> tuple[EventResult, str]:
    """Let an event go its usual way as a confirmed fact; return its result and its order."""
    arrival = arrive(rooms, _in_name_of(row), request, tx, Witness(row.endpoint_id, "confirmed"))
    return FLOWS[request.kind](arrival), arrival.order.order_id


def _in_name_of(row: MessageRow) -> Party:
    """Return the merchant whose orders the source may speak of."""
    return Party(row.merchant_id, "", ("merchant",), "ZZ")
