"""Chargeback and verdict: ground truth arrives, weeks after the decisions it judges."""

from sealane.flows.steps.arrival import Arrival
from sealane.model.event import EventResult
from sealane.risk import truth_of
from sealane.storage import figures

__all__ = ["chargeback"]


def chargeback(arrival: Arrival) -> EventResult:
    """Keep the truth; it changes no past decision and counts in every later one from the moment it is known.

    Open cases of the order are closed by it; a chargeback opens one of its own, to be accepted or contested.
    """
    event = arrival.seal()
    arrival.observe(event)
    cases = arrival.rooms.risk.cases
    truth = truth_of(event)
    if truth is not None:
        figures.judged(arrival.tx, arrival.order, truth)
        cases.learn(arrival.tx, arrival.order, truth)
    if event.kind == "payment.chargeback":
        cases.contest(arrival.tx, arrival.order, event)
    return arrival.record(event)
