"""Payment: authorization, failed attempt, capture and refund, as the PSP tells them."""

from sealane.flows.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["payment"]


def payment(arrival: Arrival) -> EventResult:
    """Keep the payment fact; failed attempts and refunds count in every later decision."""
    event = arrival.seal()
    arrival.observe(event)
    return arrival.record(event)
