"""The rerun: the same rules change nothing, stricter ones are tallied with what became known since."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import sealane
from orders import order
from sealane.app import Sealane
from sealane.risk.record import DecisionRecord
from sealane.risk.rulebook.rerun import Tally, latest, rerun, tally
from sealane.settings import Settings

RULES = """
version = "test.1"
[[rule]]
code = "all_of_them"
against = "card_testing"
side = "payment"
stages = ["checkout"]
when = '''amount >= 1'''
floor = "decline"
weight = 0.5
mode = "{mode}"
reason = "Every order."
"""


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealane]:
    folder: Path = tmp_path_factory.mktemp("rerun") / "lane"
    with sealane.app.Sealane.open(Settings(data_dir=str(folder))) as lane:
        for number in range(3):
            lane.checkout(order(f"SO-{number}"))
        yield lane


@pytest.fixture(scope="module")
def records(lane: Sealane) -> list[DecisionRecord]:
    with lane.rooms.database.reader() as conn:
        return latest(conn, 100)


def test_latest_are_newest_first_and_no_more_than_asked(lane: Sealane, records: list[DecisionRecord]) -> None:
    times = [each.decided_at for each in records]
    assert times == sorted(times, reverse=True)
    with lane.rooms.database.reader() as conn:
        assert latest(conn, 2) == records[:2]


def test_the_same_rules_change_nothing(lane: Sealane, records: list[DecisionRecord]) -> None:
    found = rerun(records, lane.rooms.risk.policy, {})
    assert (found.decisions, found.left_out, found.examples) == (3, 0, ())
    assert found.stages[0].was == found.stages[0].now
    assert found.stricter == found.milder == Tally()


def test_stricter_rules_are_tallied_with_what_is_known(lane: Sealane, records: list[DecisionRecord]) -> None:
    policy = lane.rooms.risk.rulebook.prepare(RULES.format(mode="live"))
    found = rerun(records, policy, {records[0].order_id: "fraud", records[1].order_id: "genuine"})
    assert found.stricter == Tally(3, 1, 1, 12_990)
    assert found.stages[0].now["decline"] == 3
    assert [each.truth for each in found.examples] == ["fraud", "genuine", None]
    assert "all_of_them" in found.examples[0].rules
    assert found.rules[0].hits.decisions == 3


def test_a_rule_in_the_shadow_changes_nothing_but_is_counted(lane: Sealane, records: list[DecisionRecord]) -> None:
    policy = lane.rooms.risk.rulebook.prepare(RULES.format(mode="shadow"))
    found = rerun(records, policy, {records[0].order_id: "fraud"})
    assert found.stages[0].now["decline"] == 0
    assert found.rules[0].shadow == Tally(3, 1, 0, 12_990)
    assert found.rules[0].hits == Tally()


def test_milder_rules_are_told_apart(lane: Sealane, records: list[DecisionRecord]) -> None:
    stopped = [msgspec.structs.replace(each, outcome="decline") for each in records]
    found = rerun(stopped, lane.rooms.risk.policy, {})
    assert (found.stricter.decisions, found.milder.decisions) == (0, 3)


def test_decisions_over_other_signals_are_left_out(lane: Sealane, records: list[DecisionRecord]) -> None:
    hashes = msgspec.structs.replace(records[0].hashes, catalogue="another")
    found = rerun([msgspec.structs.replace(records[0], hashes=hashes), *records[1:]], lane.rooms.risk.policy, {})
    assert (found.decisions, found.left_out) == (2, 1)


def test_rules_as_they_held_are_tallied(lane: Sealane, records: list[DecisionRecord]) -> None:
    code = lane.rooms.risk.policy.codes[0]
    held = [msgspec.structs.replace(records[0], rules=(code,), shadow=())]
    assert tally(held, lane.rooms.risk.policy, {records[0].order_id: "genuine"})[0].hits == Tally(1, 0, 1, 0)
