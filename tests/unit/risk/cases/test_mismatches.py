"""Payment beside parcel: what differs comes first, and nothing personal is told."""

from typing import Any

from sealane.model.money import Money
from sealane.risk.cases.mismatches import compare_sides

START_US = 1_790_000_000_000_000


def test_what_differs_is_said_and_comes_first(make_order: Any, make_event: Any) -> None:
    order = make_order(
        at=START_US, amount=Money(41_200, "EUR"), parcel={"declared_value": Money(9_000, "EUR")},
        payment={"billing_country": "DE"}, about={"name_matches_payer": False, "phone_matches_payer": True},
    )  # fmt: skip
    light = make_event(order, "consignment.handed_over", START_US + 5, weight_grams=100)
    lines = {line.topic: line for line in compare_sides(order, [light])}
    assert (lines["value"].payment, lines["value"].consignment) == ("412.00 EUR", "90.00 EUR")
    assert lines["value"].differs
    assert lines["billing country"].differs
    assert lines["name"].differs
    assert lines["phone"].differs is False
    assert lines["e-mail"].differs is None
    assert lines["weight at handed over"].differs
    ranks = [{True: 0, False: 1, None: 2}[line.differs] for line in compare_sides(order, [light])]
    assert ranks == sorted(ranks)
