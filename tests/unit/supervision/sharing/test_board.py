"""Two servers publish one log: only the one that leads signs, and both show the same bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.errors import Conflict, DependencyUnavailable
from sealane.storage.database import Database, Transaction
from sealane.storage.sharing import Lead
from sealane.supervision.folder import LogFolder
from sealane.supervision.integrator import Integrator
from sealane.supervision.sharing import Board


class Chosen(Lead):
    """A lead that a test gives and takes."""

    def __init__(self, epoch: int, *, is_held: bool) -> None:
        self.epoch = epoch
        self.is_held = is_held

    def confirm(self, tx: Transaction) -> None:
        super().confirm(tx)
        if not self.is_held:
            raise DependencyUnavailable("Another server leads this installation now.")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def publisher(database: Database, folder: Path, lead: Lead, signer: Signer) -> Integrator:
    origin = "sealane.local/test"
    return Integrator(
        database, LogFolder(folder), signer=signer, origin=origin, clock=system_clock, board=Board(database, lead)
    )


def add(database: Database, count: int) -> None:
    def flow(tx: Transaction) -> None:
        for number in range(count):
            tx.insert("INSERT INTO log_entry (entry_id, leaf) VALUES (?, ?)", (f"{tx.now_us}-{number}", b"leaf"))

    database.run(flow)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_follower_shows_what_the_leader_signed_and_nothing_later(database: Database, tmp_path: Path) -> None:
    signer = Signer.generate()
    leads, follows = Chosen(1, is_held=True), Chosen(0, is_held=False)
    add(database, 300)
    leader = publisher(database, tmp_path / "a", leads, signer)
    follower = publisher(database, tmp_path / "b", follows, signer)
    assert follower.head.note == leader.head.note
    add(database, 5)
    assert follower.integrate().size == 300
    assert leader.integrate().size == 305
    assert follower.integrate().size == 305
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_stale_leader_publishes_nothing(database: Database, tmp_path: Path) -> None:
    signer = Signer.generate()
    old = Chosen(1, is_held=True)
    stale = publisher(database, tmp_path / "a", old, signer)
    fresh = publisher(database, tmp_path / "b", Chosen(2, is_held=True), signer)
    add(database, 1)
    assert fresh.integrate().size == 1
    before = files(tmp_path / "a")
    with pytest.raises(Conflict):
        Board(database, old).post(9, b"forged")
    old.is_held = False
    with pytest.raises(DependencyUnavailable):
        Board(database, old).post(9, b"forged")
    assert files(tmp_path / "a") == before
    assert stale.integrate().size == 1
    assert stale.head.note == fresh.head.note
