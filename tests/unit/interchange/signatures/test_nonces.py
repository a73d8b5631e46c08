import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.signatures.nonces import ClaimingDatabase, Nonces
from sealane.interchange.signatures.verification import Proof
from sealane.model.errors import NotFound, Replayed, Stale
from sealane.storage.database import Database, Transaction

FAR = 1 << 60


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def proof(mark: bytes = b"m" * 16, until_us: int = FAR) -> Proof:
    return Proof("pty_a", "k", "sig1", mark, until_us)


def test_a_mark_counts_once_also_within_a_batch(database: Database) -> None:
    nonces = Nonces()

    async def many() -> list[object]:
        flows = [database.run_async(lambda tx: nonces.claim(tx, proof())) for _ in range(20)]
        return await asyncio.gather(*flows, return_exceptions=True)

    results = asyncio.run(many())
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, Replayed) for result in results) == 19


def test_a_mark_that_may_have_been_swept_is_stale(database: Database) -> None:
    with pytest.raises(Stale):
        database.run(lambda tx: Nonces().claim(tx, proof(until_us=1)))


def test_the_first_flow_claims_and_a_failed_one_leaves_nothing(database: Database) -> None:
    nonces = Nonces()
    claiming = ClaimingDatabase(database, lambda tx: nonces.claim(tx, proof()))

    def fail(_: Transaction) -> None:
        raise NotFound

    with pytest.raises(NotFound):
        claiming.run(fail)
    assert not claiming.is_claimed
    assert claiming.run(lambda _: 1) == claiming.run(lambda _: 1) == 1
    assert claiming.is_claimed
    claiming.close()
    with claiming.reader() as conn:
        assert conn.execute("SELECT count(*) FROM nonces").fetchone() == (1,)
    claiming.on_reset(lambda _: None)
    with pytest.raises(Replayed):
        ClaimingDatabase(database, lambda tx: nonces.claim(tx, proof())).run(lambda _: None)
