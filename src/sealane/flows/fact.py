"""Facts that ask no question: payments made, failed, captured and refunded, and accounts changed."""

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["fact"]


def fact(arrival: Arrival) -> EventResult:
    """Keep the fact; every later decision counts with it from the moment it is known."""
    event = arrival.seal()
    arrival.observe(event)
    return arrival.record(event)
