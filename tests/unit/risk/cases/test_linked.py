"""Links: every order that shares a card, a device or an address is found, and how."""

from typing import Any

from sealane.risk.room import Risk
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


def of(text: str) -> bytes:
    return text.encode().ljust(16, b".")


def test_orders_are_linked_by_what_they_share(database: Database, risk: Risk, place: Any) -> None:
    stranger = {name: of(f"other-{name}") for name in ("account", "card", "device", "ip")}
    elsewhere = {"address": of("elsewhere"), "name": of("n"), "phone": of("p")}
    close, _ = place(START_US)
    by_card, _ = place(START_US + 1, links=stranger | {"card": of("card")}, to=elsewhere)
    none, _ = place(START_US + 2, links=stranger, to=elsewhere)
    _, decision = place(START_US + 3)
    with database.reader() as conn:
        graph = risk.dossier(conn, decision.case_id).linked
    found = {order.order_id: {entity.partition(":")[0] for entity in order.entities} for order in graph.orders}
    assert {"card", "device", "account", "address"} <= found[close.order_id]
    assert found[by_card.order_id] == {"card"}
    assert none.order_id not in found
    assert graph.orders[0].order_id == close.order_id
    assert {entity.kind: entity.orders for entity in graph.entities}["card"] == 2
