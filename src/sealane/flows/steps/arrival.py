"""A later event that has found its order, with the four steps it goes through."""

from dataclasses import dataclass

import msgspec

from sealane.flows.exchange.matching import contradictions
from sealane.flows.rooms import Rooms
from sealane.flows.steps.admission import admit_event
from sealane.flows.steps.deciding import decide
from sealane.model.decision import Decision, Stage
from sealane.model.event import AcceptedAs, Attributes, Event, EventRequest, EventResult
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.risk import STAGE_OF, Signals
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction

__all__ = ["Arrival", "Witness"]

_encode = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Witness:
    """A source that told of an event in a party's name, and what its word is worth."""

    source: str
    accepted_as: AcceptedAs


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event on its way in; `consignment_id` is known when the event names or implies a consignment."""

    rooms: Rooms
    party: Party
    request: EventRequest
    attributes: Attributes
    order: Order
    consignment_id: str | None
    tx: Transaction
    witness: Witness | None = None
    """Who told of it, where that is not the party itself."""

    def seal(self) -> Event:
        """Seal the attributes whole and return the event as it is stored."""
        raw = bytes(self.request.attributes)
        return admit_event(self, self.rooms.vault.seal_event(self.tx, self.order, self.attributes, raw))

    def observe(self, event: Event) -> Signals:
        """Return the signals as of this event, the three-way match among them, and let it count from now on."""
        codes = contradictions(self.order, event, self.tx) if event.kind in STAGE_OF else None
        return self.rooms.risk.observe_event(self.tx, self.order, event, codes)

    def decide(self, stage: Stage, signals: Signals) -> Decision:
        """Answer the stage's question; the decision and its log entry join the transaction."""
        return decide(self.rooms, stage, self.order, signals, self.tx)[0]

    def record(self, event: Event, decision: Decision | None = None) -> EventResult:
        """Store the event, prove its arrival on the log, tell subscribers, and return the answer."""
        orderbook.add_event(self.tx, event)
        self.rooms.disclosure.follow(self.tx, event, self._destination())
        self.rooms.log.append(self.tx, "event.recorded", order_id=self.order.order_id, content=_pack(event))
        result = EventResult(event.event_id, event.accepted_as, decision)
        outbox.add(self.tx, "event.recorded", self.order.order_id, _encode(result))
        return result

    def _destination(self) -> str:
        """Return the country that the consignment goes to, the empty text when the event names none."""
        if self.consignment_id is None:
            return ""
        return self.order.consignments[self.order.position(self.consignment_id)].consignee_country
