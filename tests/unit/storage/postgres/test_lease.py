from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sealane.model.errors import DependencyUnavailable
from sealane.storage.database import Database
from sealane.storage.postgres.lease import Lease


@pytest.fixture
def lane(tmp_path: Path, address: str) -> Iterator[Database]:
    database = Database.open(tmp_path, url=address, is_shared=True)
    yield database
    database.close()


def test_one_leads_and_the_next_takes_over_with_the_next_epoch(lane: Database, address: str) -> None:
    first = Lease(address)
    lane.run(first.confirm)
    assert first.is_held
    assert first.epoch == 1
    first.close()
    second = Lease(address)
    assert second.is_held
    assert second.epoch == 2
    second.close()


def test_a_flow_of_a_server_that_lost_the_lead_is_refused(lane: Database, address: str) -> None:
    lease = Lease(address)
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE lead SET epoch = epoch + 1, holder = 'other:1'")

    with pytest.raises(DependencyUnavailable, match="Another server leads"):
        lane.run(lease.confirm)
    assert not lease.is_held
    lease.close()


def test_a_second_server_waits_and_counts(lane: Database, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Lease(address)
    monkeypatch.setattr("os.getpid", lambda: 1)
    second = Lease(address)
    assert lane.run(lambda tx: tx.one("SELECT count(*) FROM lead")) == (1,)
    assert not second.is_held
    assert second.servers == 2
    first.close()
    second.close()


def test_a_lease_that_ran_out_is_taken(lane: Database, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Lease(address)
    first._stopped.set()
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE lead SET until_us = 1")
    monkeypatch.setattr("os.getpid", lambda: 1)
    second = Lease(address)
    assert second.is_held
    with pytest.raises(DependencyUnavailable):
        lane.run(first.confirm)
    second.close()
    first._session.close()
