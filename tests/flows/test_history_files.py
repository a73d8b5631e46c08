"""History from files, as others write it: what may be odd, and what is refused by file and line."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sealane.flows.history.files import EventRow, HistoryFiles, Row
from sealane.flows.history.replay import replay_rows
from sealane.model.errors import InvalidInput
from sealane.risk import Replay
from sealane.risk.learning.replay import Judged
from worlds import small_world

Line = dict[str, Any]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder with the first 60 orders of a world, their events and their truth."""
    source = small_world()
    orders = (source / "orders.ndjson").read_text("utf-8").splitlines(keepends=True)[:60]
    keys = {json.loads(line)["order_key"] for line in orders}
    events = (source / "events.ndjson").read_text("utf-8").splitlines(keepends=True)
    truth = (source / "truth.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "orders.ndjson").write_text("".join(orders), "utf-8")
    kept = [line for line in events if json.loads(line)["order_key"] in keys]
    (tmp_path / "events.ndjson").write_text("".join(kept), "utf-8")
    (tmp_path / "truth.csv").write_text(
        "".join([truth[0], *(each for each in truth if each.split(",")[0] in keys)]), "utf-8"
    )
    return tmp_path


def change(path: Path, edit: Callable[[list[Line]], object]) -> None:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    edit(lines)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")


def learned(folder: Path) -> list[Any]:
    return list(replay_rows(HistoryFiles(folder).rows(), Replay()))


def test_unknown_members_are_ignored_and_missing_ones_unknown(world: Path) -> None:
    before = learned(world)

    def add(lines: list[Line]) -> None:
        for line in lines:
            line["mood"] = "fine"
            line.get("payment", {})["colour"] = {"deep": [1]}
            line.get("attributes", {})["weather"] = "rain"
            for each in line.get("consignments", []):
                each["lane"] = "A"
                for item in each["items"]:
                    item["shade"] = 3

    change(world / "orders.ndjson", add)
    change(world / "events.ndjson", add)
    assert learned(world) == before
    files = HistoryFiles(world)
    list(files.rows())
    assert files.notes["orders.ndjson: payment.colour"] == 60


def test_a_value_of_a_wrong_kind_is_unknown_and_a_shopper_may_be_nobody(world: Path) -> None:
    def spoil(lines: list[Line]) -> None:
        lines[0]["payment"]["avs"] = 7
        lines[1]["shopper"] = None
        del lines[2]["consignments"]

    change(world / "orders.ndjson", spoil)
    assert sum(not isinstance(each, Judged) and each.stage == "checkout" for each in learned(world)) == 60


def test_without_observed_at_rows_are_learned_of_in_file_order(world: Path) -> None:
    def forget(lines: list[Line]) -> None:
        for line in lines:
            line.pop("observed_at")

    change(world / "orders.ndjson", forget)
    change(world / "events.ndjson", forget)
    events = [row for row in HistoryFiles(world).rows() if isinstance(row.content, EventRow)]
    assert [row.number for row in events] == sorted(row.number for row in events)
    times = [row.observed_us for row in events]
    assert times == sorted(times)


@pytest.mark.parametrize("key", ["occurred_at", "order_key"])
def test_a_file_in_another_order_is_put_in_order(world: Path, key: str) -> None:
    before = learned(world)
    change(world / "events.ndjson", lambda lines: lines.sort(key=lambda line: (line[key], line["observed_at"])))
    after = learned(world)
    assert {(each.order_id, each.observed_us) for each in after} == {
        (each.order_id, each.observed_us) for each in before
    }


def test_an_event_before_its_order_counts_right_after_it(world: Path) -> None:
    def move(lines: list[Line]) -> None:
        for line in (line for line in lines if line["order_key"] == "o9"):
            line["observed_at"] = line["occurred_at"] = lines[0]["observed_at"]
        lines.sort(key=lambda line: line["observed_at"])

    change(world / "events.ndjson", move)
    replay = Replay(keeps_facts=True)
    list(replay_rows(HistoryFiles(world).rows(), replay))
    mine = [fact.kind for fact in replay.facts if fact.order_id == "o9"]
    assert mine[0] == "order"
    assert len(mine) > 1


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _swap_clock(path: Path) -> None:
    def edit(lines: list[Line]) -> None:
        lines[5]["observed_at"], lines[20]["observed_at"] = lines[20]["observed_at"], lines[5]["observed_at"]

    change(path, edit)


def _bad_text(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"kind"', b'"\xff\xfe"', 1))


def _long_line(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b'{"id":"' + b"x" * (17 * 1024 * 1024) + b'"}\n')


def _orphans(path: Path) -> None:
    change(path, lambda lines: [line.update(order_key="nobody", reference="none") for line in lines[:50]])


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("orders.ndjson", _cut, "line 60: The line is cut off"),
        ("events.ndjson", _cut, "The line is cut off"),
        ("events.ndjson", _swap_clock, "clock goes backwards"),
        ("events.ndjson", _bad_text, "not UTF-8"),
        ("events.ndjson", _long_line, "longer than 16 MB"),
        ("events.ndjson", _orphans, "line 1: The event names no order"),
        ("orders.ndjson", Path.unlink, "orders.ndjson cannot be read"),
        ("events.ndjson", Path.unlink, "events.ndjson cannot be read"),
        ("orders.ndjson", lambda path: path.write_bytes(b""), "holds no order"),
        ("orders.ndjson", lambda path: path.write_bytes(path.read_bytes() * 2), "line 61: The order `o1` stands twice"),
        ("orders.ndjson", lambda path: change(path, lambda lines: lines[3]["payment"].pop("amount")), "line 4"),
    ],
)
def test_what_cannot_be_used_is_named_by_file_and_line(
    world: Path, name: str, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(world / name)
    with pytest.raises(InvalidInput, match=words) as refusal:
        learned(world)
    assert refusal.value.advice
    assert refusal.value.errors[0].pointer.startswith(name)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: f"{text}o999999,1,drop_address,checkout\n", "There is no order `o999999`"),
        (lambda text: f"{text}o1,0,,\n", "stands twice"),
        (lambda text: text.replace("o1,0", "o1,maybe"), "neither 0 nor 1"),
        (lambda text: "".join(text.splitlines(keepends=True)[:-1]), "may be cut off"),
        (lambda text: text.partition("\n")[2], "has no heading"),
    ],
)
def test_a_truth_that_does_not_fit_is_refused(world: Path, edit: Callable[[str], str], words: str) -> None:
    path = world / "truth.csv"
    path.write_text(edit(path.read_text("utf-8")), "utf-8")
    files = HistoryFiles(world)
    list(files.rows())
    with pytest.raises(InvalidInput, match=words):
        files.truth()


def test_events_of_unknown_kinds_are_passed_over(world: Path) -> None:
    change(world / "events.ndjson", lambda lines: lines[0].update(kind="consignment.teleported"))
    files = HistoryFiles(world)
    rows: list[Row] = list(files.rows())
    assert files.notes == {"events of unknown kinds": 1}
    assert all(row.number > 1 for row in rows if isinstance(row.content, EventRow))


def test_a_copy_of_a_world_teaches_the_same(world: Path, tmp_path: Path) -> None:
    other = tmp_path / "copy"
    shutil.copytree(world, other, ignore=shutil.ignore_patterns("copy"))
    assert learned(other) == learned(world)
