"""One real cluster of three shards for all tests of the folder."""

from collections.abc import Iterator

import pytest

from sealane.risk.shared.cells import SharedCells
from sealane.risk.shared.cluster import addresses_of
from sealane.risk.shared.mending import Plan
from sealane.risk.signals import ALL
from shards import ValkeyCluster, valkey_cluster


@pytest.fixture(scope="session")
def shards() -> Iterator[ValkeyCluster]:
    with valkey_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan.of(ALL)


@pytest.fixture
def cells(shards: ValkeyCluster, plan: Plan) -> Iterator[SharedCells]:
    """Empty cells on all shards."""
    shards.empty()
    cells = SharedCells.connect(addresses_of(shards.url), plan.library, "test")
    yield cells
    cells.close()
