import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.app import Sealane
from sealane.cli.demonstration import Demonstration
from sealane.settings import Settings


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Sealane]:
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        yield lane


def orders(lane: Sealane) -> int:
    with lane.rooms.database.reader() as connection:
        return int(connection.execute("SELECT count(*) FROM orders").fetchone()[0])


def wait_for(lane: Sealane, more_than: int) -> None:
    for _ in range(600):
        if orders(lane) > more_than:
            return
        time.sleep(0.05)
    pytest.fail("no order came")


def test_a_fresh_folder_gets_a_past_and_goes_on_live(lane: Sealane, capsys: pytest.CaptureFixture[str]) -> None:
    told = ""
    with Demonstration(lane, seed=3, backlog=40, per_minute=1200).running():
        for _ in range(600):
            told += capsys.readouterr().err
            if "has a past of" in told:
                break
            time.sleep(0.05)
        wait_for(lane, orders(lane))
    assert "goes on live" in told


def test_a_folder_with_orders_gets_no_second_past(lane: Sealane, capsys: pytest.CaptureFixture[str]) -> None:
    with Demonstration(lane, seed=3, backlog=5, per_minute=60).running():
        wait_for(lane, 3)
    before = orders(lane)
    capsys.readouterr()
    with Demonstration(lane, seed=3, backlog=20_000, per_minute=60).running():
        time.sleep(1)
    assert "has a past" not in capsys.readouterr().err
    assert orders(lane) < before + 20


def test_it_stops_at_once_in_the_middle_of_the_past(lane: Sealane) -> None:
    begun = time.monotonic()
    with Demonstration(lane, seed=3, backlog=20_000).running():
        wait_for(lane, 0)
    assert time.monotonic() - begun < 30
    assert orders(lane) < 20_000
