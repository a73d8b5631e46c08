import json
from pathlib import Path

import pytest

from sealane.cli.imports.plan import Plan
from sealane.cli.imports.shape.mapping import read_mapping
from sealane.cli.imports.tabular import plan_table
from sealane.model.errors import InvalidInput

MAPPING = """
group = "id"
[reading]
currency = "EUR"
[[skip]]
column = "state"
is = ["draft"]
because = "not an order"
[[refuse]]
column = "state"
is = ["fraud test"]
because = "a test order"
[order]
reference = "id"
placed_at = "at"
shopper.name = "name"
payment = { method = { constant = "card" }, amount = "total" }
consignments = [{ consignee.country = "to", items = [{ sku = "sku", quantity = "n" }] }]
[[events]]
kind = "payment.captured"
occurred_at = "paid"
attributes.amount = "total"
[[events]]
kind = "consignment.delivered"
occurred_at = "delivered"
when = { column = "to", is = ["PT", "DE"] }
"""
HEADER = "id,at,name,total,to,sku,n,paid,delivered,state\n"


def planned(tmp_path: Path, rows: str) -> Plan:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return plan_table(path, read_mapping(MAPPING, "m.toml"), "m.toml")


def test_rows_of_one_order_become_one_body_with_all_its_goods(tmp_path: Path) -> None:
    plan = planned(tmp_path, "A,2026-01-02,Ana,9.90,PT,S1,2,,,\nA,,,,,S2,1,,,\nB,2026-01-01,Bo,5,DE,S3,1,,,\n")
    assert (plan.rows, plan.orders) == (3, 2)
    second, first = (json.loads(item.body) for item in plan.items)
    assert first["reference"] == "A"
    assert first["consignments"][0]["items"] == [{"sku": "S1", "quantity": 2}, {"sku": "S2", "quantity": 1}]
    assert second["reference"] == "B", "items are sent in the order of observation"


def test_dates_become_events_that_never_precede_their_order(tmp_path: Path) -> None:
    plan = planned(tmp_path, "A,2026-01-02,Ana,9.90,PT,S1,1,2026-01-01,2026-01-05,\n")
    order, captured, delivered = plan.items
    assert not order.is_event
    assert json.loads(captured.body) == {
        "id": "A/payment.captured",
        "reference": "A",
        "kind": "payment.captured",
        "occurred_at": "2026-01-01T00:00:00Z",
        "attributes": {"amount": {"amount_minor": 990, "currency": "EUR"}},
        "observed_at": "2026-01-02T00:00:00Z",
    }
    assert captured.observed_us == order.observed_us < delivered.observed_us


def test_a_condition_keeps_an_event_back(tmp_path: Path) -> None:
    plan = planned(tmp_path, "A,2026-01-02,Ana,9.90,FR,S1,1,,2026-01-05,\n")
    assert [item.is_event for item in plan.items] == [False]


@pytest.mark.parametrize(
    ("row", "pointer", "code"),
    [
        ("A,,Ana,9.90,PT,S1,1,,,", "/placed_at", "missing"),
        ("A,soon,Ana,9.90,PT,S1,1,,,", "/placed_at", "not-a-time"),
        ("A,2026-01-02,Ana,-1,PT,S1,1,,,", "/payment/amount", "not-an-amount"),
        ("A,2026-01-02,Ana,,PT,S1,1,,,", "/payment/amount", "missing"),
        ("A,2026-01-02,Ana,9.90,Portugal,S1,1,,,", "/consignments/0/consignee/country", "not-allowed"),
        ("A,2026-01-02,Ana,9.90,PT,S1,0,,,", "/consignments/0/items/0/quantity", "out-of-range"),
        ("A,2026-01-02,Ana,9.90,PT,S1,1,then,,", "/events/payment.captured/occurred_at", "not-a-time"),
        ("A,2026-01-02,4242 4242 4242 4242,9.90,PT,S1,1,,,", "/shopper/name", "leak-detected"),
        ("A,2026-01-02,Ana,9.90,PT,S1,1,,,fraud test", "", "refused-by-mapping"),
        ("A,2026-01-02,Ana", "", "columns"),
    ],
)
def test_a_bad_row_is_refused_by_field_and_the_others_go_on(tmp_path: Path, row: str, pointer: str, code: str) -> None:
    plan = planned(tmp_path, f"{row}\nB,2026-01-01,Bo,5,DE,S3,1,,,\n")
    refusal = plan.refusals[2]
    assert (refusal.pointer, refusal.code) == (pointer, code)
    assert "Ana" not in refusal.detail
    assert "4242" not in refusal.detail
    assert len(plan.items) == 1


def test_rows_that_are_no_orders_are_passed_over_and_counted(tmp_path: Path) -> None:
    plan = planned(tmp_path, "A,2026-01-02,Ana,9.90,PT,S1,1,,,draft\n")
    assert plan.skipped == {"not an order": 1}
    assert (plan.orders, plan.items, plan.refusals) == (0, [], {})


def test_a_file_cut_off_in_a_row_plans_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ends in the middle"):
        planned(tmp_path, "B,2026-01-01,Bo,5,DE,S3,1,,,\nA,2026-01-02,An")
