"""The graph of linked orders as numbers for an SVG: the order, what it shares, and who shares it, in three columns.

Orders that share the same things and stand alike are drawn as one node with their number, so that forty orders stay
readable; the table under the drawing has each. Across, positions are per cent, so texts keep their size.
"""

from collections.abc import Sequence

import msgspec

from sealane.risk.cases.linked import Entity, Graph, LinkedOrder
from sealane.web.console.shown.review import ENTITIES

__all__ = ["DRAWN", "Drawing", "Edge", "EntityNode", "OrderNode", "draw_graph", "tone_of", "word_of"]

DRAWN = 24
"""Nodes of orders drawn at most; the table has all."""

_ROW = 30
_TOP = 20
_WORDS = {"approve": "approved", "challenge": "challenged", "review": "held", "decline": "declined"}


class EntityNode(msgspec.Struct, frozen=True):
    """Something the order has, with the first bytes of its blinded link as a name; `y` in pixels."""

    entity: str
    label: str
    mark: str
    orders: int
    y: float


class OrderNode(msgspec.Struct, frozen=True):
    """One order, or several alike."""

    label: str
    tone: str
    orders: int
    order_id: str | None
    y: float


class Edge(msgspec.Struct, frozen=True):
    """A line from something shared at `y1` to an order at `y2`."""

    y1: float
    y2: float
    tone: str


class Drawing(msgspec.Struct, frozen=True):
    """The whole drawing, `height` pixels high; `alone` is shared by none, `left_out` orders are in the table only."""

    height: float
    center: float
    entities: tuple[EntityNode, ...]
    orders: tuple[OrderNode, ...]
    edges: tuple[Edge, ...]
    alone: tuple[str, ...]
    left_out: int


def draw_graph(graph: Graph) -> Drawing:
    """Lay out what is linked to an order."""
    groups: dict[tuple[tuple[str, ...], str], list[LinkedOrder]] = {}
    for order in graph.orders:
        groups.setdefault((order.entities, tone_of(order)), []).append(order)
    shown = list(groups.items())[:DRAWN]
    shared = [each for each in graph.entities if each.orders]
    height = max(len(shown), len(shared), 2) * _ROW + 2 * _TOP - _ROW
    entities = _entities(shared, height)
    places = {node.entity: node.y for node in entities}
    orders, edges = [], []
    for ((names, tone), members), y in zip(shown, _spread(len(shown), height), strict=True):
        orders.append(_order(members, tone, y))
        edges += [Edge(places[name], y, tone) for name in names if name in places]
    drawn = sum(len(members) for _, members in shown)
    alone = dict.fromkeys(_label(each) for each in graph.entities if not each.orders)
    left_out = len(graph.orders) - drawn
    return Drawing(height, height / 2, entities, tuple(orders), tuple(edges), tuple(alone), left_out)


def tone_of(order: LinkedOrder) -> str:
    """Return how an order stands: what became known of it, else what was decided."""
    if order.truth is not None:
        return "bad" if order.truth == "fraud" else "good"
    return order.outcome or ""


def word_of(order: LinkedOrder) -> str:
    """Return the same as a word."""
    return order.truth or _WORDS.get(order.outcome or "", "not decided")


def _entities(entities: Sequence[Entity], height: float) -> tuple[EntityNode, ...]:
    rows = _spread(len(entities), height)
    return tuple(
        EntityNode(
            each.entity,
            _label(each),
            each.entity.partition(":")[2],
            each.orders,
            y,
        )
        for each, y in zip(entities, rows, strict=True)
    )


def _label(entity: Entity) -> str:
    return ENTITIES.get(entity.kind, entity.kind)


def _order(members: list[LinkedOrder], tone: str, y: float) -> OrderNode:
    word = word_of(members[0])
    if len(members) == 1:
        return OrderNode(f"{members[0].reference}, {word}", tone, 1, members[0].order_id, y)
    return OrderNode(f"{len(members)} orders, {word}", tone, len(members), None, y)


def _spread(count: int, height: float) -> list[float]:
    """Return so many places from top to bottom, in equal steps around the middle."""
    if not count:
        return []
    step = (height - 2 * _TOP) / max(1, count - 1)
    first = height / 2 if count == 1 else float(_TOP)
    return [round(first + step * number, 1) for number in range(count)]
