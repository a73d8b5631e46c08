"""The way from committed rows to published tiles, and every place where it can be cut off."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sealane.keys.ring import KeyRing
from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.errors import DependencyUnavailable, ProofInvalid
from sealane.storage.database import Database
from sealane.supervision import Log
from sealane.supervision.audit import audit
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.folder import LogFolder
from sealane.supervision.integrator import Integrator
from sealane.supervision.log import LogKeys
from sealane.supervision.merkle import verify_consistency
from sealane.supervision.reading import PublishedTree, open_published
from sealane.supervision.verify import verify_bundle

Append = Callable[..., list[str]]


@pytest.fixture
def open_integrator(database: Database, lane: Path, signer: Signer) -> Callable[[], Integrator]:
    return lambda: Integrator(
        database, LogFolder(lane / "log"), signer=signer, origin="sealane.local/test", clock=system_clock
    )


def audit_lane(lane: Path) -> int:
    folder = LogFolder(lane / "log")
    return audit(folder, open_published(folder)[1]).size


def contents(lane: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(lane / "log")): path.read_bytes() for path in (lane / "log").rglob("*") if path.is_file()
    }


def test_an_empty_log_has_a_checkpoint_from_the_start(log: Log, lane: Path) -> None:
    assert log.head().checkpoint.size == 0
    assert audit_lane(lane) == 0


def test_what_is_committed_is_published_in_any_portions(log: Log, append: Append, lane: Path) -> None:
    size = 0
    for count in (1, 254, 1, 1, 300, 0, 43):
        size += len(append(log, count))
        before = log.head().checkpoint
        after = log.integrate()
        assert after.size == size == audit_lane(lane)
        if before.size:
            tree = PublishedTree(LogFolder(lane / "log"), after.size)
            verify_consistency(before.size, after.size, before.root, after.root, tree.consistency(before.size))


def test_a_long_backlog_takes_several_checkpoints(log: Log, append: Append, lane: Path) -> None:
    append(log, 16_384 + 5)
    assert log.integrate().size == 16_389 == audit_lane(lane)


def test_nothing_new_writes_nothing(log: Log, append: Append, lane: Path) -> None:
    append(log, 3)
    log.integrate()
    head = log.head()
    log.integrate()
    assert log.head() is head


def test_the_background_publishes_within_a_second_or_so(log: Log, append: Append) -> None:
    log.start()
    for _ in range(2):
        entry = append(log, 1)[0]
        started = time.monotonic()
        proven = verify_bundle(log.prove(entry), log.public_key())
        assert proven.entry.entry_id == entry
        assert time.monotonic() - started < 5


def test_a_crash_between_commit_and_tiles_loses_nothing(
    log: Log, append: Append, lane: Path, open_integrator: Callable[[], Integrator]
) -> None:
    append(log, 300)
    log.integrate()
    entries = append(log, 300)
    again = open_integrator()
    assert again.head.checkpoint.size == 300
    assert again.integrate().size == 600 == audit_lane(lane)
    assert entries


def test_a_crash_between_tiles_and_checkpoint_gives_the_same_bytes_again(
    log: Log, append: Append, lane: Path, open_integrator: Callable[[], Integrator]
) -> None:
    append(log, 300)
    log.integrate()
    checkpoint = (lane / "log" / "checkpoint").read_bytes()
    append(log, 300)
    log.integrate()
    published = contents(lane)
    (lane / "log" / "checkpoint").write_bytes(checkpoint)
    again = open_integrator()
    assert again.head.checkpoint.size == 300
    again.integrate()
    assert contents(lane) == published


def test_a_lost_checkpoint_is_built_again_with_the_same_bytes(
    log: Log, append: Append, lane: Path, open_integrator: Callable[[], Integrator]
) -> None:
    append(log, 600)
    log.integrate()
    published = contents(lane)
    (lane / "log" / "checkpoint").unlink()
    shutil.rmtree(lane / "log" / "tile")
    open_integrator()
    assert contents(lane) == published


PROGRAM = """
import sys, threading
from pathlib import Path
from sealane.keys.ring import KeyRing
from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.storage.database import Database
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.log import Log, LogKeys

lane = Path(sys.argv[1])
database = Database.open(lane)
safe = Safe(KeyRing.open(lane, root_key=None))
log = Log.open(database, lane / "log", LogKeys(Signer.from_seed(bytes(range(32))), safe), origin="", clock=system_clock)
def publish():
    while True:
        log.integrate()
threading.Thread(target=publish, daemon=True).start()
while True:
    ids = database.run(lambda tx: [log.append(tx, "order.decided", order_id=None, content=b"") for _ in range(40)])
    sys.stdout.write(f"{ids[-1]}\\n")
    sys.stdout.flush()
"""


def test_killed_at_any_moment_it_resumes_with_all_that_was_acknowledged(lane: Path, signer: Signer) -> None:
    acknowledged = []
    for round_number in range(6):
        with subprocess.Popen([sys.executable, "-c", PROGRAM, lane], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            acknowledged += [process.stdout.readline().strip() for _ in range(3 + 4 * round_number)]
            process.send_signal(signal.SIGKILL)
        database = Database.open(lane)
        safe = Safe(KeyRing.open(lane, root_key=None))
        log = Log.open(database, lane / "log", LogKeys(signer, safe), origin="", clock=system_clock)
        log.integrate()
        for entry in acknowledged:
            assert verify_bundle(log.prove(entry), log.public_key()).entry.entry_id == entry
        log.close()
        database.close()
    assert audit_lane(lane) >= 40 * len(acknowledged)


def test_appending_and_publishing_at_once_keeps_every_entry(log: Log, append: Append, lane: Path) -> None:
    done = threading.Event()
    entries: list[str] = []

    def write() -> None:
        for _ in range(60):
            entries.extend(append(log, 5))

    def publish() -> None:
        while not done.is_set():
            log.integrate()

    publisher = threading.Thread(target=publish)
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in (publisher, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    publisher.join()
    assert log.integrate().size == 1200 == audit_lane(lane)
    indexes = [verify_bundle(log.prove(entry), log.public_key()).index for entry in entries]
    assert sorted(indexes) == list(range(1200))


def test_a_folder_that_cannot_be_written_stops_publishing_and_nothing_else(
    log: Log, append: Append, lane: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle = lane / "log" / "tile" / "entries" / "000.p" / "2"
    obstacle.mkdir(parents=True)
    monkeypatch.setattr("sealane.supervision.integrator._INTERVAL_SECONDS", 0.05)
    log.start()
    entries = append(log, 2)
    with pytest.raises(DependencyUnavailable, match="the log cannot publish: the log's folder"):
        log.prove(entries[0])
    with pytest.raises(DependencyUnavailable):
        log.check()
    assert log.head().checkpoint.size == 0
    obstacle.rmdir()
    deadline = time.monotonic() + 10
    while log.head().checkpoint.size < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    log.check()
    assert verify_bundle(log.prove(entries[1]), log.public_key()).index == 1


def test_patience_ends(log: Log, append: Append, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sealane.supervision.integrator._PATIENCE_SECONDS", 0.05)
    log.start()
    # Holding this lock is what a round of publishing does that takes long.
    with log._integrator._growing:
        entry = append(log, 1)[0]
        with pytest.raises(DependencyUnavailable, match="no checkpoint covers the entry yet"):
            log.prove(entry)
    assert log.integrate().size == 1


def test_a_gap_in_the_database_is_never_published(log: Log, append: Append, lane: Path, database: Database) -> None:
    append(log, 10)
    database.run(lambda tx: tx.execute("DELETE FROM log_entry WHERE position = 4"))
    with pytest.raises(ProofInvalid, match="the database has no entry 3"):
        log.integrate()
    assert log.head().checkpoint.size == 0


def test_a_database_rolled_back_is_refused(
    log: Log, append: Append, lane: Path, open_integrator: Callable[[], Integrator]
) -> None:
    append(log, 10)
    log.integrate()
    with sqlite3.connect(lane / "sealane.db") as connection:
        connection.execute("DELETE FROM log_entry WHERE position > 7")
    connection.close()
    with pytest.raises(ProofInvalid, match="the database has 7 entries, the published checkpoint 10"):
        open_integrator()
    append(log, 10)
    with pytest.raises(ProofInvalid, match=r"000\.p/10 differs from the database at entry 7"):
        open_integrator()
