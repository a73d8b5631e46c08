"""Chargeback and verdict: ground truth arrives, weeks after the decisions it judges."""

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["chargeback"]


def chargeback(arrival: Arrival) -> EventResult:
    """Keep the truth; it changes no past decision and counts in every later one from the moment it is known."""
    event = arrival.seal()
    arrival.observe(event)
    return arrival.record(event)
