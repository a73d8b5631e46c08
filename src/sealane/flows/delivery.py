"""Delivery: the scans of the journey, from hand-over to the doorstep, the return or the loss."""

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["delivery"]


def delivery(arrival: Arrival) -> EventResult:
    """Keep the scan; it asks no question, but every later decision counts with it."""
    event = arrival.seal()
    arrival.observe(event)
    return arrival.record(event)
