"""Facts of consignments that cross borders: between which countries, how far they came, and whether their sides agree.

What is filed, drawn or signed elsewhere is not known here. Whether it can have happened at all often is: nothing is
filed for a consignment that nobody has moved, and no label drawn for one that nobody has labelled.
"""

from collections.abc import Iterable, Iterator

from sealane.interchange import match
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.supervision.controls.conduct import AuthorityRequest, Delivered, Label, Manifest, Match, PayeeCheck

__all__ = [
    "Tracked",
    "authority_requests",
    "countries",
    "deliveries",
    "labels",
    "manifests",
    "matches",
    "payee_checks",
]

Tracked = tuple[tuple[Order, tuple[Event, ...]], ...]
"""Orders with all that happened to each."""

_TIMES = frozenset({"waybill-before-order", "delivered-before-handover"})
_PLACES = frozenset({"country-differs", "postcode-differs"})
_PEOPLE = frozenset({"parties-differ"})
_NUMBERS = frozenset({"number-shared", "weight-for-goods", "weight-differs"})
CHINA = "CN"


def countries(orders: Iterable[Order]) -> tuple[str, ...]:
    """Return the countries that consignments leave or reach."""
    every = (each for order in orders for each in order.consignments)
    return tuple(sorted({place for each in every for place in (each.shipper_country, each.consignee_country) if place}))


def matches(tracked: Tracked) -> Iterator[Match]:
    """Yield how order, payment and waybill of each order that touches China agree, compared now."""
    for order, events in tracked:
        if CHINA in countries([order]):
            found = {each.code for each in match(order, events)}
            yield Match(
                id=order.order_id,
                amount=not found - _TIMES - _PLACES - _PEOPLE - _NUMBERS,
                payer=not found & _PEOPLE,
                consignee=not found & (_PLACES | _PEOPLE),
                time=not found & _TIMES,
            )


def manifests(tracked: Tracked) -> tuple[Manifest, ...] | None:
    """Return that no advance data were due, when no consignment that crosses a border was moved yet."""
    return None if any(_crosses(order) and _moved(events) for order, events in tracked) else ()


def labels(drawn: Iterable[Label], tracked: Tracked) -> tuple[Label, ...] | None:
    """Return the labels drawn here; where there is none, that there is none, if nothing for China was labelled."""
    if here := tuple(drawn):
        return here
    return None if any(CHINA in countries([order]) and _labelled(order, events) for order, events in tracked) else ()


def deliveries(tracked: Tracked) -> tuple[Delivered, ...] | None:
    """Return that nothing was handed over, when nothing that touches China was; how it was is known elsewhere."""
    for order, events in tracked:
        if CHINA in countries([order]) and any(event.kind == "consignment.delivered" for event in events):
            return None
    return ()


def authority_requests(tracked: Tracked) -> tuple[AuthorityRequest, ...] | None:
    """Return that customs asked for nothing, when no consignment that touches China was moved; later they may have."""
    return None if any(CHINA in countries([order]) and _moved(events) for order, events in tracked) else ()


def payee_checks(tracked: Tracked) -> tuple[PayeeCheck, ...] | None:
    """Return that no payee's name was to be checked, when nobody asked for a payout and nobody paid by transfer."""
    for order, events in tracked:
        if order.payment.method == "bank_transfer" or any(event.kind == "payout.requested" for event in events):
            return None
    return ()


def _crosses(order: Order) -> bool:
    return any(each.shipper_country != each.consignee_country for each in order.consignments)


def _moved(events: Iterable[Event]) -> bool:
    kinds = {event.kind for event in events if event.kind.startswith("consignment.")}
    return bool(kinds - {"consignment.label_created", "consignment.reroute_requested"})


def _labelled(order: Order, events: Iterable[Event]) -> bool:
    is_numbered = any(each.tracking_number for each in order.consignments)
    return is_numbered or _moved(events) or any(event.kind == "consignment.label_created" for event in events)
