"""The match itself.

Money counts once it is confirmed: a claim is repeated when it is. Of parcels a claim is compared as well, since a wrong
one is worth knowing and releases nothing.
"""

from collections.abc import Iterable

from sealane.interchange.matching.goods import match_goods
from sealane.interchange.matching.mismatch import TERMS, Mismatch, Terms
from sealane.interchange.matching.money import match_money
from sealane.interchange.matching.waybill import match_waybills
from sealane.model.event import Event
from sealane.model.order import Order

__all__ = ["match"]


def match(order: Order, events: Iterable[Event], terms: Terms = TERMS) -> tuple[Mismatch, ...]:
    """Return where order, payment and waybill contradict each other beyond the tolerances."""
    told = sorted(events, key=lambda event: event.occurred_us)
    found = [*match_money(order, told, terms), *match_goods(order, terms), *match_waybills(order, told, terms)]
    return tuple({(each.code, each.place): each for each in found}.values())
