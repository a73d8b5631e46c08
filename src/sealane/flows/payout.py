"""Payout: the seller asks for the money; it should follow the goods, not run ahead of them."""

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["payout"]


def payout(arrival: Arrival) -> EventResult:
    """Decide whether the funds may be released: approve, hold for review, or refuse."""
    event = arrival.seal()
    signals = arrival.observe(event)
    decision = arrival.decide("payout", signals)
    return arrival.record(event, decision)
