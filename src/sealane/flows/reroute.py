"""Reroute: somebody asks to send the consignment elsewhere; the hour of account takeover and interception."""

from sealane.flows.privacy.destination import note_move
from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["reroute"]


def reroute(arrival: Arrival) -> EventResult:
    """Decide whether the new place may be used: approve, ask the payer first, review, or keep the old address."""
    event = arrival.seal()
    signals = arrival.observe(event)
    decision = arrival.decide("reroute", signals)
    note_move(arrival, event, decision)
    return arrival.record(event, decision)
