import threading
import time

from sealane.model.errors import DependencyUnavailable
from sealane.vault.rotation.upkeep import Upkeep, Work


class Counting:
    """Work of some steps, which may fail."""

    name = "counting"

    def __init__(self, total: int, *, fails: bool = False) -> None:
        self.total = total
        self.done = 0
        self.fails = fails
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def step(self) -> bool:
        if self.fails:
            raise DependencyUnavailable
        self.done += 1
        if self.done == 2:
            self.reached.set()
            self.go_on.wait(10)
        return self.done < self.total


def wait(upkeep: Upkeep) -> None:
    deadline = time.monotonic() + 10
    while not upkeep.is_idle and time.monotonic() < deadline:
        time.sleep(0.005)
    assert upkeep.is_idle


def test_it_works_in_the_background_and_tells_how_far_it_is() -> None:
    work = Counting(4)
    due: list[Work] = [work]
    upkeep = Upkeep(lambda: [due.pop()] if due else [])
    upkeep.start()
    work.reached.wait(10)
    progress = upkeep.progress()
    assert progress is not None
    assert (progress.name, progress.done, progress.total) == ("counting", 2, 4)
    assert progress.seconds_left is not None
    work.go_on.set()
    wait(upkeep)
    assert work.done == 4
    assert upkeep.progress() is None
    upkeep.stop()


def test_a_failure_is_kept_and_the_thread_lives_on() -> None:
    failing, well = Counting(1, fails=True), Counting(1)
    due: list[Work] = [well, failing]
    upkeep = Upkeep(lambda: [due.pop()] if due else [])
    upkeep.start()
    deadline = time.monotonic() + 10
    while not upkeep.failure and time.monotonic() < deadline:
        time.sleep(0.005)
    assert upkeep.failure == "dependency-unavailable"
    upkeep.wake()
    wait(upkeep)
    assert well.done == 1
    assert not upkeep.failure
    upkeep.stop()
    upkeep.stop()
