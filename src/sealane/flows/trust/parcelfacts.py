"""What parcels say of a merchant: seen by their carrier in time, as heavy as ordered, and delivered where they go.

Made-up deliveries use a real tracking number of another, often lighter parcel that goes to another country.
"""

from collections.abc import Iterable, Iterator

from sealane.model.consignment import Consignment
from sealane.model.event import Event
from sealane.model.order import Order

__all__ = ["count_parcels"]

_PROMPT_US = 3 * 86_400_000_000
_LIGHT_SHARE = 0.5
"""Weighed at less than this share of what was ordered, something is missing or it is another parcel."""
_SCANS = frozenset(
    {
        *("consignment.handed_over", "consignment.export_departed", "consignment.arrived"),
        *("consignment.out_for_delivery", "consignment.delivered"),
    }
)


def count_parcels(orders: Iterable[Order], happened: Iterable[Event], now_us: int) -> dict[str, int]:
    """Return how many labelled parcels had time for a first scan, had it in 72 hours, and of these contradict."""
    parcels = {key: parcel for order in orders for key, parcel in _keys(order)}
    labels: dict[str, int] = {}
    scans: dict[str, list[Event]] = {}
    rerouted = set()
    for event in happened:
        key = event.consignment_id or event.order_id
        if event.kind == "consignment.label_created":
            labels[key] = event.observed_us
        elif event.kind in _SCANS:
            scans.setdefault(key, []).append(event)
        elif event.kind == "consignment.reroute_requested":
            rerouted.add(key)
    ripe = [key for key, at_us in labels.items() if now_us - at_us > _PROMPT_US]
    prompt = [key for key in ripe if key in scans and scans[key][0].observed_us - labels[key] <= _PROMPT_US]
    contradicted = [
        key for key in prompt if key in parcels and key not in rerouted and _contradicts(parcels[key], scans[key])
    ]
    return {"tracked": len(ripe), "prompt": len(prompt), "implausible": len(contradicted)}


def _keys(order: Order) -> Iterator[tuple[str, Consignment]]:
    """Yield each parcel under what its events name: itself, or the order where that has only one."""
    for parcel in order.consignments:
        yield parcel.consignment_id, parcel
    if len(order.consignments) == 1:
        yield order.order_id, order.consignments[0]


def _contradicts(parcel: Consignment, scans: list[Event]) -> bool:
    """Tell whether the carrier weighed far less than was ordered, or delivered in another country."""
    least = _LIGHT_SHARE * (parcel.weight_grams or 0)
    ends = {parcel.consignee_country, parcel.pickup_country}
    return any(
        (event.weight_grams is not None and event.weight_grams < least)
        or (event.kind == "consignment.delivered" and event.country is not None and event.country not in ends)
        for event in scans
    )
