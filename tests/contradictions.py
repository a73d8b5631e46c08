"""Orders of a made-up world with the noise of honest trade, and contradictions put into them, for the match."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

import sealane
from sealane.model.errors import SealaneError
from sealane.model.event import Event
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.simulator.world import World
from sealane.storage import orderbook, orderlist

__all__ = ["CONTRADICTIONS", "Case", "honest_cases", "noisy"]

Case = tuple[Order, list[Event]]
HOUR_US = 3_600_000_000
FAR = 1 << 60
OTHER_TRADE = {"split", "private", "fee"}
"""Stories of the simulator in which the payment is not for the goods listed: postage, a fee, parcels shared evenly."""
PAID = {"payment.authorized", "payment.captured", "payment.refunded", "payment.chargeback"}


def honest_cases(folder: Path, orders: int, seed: int = 1) -> list[Case]:
    """Let a world of the simulator place its orders and report its events; return the honest ones as stored."""
    honest = set()
    with sealane.open(folder) as lane:
        for told in World(seed=seed, orders=orders).happenings():
            try:
                if told.truth is None:
                    lane.report(told.body, merchant=told.merchant)
                else:
                    result = lane.place(told.body, merchant=told.merchant)
                    if not told.truth.is_fraud and not OTHER_TRADE & set(told.truth.story.split("+")):
                        honest.add(result.order_id)
            except SealaneError:
                continue
        with lane.rooms.database.reader() as conn:
            return [
                (order, orderbook.events(conn, order.order_id))
                for order in orderlist.scan_orders(conn, 0, FAR)
                if order.order_id in honest and order.consignments
            ]


def noisy(case: Case, chance: random.Random) -> Case:
    """Return the case as it may honestly be as well: split parcels, partial captures and refunds, rounding, scales."""
    order, events = case
    if chance.random() < 0.3:
        order, events = _split_parcel(order, events)
    if chance.random() < 0.4:
        events = _in_parts(events, "payment.captured", chance)
    if chance.random() < 0.4:
        events = _in_parts(events, "payment.refunded", chance)
    if chance.random() < 0.3 and not any(event.kind == "payment.refunded" for event in events):
        events = _partial_refund(events, chance)
    events = [_rounded(event, chance) for event in events]
    events = [_weighed(order, event, chance) for event in events]
    chance.shuffle(events)
    return order, events


def _split_parcel(order: Order, events: list[Event]) -> Case:
    """Ship the goods of the first consignment in two parcels, each under its own waybill."""
    if not order.consignments:
        return order, events
    first = order.consignments[0]
    halves = [
        tuple(replace(item, quantity=item.quantity - item.quantity // 2) for item in first.items),
        tuple(replace(item, quantity=item.quantity // 2) for item in first.items if item.quantity > 1),
    ]
    if not halves[1]:
        return order, events
    worth = [sum(i.quantity * (i.unit_price.amount_minor if i.unit_price else 1) for i in half) for half in halves]
    share = worth[0] / max(1, sum(worth))
    parts = []
    for number, (items, part) in enumerate(zip(halves, (share, 1 - share), strict=True)):
        declared = first.declared_value
        parts.append(
            replace(
                first,
                consignment_id=f"{first.consignment_id}{'' if number == 0 else 'x'}",
                tracking_number=f"{first.tracking_number}-{number}" if first.tracking_number else None,
                items=items,
                weight_grams=round((first.weight_grams or 0) * part) + 40 if first.weight_grams else None,
                declared_value=replace(declared, amount_minor=round(declared.amount_minor * part))
                if declared
                else None,
            )
        )
    seal = replace(
        order.seal,
        consignment_links=(order.seal.consignment_links[0], *order.seal.consignment_links),
        consignment_traits=(order.seal.consignment_traits[0], *order.seal.consignment_traits),
    )
    second = [
        replace(event, event_id=event.event_id + "x", consignment_id=parts[1].consignment_id, weight_grams=None)
        for event in events
        if event.consignment_id == first.consignment_id and event.kind.startswith("consignment.")
    ]
    own = [replace(e, weight_grams=None) if e.consignment_id == first.consignment_id else e for e in events]
    return replace(order, consignments=(*parts, *order.consignments[1:]), seal=seal), own + second


def _in_parts(events: list[Event], kind: str, chance: random.Random) -> list[Event]:
    return [part for event in events for part in (_parts(event, chance) if event.kind == kind else [event])]


def _parts(event: Event, chance: random.Random) -> Iterator[Event]:
    """Cut an amount into two to four, each rounded by itself."""
    if event.amount is None or event.amount.amount_minor < 100:
        yield event
        return
    count = chance.randint(2, 4)
    weights = [chance.uniform(0.2, 1.0) for _ in range(count)]
    for number, weight in enumerate(weights):
        minor = round(event.amount.amount_minor * weight / sum(weights))
        yield replace(event, event_id=f"{event.event_id}p{number}", amount=replace(event.amount, amount_minor=minor))


def _partial_refund(events: list[Event], chance: random.Random) -> list[Event]:
    captured = [event for event in events if event.kind == "payment.captured" and event.amount is not None]
    if not captured or any(event.kind == "payment.chargeback" for event in events):
        return events
    amount = captured[0].amount
    assert amount is not None
    part = replace(amount, amount_minor=round(amount.amount_minor * chance.uniform(0.05, 1.0)))
    return [*events, replace(captured[0], event_id="refund", kind="payment.refunded", amount=part)]


def _rounded(event: Event, chance: random.Random) -> Event:
    if event.amount is None or event.kind not in PAID or chance.random() < 0.5:
        return event
    minor = max(0, event.amount.amount_minor + chance.randint(-3, 3))
    return replace(event, amount=replace(event.amount, amount_minor=minor))


def _weighed(order: Order, event: Event, chance: random.Random) -> Event:
    grams = next(
        (each.weight_grams for each in order.consignments if each.consignment_id == event.consignment_id), None
    )
    if event.kind != "consignment.handed_over" or not grams:
        return event
    return replace(event, weight_grams=max(1, round(grams * chance.gauss(1.0, 0.05)) + chance.randint(-30, 60)))


Put = Callable[[Order, list[Event], random.Random], Case | None]


def _money(kind: str, factor: tuple[float, float]) -> Put:
    def put(order: Order, events: list[Event], chance: random.Random) -> Case | None:
        total = sum(event.amount.amount_minor for event in events if event.kind == kind and event.amount)
        # What lies inside the tolerance is no contradiction, so a small amount is moved by more.
        if total < 2_000:
            return None
        by = chance.uniform(*factor)
        return order, [
            replace(e, amount=replace(e.amount, amount_minor=round(e.amount.amount_minor * by)))
            if e.kind == kind and e.amount
            else e
            for e in events
        ]

    return put


def _twice(order: Order, events: list[Event], _: random.Random) -> Case | None:
    captured = [event for event in events if event.kind == "payment.captured"]
    return (order, events + [replace(each, event_id=each.event_id + "2") for each in captured]) if captured else None


def _all_delivered(order: Order, events: list[Event]) -> bool:
    done = {event.consignment_id for event in events if event.kind == "consignment.delivered"}
    return all(each.consignment_id in done for each in order.consignments)


def _less(order: Order, events: list[Event], chance: random.Random) -> Case | None:
    refunded = any(event.kind == "payment.refunded" for event in events)
    if refunded or not _all_delivered(order, events):
        return None
    return _money("payment.captured", (0.3, 0.96))(order, events, chance)


def _other_currency(order: Order, events: list[Event], _: random.Random) -> Case | None:
    paid = [event for event in events if event.kind == "payment.captured" and event.amount]
    if not paid:
        return None
    other = "USD" if order.payment.amount.currency != "USD" else "EUR"
    changed = {each.event_id for each in paid}
    return order, [
        replace(e, amount=Money(e.amount.amount_minor, other)) if e.event_id in changed and e.amount else e
        for e in events
    ]


def _refunded_more(order: Order, events: list[Event], chance: random.Random) -> Case | None:
    captured = sum(e.amount.amount_minor for e in events if e.kind == "payment.captured" and e.amount)
    like = next((e for e in events if e.kind == "payment.captured"), None)
    if like is None or captured < 2_000:
        return None
    amount = replace(order.payment.amount, amount_minor=round(captured * chance.uniform(1.05, 2.0)))
    return order, [*events, replace(like, event_id="more", kind="payment.refunded", amount=amount)]


def _priced(order: Order) -> bool:
    items = [item for each in order.consignments for item in each.items]
    return bool(items) and all(item.unit_price is not None for item in items)


def _paid(factor: tuple[float, float]) -> Put:
    def put(order: Order, events: list[Event], chance: random.Random) -> Case | None:
        if not _priced(order):
            return None
        goods = sum(i.quantity * i.unit_price.amount_minor for c in order.consignments for i in c.items if i.unit_price)
        amount = replace(order.payment.amount, amount_minor=max(1, round(goods * chance.uniform(*factor))))
        return replace(order, payment=replace(order.payment, amount=amount)), []

    return put


def _declared(factor: tuple[float, float]) -> Put:
    def put(order: Order, events: list[Event], chance: random.Random) -> Case | None:
        first = order.consignments[0]
        goods = sum(i.quantity * i.unit_price.amount_minor for i in first.items if i.unit_price)
        if not first.declared_value or not goods or not _priced(order):
            return None
        declared = replace(first.declared_value, amount_minor=round(goods * chance.uniform(*factor)))
        return replace(order, consignments=(replace(first, declared_value=declared), *order.consignments[1:])), events

    return put


def _weight(order: Order, events: list[Event], chance: random.Random) -> Case | None:
    first = order.consignments[0]
    if not first.weight_grams or not any(e.kind == "consignment.handed_over" for e in events):
        return None
    grams = round(first.weight_grams * chance.uniform(1.5, 4.0)) + 400
    return order, [
        replace(e, weight_grams=grams)
        if e.kind == "consignment.handed_over" and e.consignment_id == first.consignment_id
        else e
        for e in events
    ]


def _impossible_weight(order: Order, events: list[Event], chance: random.Random) -> Case | None:
    first = order.consignments[0]
    pieces = sum(item.quantity for item in first.items)
    if not pieces or not all(item.hs_code for item in first.items):
        return None
    heavy = replace(first, weight_grams=(160_000 * pieces + 3_000) * chance.randint(2, 4))
    return replace(order, consignments=(heavy, *order.consignments[1:])), []


def _shared_number(order: Order, events: list[Event], _: random.Random) -> Case | None:
    if len(order.consignments) < 2:
        return None
    return replace(
        order, consignments=tuple(replace(c, tracking_number="RB123456785GB") for c in order.consignments)
    ), events


def _delivered(change: Callable[[Event], Event]) -> Put:
    def put(order: Order, events: list[Event], _: random.Random) -> Case | None:
        rerouted = {e.consignment_id for e in events if e.kind == "consignment.reroute_requested"}
        links = order.seal.consignment_links
        fit = {
            each.consignment_id
            for each, link in zip(order.consignments, links, strict=True)
            if each.consignment_id not in rerouted and not each.pickup_country and link.pickup_point is None
        }
        mine = {
            e.event_id for e in events if e.kind == "consignment.delivered" and e.consignment_id in fit and e.country
        }
        return (order, [change(e) if e.event_id in mine else e for e in events]) if mine else None

    return put


def _earlier(kinds: set[str] | None, hours: int) -> Put:
    def put(order: Order, events: list[Event], _: random.Random) -> Case | None:
        moved = {
            e.event_id
            for e in events
            if e.consignment_id
            and (e.kind in kinds if kinds else e.kind in {"consignment.label_created", "consignment.handed_over"})
        }
        handed = [e.occurred_us for e in events if e.kind == "consignment.handed_over"]
        if not moved or (kinds and not handed):
            return None
        to_us = (min(handed) if kinds else order.placed_us) - hours * HOUR_US
        return order, [replace(e, occurred_us=to_us) if e.event_id in moved else e for e in events]

    return put


def _strangers(order: Order, events: list[Event], _: random.Random) -> Case | None:
    traits = tuple(
        replace(
            each,
            name_matches_payer=False,
            phone_matches_payer=False,
            email_matches_payer=None,
            address_matches_billing=False,
            postcode_matches_billing=False,
        )
        for each in order.seal.consignment_traits
    )
    seal = replace(order.seal, traits=replace(order.seal.traits, billing_name_matches=False), consignment_traits=traits)
    return replace(order, seal=seal), events


CONTRADICTIONS: dict[str, Put] = {
    "captured-more": _money("payment.captured", (1.05, 2.0)),
    "captured-more, taken twice": _twice,
    "captured-less": _less,
    "captured-over-authorized": _money("payment.authorized", (0.2, 0.9)),
    "payment-currency": _other_currency,
    "refunded-more": _refunded_more,
    "paid-under-goods": _paid((0.02, 0.55)),
    "paid-over-goods": _paid((4.5, 20.0)),
    "declared-under-goods": _declared((0.02, 0.45)),
    "declared-over-goods": _declared((1.8, 10.0)),
    "weight-differs": _weight,
    "weight-for-goods": _impossible_weight,
    "number-shared": _shared_number,
    "country-differs": _delivered(lambda e: replace(e, country="ZA")),
    "postcode-differs": _delivered(lambda e: replace(e, seal=replace(e.seal, postcode=b"another postcode"))),
    "waybill-before-order": _earlier(None, 60),
    "delivered-before-handover": _earlier({"consignment.delivered"}, 5),
    "parties-differ": _strangers,
}
"""What may contradict, by the code that has to be found: changes to an honest case, None where it does not apply."""
