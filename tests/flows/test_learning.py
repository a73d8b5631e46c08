"""Learning through the command line: what is refused, what falls back, and a server's own history."""

import json
import subprocess
from pathlib import Path

import pytest

from orders import order as order_body
from running import SEALANE
from sealane.app import open_lane
from worlds import small_world


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SEALANE, *command], capture_output=True, text=True, timeout=120, check=False)


def without_frauds(folder: Path, kept: int) -> None:
    """Write the first orders of a world, with only so many of its bad verdicts and chargebacks."""
    orders = (small_world() / "orders.ndjson").read_text("utf-8").splitlines(keepends=True)[:500]
    keys = {json.loads(line)["order_key"] for line in orders}
    events, left = [], kept
    for line in (small_world() / "events.ndjson").read_text("utf-8").splitlines(keepends=True):
        event = json.loads(line)
        if event["order_key"] not in keys or event["kind"] == "payment.chargeback":
            continue
        if event.get("attributes", {}).get("verdict") == "fraud":
            if not left:
                continue
            left -= 1
        events.append(line)
    (folder / "orders.ndjson").write_text("".join(orders), "utf-8")
    (folder / "events.ndjson").write_text("".join(events), "utf-8")


def test_few_known_frauds_fall_back_to_the_scorecard_and_say_so(tmp_path: Path) -> None:
    without_frauds(tmp_path, 2)
    done = run("risk", "train", "--data", str(tmp_path), "--out", str(tmp_path / "model"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["model"] == "scorecard"
    assert "the published scorecard judges every stage" in done.stderr
    judged = run("risk", "evaluate", "--data", str(small_world()), "--model", str(tmp_path / "model"), "--json")
    assert judged.returncode == 0, judged.stderr
    assert json.loads(judged.stdout)["model"].startswith("scorecard-")


def test_one_class_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    without_frauds(tmp_path, 0)
    done = run("risk", "train", "--data", str(tmp_path), "--out", str(tmp_path / "model"))
    assert done.returncode != 0
    assert "No order is known as a fraud" in done.stderr
    assert not list(tmp_path.glob("model*"))


def test_a_server_learns_from_its_own_history(tmp_path: Path) -> None:
    with open_lane(tmp_path / "lane") as lane:
        for number in range(4):
            lane.checkout(order_body(f"own-{number}"))
    done = run("risk", "train", "--data-dir", str(tmp_path / "lane"), "--out", str(tmp_path / "model"))
    assert done.returncode != 0
    assert "No order is known as a fraud" in done.stderr
    told = run("risk", "backtest", "--data-dir", str(tmp_path / "lane"), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["orders"] == 4


@pytest.mark.parametrize("named", [[], ["--data", "x", "--data-dir", "y"]])
def test_either_files_or_a_folder_is_named(named: list[str], tmp_path: Path) -> None:
    done = run("risk", "train", *named, "--out", str(tmp_path / "model"))
    assert done.returncode != 0
    assert "--data-dir" in done.stderr
