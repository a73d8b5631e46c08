import json
from pathlib import Path
from typing import Any

import pytest

from orders import order
from sealane.cli.imports.lines import plan_lines
from sealane.model.errors import InvalidInput


def write(tmp_path: Path, name: str, *documents: Any) -> Path:
    path = tmp_path / name
    lines = (text if isinstance(text, str) else json.dumps(text) for text in documents)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def happening(identity: str, at: str, **more: Any) -> dict[str, Any]:
    return {"id": identity, "kind": "consignment.delivered", "occurred_at": at, **more}


def test_a_key_ties_an_event_to_its_order(tmp_path: Path) -> None:
    orders = write(tmp_path, "orders.ndjson", order("SO-1") | {"order_key": "o-1"})
    events = write(
        tmp_path,
        "events.ndjson",
        happening("e-1", "2026-11-25T10:00:00Z", order_key="o-1"),
        happening("e-2", "2026-11-25T10:00:00Z", order_key="o-9"),
        happening("e-3", "2026-11-25T10:00:00Z"),
        happening("e-4", "2026-11-25T10:00:00Z", reference="SO-77"),
    )
    plan = plan_lines(orders, events)
    bodies = {item.name: json.loads(item.body) for item in plan.items}
    assert "order_key" not in bodies["SO-1"]
    assert bodies["e-1"]["reference"] == "SO-1"
    assert bodies["e-4"]["reference"] == "SO-77"
    assert {line: refusal.pointer for line, refusal in plan.event_refusals.items()} == {
        2: "/order_key",
        3: "/order_key",
    }


def test_without_a_time_of_observation_the_file_order_rules(tmp_path: Path) -> None:
    orders = write(
        tmp_path,
        "orders.ndjson",
        order("LATE", placed_at="2026-11-22T12:00:00Z"),
        order("EARLY", placed_at="2026-11-22T09:00:00Z"),
        order("TOLD", placed_at="2026-11-22T09:00:00Z") | {"observed_at": "2026-11-23T00:00:00Z"},
    )
    events = write(tmp_path, "events.ndjson", happening("e-1", "2026-11-20T00:00:00Z", reference="EARLY"))
    observed = {item.name: json.loads(item.body)["observed_at"] for item in plan_lines(orders, events).items}
    assert observed == {
        "LATE": "2026-11-22T12:00:00Z",
        "EARLY": "2026-11-22T12:00:00Z",
        "TOLD": "2026-11-23T00:00:00Z",
        "e-1": "2026-11-20T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        ("{", "", "malformed-body"),
        ("[]", "", "malformed-body"),
        ('{"reference": "A", "reference": "B"}', "", "malformed-body"),
        (json.dumps(order("SO-2") | {"colour": "red"}), "/colour", "unknown-field"),
        (json.dumps(order("SO-2", placed_at="2026-11-22T09:30:00")), "/placed_at", "out-of-range"),
        (json.dumps(order("SO-2", shopper__name="4242424242424242")), "/shopper/name", "leak-detected"),
    ],
)
def test_a_bad_line_is_refused_by_field_and_the_others_go_on(
    tmp_path: Path, line: str, pointer: str, code: str
) -> None:
    plan = plan_lines(write(tmp_path, "orders.ndjson", line, "", order("SO-1")))
    assert (plan.refusals[1].pointer, plan.refusals[1].code) == (pointer, code)
    assert [item.name for item in plan.items] == ["SO-1"]
    assert (plan.rows, plan.orders) == (2, 2)


def test_a_file_cut_off_in_a_line_plans_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.ndjson"
    path.write_text(json.dumps(order("SO-1")) + "\n" + json.dumps(order("SO-2"))[:-20], encoding="utf-8")
    with pytest.raises(InvalidInput, match="line 2: the file ends in the middle"):
        plan_lines(path)
    path.write_text(json.dumps(order("SO-1")), encoding="utf-8")
    assert len(plan_lines(path).items) == 1, "a last line without its line end may still be whole"
