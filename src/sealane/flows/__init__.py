"""The corridor: one file per business event, one transaction each, read from top to bottom.

Every flow takes the same four steps: *seal* what is personal, *observe* what it changes, *assess* if a stage is
reached, *record* it all in one commit. Rooms never call each other; flows pass their facts on.

    database.run(lambda tx: checkout(rooms, party, request, tx))
"""

from sealane.flows.checkout import checkout
from sealane.flows.events import record_event
from sealane.flows.reception import receive_event, receive_order
from sealane.flows.rooms import Rooms

__all__ = ["Rooms", "checkout", "receive_event", "receive_order", "record_event"]
