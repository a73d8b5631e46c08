import json
from pathlib import Path

from orders import order
from sealane.cli.imports.lines import plan_lines
from sealane.cli.imports.rejects import reject_lines, reject_rows
from sealane.cli.imports.shape.mapping import read_mapping
from sealane.cli.imports.tabular import plan_table

MAPPING = """
group = "id"
[reading]
currency = "EUR"
[order]
reference = "id"
placed_at = "at"
shopper = {}
payment = { method = { constant = "card" }, amount = "total" }
consignments = []
"""


def test_every_row_of_a_refused_order_comes_back_with_the_reason(tmp_path: Path) -> None:
    source, target = tmp_path / "orders.csv", tmp_path / "rejects.csv"
    source.write_text("id;at;total\nA;soon;1.00\nA;;\nB;2026-01-01;2.00\n", encoding="utf-8")
    mapping = read_mapping(MAPPING, "m.toml")
    reject_rows(source, mapping, plan_table(source, mapping, "m").refusals, target)
    header, *rows = target.read_text(encoding="utf-8").splitlines()
    assert header == "id;at;total;sealane_line;sealane_field;sealane_code;sealane_reason"
    assert [row.split(";")[:6] for row in rows] == [
        ["A", "soon", "1.00", "2", "/placed_at", "not-a-time"],
        ["A", "", "", "3", "/placed_at", "not-a-time"],
    ]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_corrected_rejects_file_is_imported_like_the_first(tmp_path: Path) -> None:
    source, target = tmp_path / "orders.csv", tmp_path / "rejects.csv"
    source.write_text("id,at,total\nA,soon,1.00\n", encoding="utf-8")
    mapping = read_mapping(MAPPING, "m.toml")
    reject_rows(source, mapping, plan_table(source, mapping, "m").refusals, target)
    target.write_text(target.read_text(encoding="utf-8").replace("soon", "2026-01-01"), encoding="utf-8")
    assert [item.name for item in plan_table(target, mapping, "m").items] == ["A"]
    reject_rows(target, mapping, {}, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text(encoding="utf-8").count("sealane_line") == 1


def test_lines_come_back_with_the_reason_inside(tmp_path: Path) -> None:
    source, target = tmp_path / "orders.ndjson", tmp_path / "rejects.ndjson"
    bad = order("SO-1", payment__method="cowries") | {"order_key": "o-1"}
    source.write_text(json.dumps(bad) + "\nnonsense\n" + json.dumps(order("SO-2")) + "\n", encoding="utf-8")
    reject_lines(source, plan_lines(source).refusals, target)
    first, second = map(json.loads, target.read_text(encoding="utf-8").splitlines())
    assert first["order_key"] == "o-1"
    assert (first["sealane_rejected"]["line"], first["sealane_rejected"]["field"]) == (1, "/payment/method")
    assert second["sealane_rejected"]["text"] == "nonsense"
    assert target.stat().st_mode & 0o777 == 0o600
    target.write_text(json.dumps(first | {"payment": order()["payment"]}) + "\n", encoding="utf-8")
    assert [item.name for item in plan_lines(target).items] == ["SO-1"]
