import json
from pathlib import Path

import pytest

from orders import order
from sealane.cli.imports.task import ImportTask
from sealane.model.errors import InvalidInput

MAPPING = """
[order]
reference = "id"
placed_at = "at"
shopper = {}
payment = { method = { constant = "card" }, amount = "total" }
consignments = []
"""


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_format_is_known_by_content(tmp_path: Path) -> None:
    ndjson = write(tmp_path, "a", "\n" + json.dumps(order()))
    stripe = write(tmp_path, "b", "id,Created (UTC),Amount,Currency,Status\n")
    other = write(tmp_path, "c.csv", "id,at,total\nA,2026-01-01 10:00,5\n")
    assert ImportTask.of(ndjson).format == "ndjson"
    assert ImportTask.of(stripe).format == "stripe"
    with pytest.raises(InvalidInput, match=r"c\.csv") as refusal:
        ImportTask.of(other)
    assert "--mapping" in refusal.value.advice
    assert ImportTask.of(other, mapping=write(tmp_path, "m.toml", MAPPING)).format == "csv"


def test_zone_and_currency_stand_where_the_file_tells_none(tmp_path: Path) -> None:
    source = write(tmp_path, "c.csv", "id,at,total\nA,2026-01-01 10:00,5\n")
    task = ImportTask.of(source, mapping=write(tmp_path, "m.toml", MAPPING), zone="+02:00")
    assert task.plan().refusals[2].code == "no-currency"
    (item,) = task.in_currency("JPY").plan().items
    body = json.loads(item.body)
    assert body["placed_at"] == "2026-01-01T08:00:00Z"
    assert body["payment"]["amount"] == {"amount_minor": 5, "currency": "JPY"}
    ndjson = ImportTask.of(write(tmp_path, "a", json.dumps(order())))
    assert ndjson.in_currency("JPY") is ndjson


def test_the_sources_are_all_files_that_are_read(tmp_path: Path) -> None:
    source = write(tmp_path, "c.csv", "id,at,total\n")
    second = write(tmp_path, "pay.csv", "order,value\n")
    joins = '[joins.pay]\nfile = "pay.csv"\nkey = "order"\non = "id"\n'
    task = ImportTask.of(source, mapping=write(tmp_path, "m.toml", joins + MAPPING))
    assert task.sources == [source, second]
