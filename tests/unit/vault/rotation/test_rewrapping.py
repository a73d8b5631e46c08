import os
import subprocess
import sys
import threading
import time

from sealane.vault.datakeys import FIRST_BLOCK
from sealane.vault.rotation.rewrapping import Rewrapping
from vaults import Lane, request


def test_everything_comes_under_the_newest_key_and_the_older_is_destroyed(lane: Lane) -> None:
    seal = lane.seal()
    keys, ring = lane.vault._keys, lane.ring
    ring.rotate("pii")
    work = Rewrapping(lane.database, keys, ring, "pii")
    assert work.total == FIRST_BLOCK
    while work.step():
        assert lane.reveal(seal.record_id, "/shopper/email"), "readable meanwhile"
    assert work.done == work.total
    assert {version for (kind, version) in keys.census() if kind == "pii"} == {2}
    assert [each.version for each in ring.versions() if each.use == "kek/pii"] == [2]
    lane.reopen()
    assert lane.reveal(seal.record_id, "/shopper/email") == {"/shopper/email": "ana@example.com"}


def test_a_step_that_was_the_last_before_a_kill_is_not_done_again(lane: Lane) -> None:
    lane.seal()
    lane.ring.rotate("pii")
    assert lane.vault._keys.rewrap("pii", 0, 10, lambda *_: {}) == (10, 10)
    census = lane.vault._keys.census()
    assert census == {("pii", 1): FIRST_BLOCK - 10, ("pii", 2): 10}
    work = Rewrapping(lane.database, lane.vault._keys, lane.ring, "pii")
    assert work.total == FIRST_BLOCK - 10


ROTATING = """
import sys
from pathlib import Path
from vaults import Lane
lane = Lane(Path(sys.argv[1]))
print("go", flush=True)
while True:
    lane.vault.rotation.begin(["pii"])
    lane.vault.rotation.upkeep.run()
"""


def test_a_rotation_that_is_killed_at_any_moment_goes_on_and_loses_nothing(lane: Lane) -> None:
    seals = [lane.seal(request(shopper__account=f"k-{number}")) for number in range(40)]
    lane.close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for pause in (0.02, 0.05):
        started = [sys.executable, "-c", ROTATING, str(lane.folder)]
        with subprocess.Popen(started, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(pause)
            process.kill()
    lane.open()
    assert lane.ring.newest("pii") > 1
    lane.vault.rotation.upkeep.run()
    assert {version for kind, version in lane.vault._keys.census() if kind == "pii"} == {lane.ring.newest("pii")}
    for seal in seals:
        assert lane.reveal(seal.record_id, "/shopper/email")


def test_no_read_fails_while_keys_are_rewrapped(lane: Lane) -> None:
    seals = [lane.seal() for _ in range(20)]
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for seal in seals:
                try:
                    lane.reveal(seal.record_id, "/shopper/email")
                except BaseException as error:  # noqa: BLE001 - any failure at all is the finding
                    failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        lane.ring.rotate("pii")
        work = Rewrapping(lane.database, lane.vault._keys, lane.ring, "pii")
        while work.step():
            pass
    done.set()
    reader.join()
    assert not failures
