import csv
from pathlib import Path

import msgspec
import pytest

from sealane.model.errors import Misconfigured
from sealane.model.event import EventRequest
from sealane.model.order import OrderRequest
from sealane.simulator import World, write_world
from sealane.simulator.files import FILES


def test_three_files_tell_one_world(tmp_path: Path) -> None:
    counted: list[int] = []
    written = write_world(World(4, 150), tmp_path / "new" / "folder", on_order=lambda: counted.append(1))
    folder = tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    orders = [msgspec.json.decode(line) for line in (folder / "orders.ndjson").read_bytes().splitlines()]
    events = [msgspec.json.decode(line) for line in (folder / "events.ndjson").read_bytes().splitlines()]
    assert (len(orders), len(events), len(counted)) == (written.orders, written.events, 150)
    keys = {order["order_key"]: order["reference"] for order in orders}
    assert all(keys[event["order_key"]] == event["reference"] for event in events)
    assert set(orders[0]) - {"order_key"} <= set(OrderRequest.__struct_fields__)
    assert set(events[0]) - {"order_key"} <= set(EventRequest.__struct_fields__)
    for rows in (orders, events):
        observed = [row["observed_at"] for row in rows]
        assert observed == sorted(observed)


def test_the_truth_has_one_row_an_order(tmp_path: Path) -> None:
    write_world(World(4, 400), tmp_path)
    with (tmp_path / "truth.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["order_key", "is_fraud", "typology", "stage"]
    assert len(rows) == 400
    assert {row["is_fraud"] for row in rows} == {"0", "1"}
    assert all(bool(row["typology"]) == bool(row["stage"]) == (row["is_fraud"] == "1") for row in rows)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_world(World(6, 80), tmp_path / name)
    for file in FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(Misconfigured, match="cannot be written"):
        write_world(World(1, 1), tmp_path / "taken")


def test_a_broken_run_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_world(World(1, 5), tmp_path, on_order=stop)
    assert not any((tmp_path / name).exists() for name in FILES)
