"""Account: the shopper's e-mail, phone, password, address or device changed at the merchant."""

from sealane.flows.arrival import Arrival
from sealane.model.event import EventResult

__all__ = ["account"]


def account(arrival: Arrival) -> EventResult:
    """Keep the change; a reroute or an order soon after it is judged with it."""
    event = arrival.seal()
    arrival.observe(event)
    return arrival.record(event)
