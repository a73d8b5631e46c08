"""A real log on a real database, and published folders that need none."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from sealane.keys.ring import KeyRing
from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.ids import new_id
from sealane.storage.database import Database
from sealane.supervision import Log
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.folder import LogFolder
from sealane.supervision.log import LogKeys
from sealane.supervision.note import NoteKey
from sealane.supervision.tiles import Edge
from sealane.supervision.witness.policy import NO_WITNESSES, Policy

# Hashing thousands of leaves may take a while on a busy machine; how long is for the benchmark to say.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ORIGIN = "sealane.local/test"


@pytest.fixture
def signer() -> Signer:
    return Signer.from_seed(bytes(range(32)))


@pytest.fixture
def lane(tmp_path: Path) -> Path:
    return tmp_path / "lane"


@pytest.fixture
def database(lane: Path) -> Iterator[Database]:
    database = Database.open(lane)
    yield database
    database.close()


@pytest.fixture
def safe(database: Database, lane: Path) -> Safe:
    return Safe(KeyRing.open(lane, root_key=None))


@pytest.fixture
def open_log(database: Database, lane: Path, signer: Signer, safe: Safe) -> Iterator[Callable[..., Log]]:
    """Open the log of the lane; logs still open at the end are closed."""
    opened = []

    def open_log(*, origin: str = "", signer: Signer = signer, witnesses: Policy = NO_WITNESSES) -> Log:
        keys = LogKeys(signer, safe)
        log = Log.open(database, lane / "log", keys, origin=origin, clock=system_clock, witnesses=witnesses)
        opened.append(log)
        return log

    yield open_log
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: Callable[..., Log]) -> Log:
    return open_log(origin=ORIGIN)


@pytest.fixture
def append(database: Database) -> Callable[..., list[str]]:
    """Append entries in one transaction and return their ids."""

    def append(log: Log, count: int, content: bytes = b"content") -> list[str]:
        return database.run(
            lambda tx: [log.append(tx, "order.decided", order_id=new_id("ord"), content=content) for _ in range(count)]
        )

    return append


@pytest.fixture
def publish(tmp_path: Path, signer: Signer) -> Callable[..., tuple[LogFolder, Checkpoint]]:
    """Publish leaves as a log in a folder of their own."""

    def publish(leaves: Sequence[bytes], name: str = "published") -> tuple[LogFolder, Checkpoint]:
        folder = LogFolder(tmp_path / name)
        edge = Edge()
        full = edge.append(leaves)
        checkpoint = Checkpoint(ORIGIN, edge.size, edge.root())
        folder.publish_key(NoteKey(ORIGIN, signer.public_key))
        folder.publish(full + edge.partial(), sign_checkpoint(checkpoint, signer))
        return folder, checkpoint

    return publish
