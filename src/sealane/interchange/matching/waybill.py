"""Waybills against the order: weight, place, time and people along the road."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sealane.interchange.matching.mismatch import Mismatch, Terms
from sealane.model.consignment import Consignment
from sealane.model.event import Event
from sealane.model.order import Order

__all__ = ["match_waybills"]

_WEIGHED = frozenset(
    {"consignment.label_created", "consignment.handed_over", "consignment.export_departed", "consignment.arrived"}
)
_LABELLED = "consignment.label_created"
_DELIVERED = "consignment.delivered"
_HANDED_OVER = "consignment.handed_over"
_REROUTED = "consignment.reroute_requested"
_HOUR_US = 3_600_000_000


def match_waybills(order: Order, events: Sequence[Event], terms: Terms) -> Iterator[Mismatch]:
    """Yield where what happened to the parcels contradicts what was ordered."""
    numbers = _numbers(order, events)
    times = Counter(numbers.values())
    for consignment in order.consignments:
        number = numbers.get(consignment.consignment_id, "")
        if times[number] > 1:
            yield Mismatch("number-shared", consignment.consignment_id, ("waybill",), "its own number", number)
        own = [event for event in events if event.consignment_id == consignment.consignment_id]
        yield from _match_weight(consignment, own, terms)
        yield from _match_place(order, consignment, own)
        yield from _match_time(order, consignment, own, terms)
    yield from _match_people(order)


def _numbers(order: Order, events: Sequence[Event]) -> dict[str, str]:
    """Return the tracking number of each consignment that has one: as it was ordered with, or as its label says."""
    numbers = {each.consignment_id: each.tracking_number for each in order.consignments if each.tracking_number}
    for event in events:
        if event.kind == _LABELLED and event.consignment_id and event.tracking_number:
            numbers.setdefault(event.consignment_id, event.tracking_number)
    return numbers


def _match_weight(consignment: Consignment, own: Sequence[Event], terms: Terms) -> Iterator[Mismatch]:
    told = consignment.weight_grams
    if not told:
        return
    slack = max(terms.weight_grams, round(told * terms.weight_share))
    for event in own:
        if event.kind in _WEIGHED and event.weight_grams and abs(event.weight_grams - told) > slack:
            texts = f"{told} g", f"{event.weight_grams} g"
            yield Mismatch("weight-differs", consignment.consignment_id, ("order", "waybill"), *texts)
            return


def _match_place(order: Order, consignment: Consignment, own: Sequence[Event]) -> Iterator[Mismatch]:
    if any(event.kind == _REROUTED for event in own):
        return
    delivered = next((event for event in own if event.kind == _DELIVERED), None)
    if delivered is None:
        return
    meant = {consignment.consignee_country, consignment.pickup_country} - {None}
    if delivered.country is not None and delivered.country not in meant:
        texts = consignment.consignee_country, delivered.country
        yield Mismatch("country-differs", consignment.consignment_id, ("order", "waybill"), *texts)
        return
    links = order.seal.consignment_links[order.position(consignment.consignment_id)]
    if links.pickup_point is None and links.postcode and delivered.seal.postcode not in {None, links.postcode}:
        texts = "the consignee's postcode", "another postcode"
        yield Mismatch("postcode-differs", consignment.consignment_id, ("order", "waybill"), *texts)


def _match_time(order: Order, consignment: Consignment, own: Sequence[Event], terms: Terms) -> Iterator[Mismatch]:
    times: dict[str, int] = {}
    for event in own:
        times.setdefault(event.kind, event.occurred_us)
    begun = [at_us for kind, at_us in times.items() if kind in _WEIGHED or kind == _DELIVERED]
    if begun and min(begun) < order.placed_us - terms.skew_us:
        hours = (order.placed_us - min(begun)) / _HOUR_US
        texts = "after the order", f"{hours:.0f} h before it"
        yield Mismatch("waybill-before-order", consignment.consignment_id, ("order", "waybill"), *texts)
    handed_us = times.get(_HANDED_OVER)
    if handed_us is not None and times.get(_DELIVERED, handed_us) < handed_us - terms.skew_us:
        texts = "after the carrier had it", "before"
        yield Mismatch("delivered-before-handover", consignment.consignment_id, ("waybill",), *texts)


def _match_people(order: Order) -> Iterator[Mismatch]:
    if order.seal.traits.billing_name_matches is not False:
        return
    for consignment, traits in zip(order.consignments, order.seal.consignment_traits, strict=True):
        shared = (
            traits.name_matches_payer,
            traits.phone_matches_payer,
            traits.email_matches_payer,
            traits.address_matches_billing,
            traits.postcode_matches_billing,
        )
        if False in shared and True not in shared:
            texts = "one of payer, buyer and consignee known to another", "nothing in common"
            yield Mismatch("parties-differ", consignment.consignment_id, ("order", "payment", "waybill"), *texts)
