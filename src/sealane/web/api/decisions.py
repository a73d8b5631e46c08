"""Decisions: read one again, with the signals, windows and contributions that made it."""

import asyncio
import sqlite3

from msgspec.structs import replace

from sealane.model.ids import is_id
from sealane.model.order import Order
from sealane.risk import Explanation
from sealane.storage import orderbook
from sealane.web.api.orders import may_see, own_order
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]


async def read_decision(visit: Visit) -> Reply:
    """Answer one decision with everything that made it."""
    decision_id = visit.named("decision_id", "dec")
    # An explanation walks back through what happened before, so it keeps out of the way of other calls.
    return json_reply(await asyncio.to_thread(_explain, visit, decision_id))


def _explain(visit: Visit, decision_id: str) -> Explanation:
    risk = visit.lane.rooms.risk
    with visit.lane.rooms.database.reader() as connection:
        order = own_order(visit, connection, risk.decision(connection, decision_id).order_id)
        return _without_others(visit, connection, order, risk.explanation(connection, decision_id))


def _without_others(visit: Visit, connection: sqlite3.Connection, order: Order, whole: Explanation) -> Explanation:
    """Leave out the events behind a signal that belong to other merchants: they count, but their ids are not told."""
    if visit.party.has("operator"):
        return whole
    named = {event_id for reading in whole.signals for event_id in reading.events}
    own = {event.event_id for event in orderbook.events(connection, order.order_id)}
    own |= {each for each in named if is_id(each, "ord") and may_see(visit, orderbook.read(connection, each))}
    signals = (replace(each, events=tuple(event for event in each.events if event in own)) for each in whole.signals)
    return replace(whole, signals=tuple(signals))


ROUTES = (
    Route(
        method="GET",
        path="/v1/decisions/{decision_id}",
        action=read_decision,
        summary="Read a decision with the signals, windows and contributions that made it",
        tag="decisions",
        roles=("merchant", "operator"),
        answers={200: Explanation},
    ),
)
