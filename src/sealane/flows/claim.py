"""Claim: the shopper says it did not come, is not as described, goes back, or wants the money."""

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["claim"]


def claim(arrival: Arrival) -> EventResult:
    """Decide whether to pay, to ask for more, to look into it, or to refuse with the evidence."""
    event = arrival.seal()
    signals = arrival.observe(event)
    decision = arrival.decide("claim", signals)
    return arrival.record(event, decision)
