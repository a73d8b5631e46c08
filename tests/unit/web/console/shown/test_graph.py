"""The drawing of linked orders: alike ones are one node, nothing is lost without being counted."""

from typing import Literal

from sealane.model.decision import Outcome
from sealane.model.money import Money
from sealane.risk.cases.linked import Entity, Graph, LinkedOrder
from sealane.web.console.shown.graph import DRAWN, draw_graph, tone_of, word_of


def linked(
    number: int, *entities: str, truth: Literal["fraud", "genuine"] | None = None, outcome: Outcome | None = "approve"
) -> LinkedOrder:
    amount = Money(1, "EUR")
    return LinkedOrder(f"ord_{number}", "mer_1", f"SO-{number}", 0, amount, "checkout", outcome, truth, entities)


def test_orders_alike_are_one_node_and_others_are_not() -> None:
    entities = (
        Entity("card:aa", "card", 3, False),
        Entity("ip:bb", "ip", 1, False),
        Entity("phone:c", "phone", 0, False),
    )
    orders = (linked(1, "card:aa"), linked(2, "card:aa"), linked(3, "card:aa", "ip:bb", truth="fraud"))
    drawing = draw_graph(Graph(entities, orders))
    assert [(node.label, node.orders, node.order_id) for node in drawing.orders] == [
        ("2 orders, approved", 2, None),
        ("SO-3, fraud", 1, "ord_3"),
    ]
    assert [node.label for node in drawing.entities] == ["Card", "IP address"]
    assert drawing.alone == ("Phone",)
    assert len(drawing.edges) == 3
    assert [edge.tone for edge in drawing.edges].count("bad") == 2


def test_everything_lies_inside_and_what_is_left_out_is_counted() -> None:
    names = [f"card:{number}" for number in range(DRAWN + 5)]
    entities = tuple(Entity(name, "card", 1, False) for name in names)
    drawing = draw_graph(Graph(entities, tuple(linked(number, name) for number, name in enumerate(names))))
    assert drawing.left_out == 5
    places = [node.y for node in drawing.entities] + [node.y for node in drawing.orders]
    assert all(0 < place < drawing.height for place in places)
    assert len({node.y for node in drawing.orders}) == DRAWN


def test_what_became_known_counts_before_what_was_decided() -> None:
    assert tone_of(linked(1, truth="genuine", outcome="decline")) == "good"
    assert word_of(linked(1, truth="fraud", outcome="approve")) == "fraud"
    assert word_of(linked(1, outcome=None)) == "not decided"
