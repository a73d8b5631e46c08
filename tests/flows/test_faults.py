"""Faults of the machine: a damaged write-ahead log, a clock that jumps. Each is told or borne, and nothing is lost."""

import shutil
import sys
from pathlib import Path

import pytest

from orders import order
from sealane.app import Sealane
from sealane.model.errors import Misconfigured
from sealane.settings import Settings

HOUR_US = 3_600_000_000
START_US = 1_790_000_000_000_000


def settings(folder: Path) -> Settings:
    return Settings(data_dir=str(folder), model="scorecard")


def count(lane: Sealane) -> int:
    with lane.rooms.database.reader() as conn:
        return int(conn.execute("SELECT count(*) FROM orders").fetchone()[0])


def crashed(tmp_path: Path, orders: int) -> Path:
    """A data folder as a power cut leaves it: nothing of its last commits is in the database file yet."""
    with Sealane.open(settings(tmp_path / "lane")) as lane:
        for number in range(orders):
            lane.checkout(order(reference=f"SO-{number}"))
        lane.rooms.log.integrate()
        shutil.copytree(tmp_path / "lane", tmp_path / "copy")
    return tmp_path / "copy"


def test_a_write_that_was_torn_off_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder = crashed(tmp_path, 4)
    with (folder / "sealane.db-wal").open("ab") as wal:
        wal.write(b"\x00" * 1000)
    with Sealane.open(settings(folder)) as lane:
        assert count(lane) == 4
        lane.checkout(order(reference="SO-after"))
        assert count(lane) == 5


def test_a_write_ahead_log_damaged_in_the_middle_is_refused_by_the_published_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sealane.storage.writer._CHECKPOINT_SECONDS", 1000.0)
    folder = crashed(tmp_path, 4)
    path = folder / "sealane.db-wal"
    content = bytearray(path.read_bytes())
    # The index beside the log tells how many frames count; the file may be longer (SQLite file format, section 4.6).
    frames = int.from_bytes((folder / "sealane.db-shm").read_bytes()[16:20], sys.byteorder)
    place = 32 + (frames - 12) * (24 + 4096) + 24
    content[place : place + 64] = bytes(64)
    path.write_bytes(content)
    with pytest.raises(Misconfigured) as refusal:
        Sealane.open(settings(folder)).close()
    assert "rolled back" in refusal.value.detail
    assert "backup" in refusal.value.advice


def test_a_clock_that_jumps_back_and_forth_changes_no_order_of_events(tmp_path: Path) -> None:
    now = START_US
    times = []
    with Sealane.open(settings(tmp_path / "lane"), clock=lambda: now) as lane:
        for number, jump in enumerate((0, -24 * HOUR_US, 48 * HOUR_US, -100 * HOUR_US, HOUR_US)):
            now += jump
            times.append(lane.checkout(order(reference=f"SO-{number}")).decided_at)
    now -= 1000 * HOUR_US
    with Sealane.open(settings(tmp_path / "lane"), clock=lambda: now) as lane:
        times.append(lane.checkout(order(reference="SO-restarted")).decided_at)
        assert lane.rooms.risk.check() is None
        assert count(lane) == 6
        again = lane.place(order(reference="SO-0"))
        assert count(lane) == 6
        assert again.decision.decided_at == times[0]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
