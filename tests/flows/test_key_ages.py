"""An installation that is left alone for a quarter: its keys are replaced in the background, and the log says so."""

import time
from pathlib import Path

import pytest

from orders import order
from sealane.app import Sealane
from sealane.model.clock import system_clock
from sealane.settings import Settings

QUARTER_US = 91 * 86_400_000_000


def rotations(lane: Sealane) -> int:
    with lane.rooms.database.reader() as conn:
        sql = "SELECT count(*) FROM log_entry WHERE instr(leaf, ?) > 0"
        return int(conn.execute(sql, (b'"kind":"key.rotated"',)).fetchone()[0])


@pytest.mark.timeout(60)
def test_keys_that_got_too_old_are_replaced_and_the_log_says_so(tmp_path: Path) -> None:
    ahead_us = 0
    settings = Settings(data_dir=str(tmp_path / "lane"), model="scorecard")
    with Sealane.open(settings, clock=lambda: system_clock() + ahead_us) as lane:
        placed = lane.place(order(shopper__account="a-1"))
        assert rotations(lane) == 0
        ahead_us = QUARTER_US
        lane.rooms.vault.rotation.upkeep.wake()
        # What lies under the older version is brought under the new one, and then the older one is destroyed.
        while rotations(lane) == 0 or [
            each.version for each in lane.rooms.ring.versions() if each.use == "kek/pii"
        ] != [2]:
            assert not lane.rooms.vault.rotation.upkeep.failure
            time.sleep(0.01)
        assert rotations(lane) == 1
        assert lane.place(order("SO-2", shopper__account="a-1")).subject_id == placed.subject_id
