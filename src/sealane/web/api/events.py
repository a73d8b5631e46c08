"""Events: what happens to an order after checkout, told by whoever sees it, with a decision back where one is due."""

import msgspec

from sealane.flows.reception import Call, receive_event
from sealane.model.decision import Decision
from sealane.model.decoding import decode_event
from sealane.model.errors import Conflict, NotFound
from sealane.model.event import AcceptedAs, Attributes, EventRequest, EventResult
from sealane.model.party import Role
from sealane.web.api.answers import answer_of
from sealane.web.api.batch import PLACES, take_batch
from sealane.web.exchange.leaking import read_clean
from sealane.web.problems import Problem
from sealane.web.replies import NDJSON, Reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "EventBody", "EventOutcome"]

REPORTERS: tuple[Role, ...] = ("merchant", "psp", "carrier", "broker", "platform", "authority", "operator")


class EventBody(EventRequest, frozen=True, forbid_unknown_fields=True):
    """An event as callers write it; attributes that are not named here are kept sealed and not read."""

    attributes: Attributes | msgspec.UnsetType = msgspec.UNSET  # type: ignore[assignment]  # raw until its order is found


class EventOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a batch's results: what telling the event answered, or the problem that this one line has."""

    status: int
    event_id: str | None = None
    accepted_as: AcceptedAs | None = None
    decision: Decision | None = None
    problem: Problem | None = None


async def record_event(visit: Visit) -> Reply:
    """Take one event."""
    return await _record(visit, await visit.body(), visit.idempotency_key)


async def record_events(visit: Visit) -> Reply:
    """Take a batch of events."""
    return take_batch(visit, _record)


async def _record(visit: Visit, body: bytes, key: str | None = None) -> Reply:
    request = await read_clean(visit, "events", decode_event, body)
    call, rooms = Call(visit.party, body, key), visit.lane.rooms
    return answer_of(visit, await rooms.database.run_async(lambda tx: receive_event(rooms, call, request, tx)))


ROUTES = (
    Route(
        method="POST",
        path="/v1/events",
        action=record_event,
        summary="Tell what happened to an order; some kinds get a decision back",
        tag="events",
        roles=REPORTERS,
        request=EventBody,
        answers={201: EventResult},
        refusals=(NotFound, Conflict),
        is_repeatable=True,
    ),
    Route(
        method="POST",
        path="/v1/events/batch",
        action=record_events,
        summary="Tell many events as NDJSON and get one result a line, in order",
        tag="events",
        roles=REPORTERS,
        request=EventBody,
        takes=NDJSON,
        answers={200: EventOutcome},
        gives=NDJSON,
        places=PLACES,
    ),
)
