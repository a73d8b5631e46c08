"""Dispatch: the waybill was made; release the consignment, hold it or cancel it."""

from msgspec.structs import replace

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import Event, EventResult
from sealane.storage import orderbook

__all__ = ["dispatch"]


def dispatch(arrival: Arrival) -> EventResult:
    """Bind the tracking number and decide: approve releases, review holds, decline cancels."""
    event = arrival.seal()
    signals = arrival.observe(event)
    decision = arrival.decide("dispatch", signals)
    _bind_tracking_number(arrival, event)
    return arrival.record(event, decision)


def _bind_tracking_number(arrival: Arrival, event: Event) -> None:
    """Write the number into the consignment, so that later scans can name it; the first number stays."""
    number, order = event.tracking_number, arrival.order
    if number is None or arrival.consignment_id is None:
        return
    position = order.position(arrival.consignment_id)
    if order.consignments[position].tracking_number is not None:
        return
    consignments = list(order.consignments)
    consignments[position] = replace(consignments[position], tracking_number=number)
    orderbook.update(arrival.tx, replace(order, consignments=tuple(consignments)))
