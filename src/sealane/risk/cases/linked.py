"""Linked orders: who else used this card, device, address or contact, found by walking back from fact to fact."""

import sqlite3
from collections.abc import Iterator
from typing import Literal

import msgspec

from sealane.model.decision import Outcome, Stage
from sealane.model.errors import NotFound
from sealane.model.money import Money
from sealane.risk.explain import Fetch
from sealane.risk.facts import NOWHERE, Fact, Parcel, field_of
from sealane.risk.windows.heads import key_of
from sealane.storage import figures, orderbook

__all__ = ["LINKING", "Entity", "Graph", "LinkedOrder", "link_orders", "walk_key"]

LINKING = ("card", "device", "account", "email", "phone", "address", "pickup_point", "consignee_phone", "ip")
"""What ties two orders together, the strongest first."""

WALKED = 300
"""Facts looked at on one key at most."""

LINKED = 40
"""Orders shown at most; with their entities a graph stays under 60 nodes."""


class Entity(msgspec.Struct, frozen=True):
    """A card, device, address ... of the order: its kind, and the first bytes of its blinded link as a name."""

    entity: str
    kind: str
    orders: int
    has_more: bool


class LinkedOrder(msgspec.Struct, frozen=True):
    """Another order that shares entities; `merchant_id` tells whose it is."""

    order_id: str
    merchant_id: str
    reference: str
    placed_us: int
    amount: Money
    stage: Stage | None
    outcome: Outcome | None
    truth: Literal["fraud", "genuine"] | None
    entities: tuple[str, ...]


class Graph(msgspec.Struct, frozen=True):
    """The order's entities and the orders around them; an edge is an entity named by an order."""

    entities: tuple[Entity, ...]
    orders: tuple[LinkedOrder, ...]


def link_orders(conn: sqlite3.Connection, seq: int, fetch: Fetch) -> Graph:
    """Return what is linked to the fact with this number, the most closely linked orders first."""
    found = fetch(seq)
    if found is None:
        return Graph((), ())
    fact = found[0]
    ties: dict[str, list[str]] = {}
    entities: list[Entity] = []
    for kind, link in _own(fact):
        name = f"{kind}:{_short(link)}"
        walked = [earlier.order_id for earlier, _ in walk_key(seq, kind, link, fetch)]
        others = [order_id for order_id in dict.fromkeys(walked) if order_id != fact.order_id]
        for order_id in others:
            ties.setdefault(order_id, []).append(name)
        entities.append(Entity(name, kind, len(others), len(walked) >= WALKED))
    closest = sorted(ties.items(), key=lambda tie: -len(tie[1]))[:LINKED]
    orders = [order for order_id, names in closest if (order := _order(conn, order_id, tuple(names))) is not None]
    return Graph(tuple(entities), tuple(orders))


def walk_key(seq: int, kind: str, link: object, fetch: Fetch) -> Iterator[tuple[Fact, Parcel]]:
    """Yield the facts before this one that share the value, newest first, with the parcel that does."""
    found = fetch(seq)
    for _ in range(WALKED):
        if found is None:
            return
        fact, heads = found
        pairs = zip(fact.parcels or (NOWHERE,), heads, strict=False)
        before = next((own.get(kind, 0) for parcel, own in pairs if key_of(fact, parcel, (kind,)) == (link,)), 0)
        found = fetch(before) if before else None
        if found is not None:
            earlier = found[0]
            shared = (each for each in earlier.parcels if key_of(earlier, each, (kind,)) == (link,))
            yield earlier, next(shared, NOWHERE)


def _own(fact: Fact) -> list[tuple[str, bytes]]:
    """Return the fact's own values of all linking kinds."""
    own: dict[tuple[str, bytes], None] = {}
    for kind in LINKING:
        for parcel in fact.parcels or (NOWHERE,):
            link = field_of(fact, parcel, kind)
            if link is not None:
                own[kind, link] = None
    return list(own)


def _short(link: bytes) -> str:
    return link[:4].hex()


def _order(conn: sqlite3.Connection, order_id: str, names: tuple[str, ...]) -> LinkedOrder | None:
    try:
        order = orderbook.read(conn, order_id)
    except NotFound:  # an order whose subject was erased may be gone while its facts still count
        return None
    line = figures.standing(conn, order)
    return LinkedOrder(
        order_id,
        order.merchant_id,
        order.reference,
        order.placed_us,
        order.payment.amount,
        None if line is None else line[0],
        None if line is None else line[1],
        figures.truth_of(conn, order),
        names,
    )
