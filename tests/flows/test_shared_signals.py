"""Several servers, PostgreSQL and a Valkey cluster: what one learns the others judge by, also when a shard dies."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest

from cluster import Cluster, Part
from orders import event, order
from sealane.risk import default_policy, facts, record
from sealane.risk.windows.state import State
from shards import ValkeyCluster, valkey_cluster

pytestmark = pytest.mark.timeout(300)
SHARD = "shard 1"


@pytest.fixture(scope="module")
def shards() -> Iterator[ValkeyCluster]:
    with valkey_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def cluster(shards: ValkeyCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with Cluster(folder, servers=2, flags=("--features", shards.url)) as cluster:
        cluster.parts[SHARD] = Part(shards.primaries[1].kill, shards.primaries[1].start)
        yield cluster


def test_a_decision_counts_what_another_server_just_took(cluster: Cluster) -> None:
    one, two = cluster.servers
    key = cluster.merchant_key
    outcomes = []
    for number in range(6):
        server = one if number % 2 else two
        answer = server.post("/v1/orders", order(reference=f"SO-turn-{number}"), key)
        assert answer.status_code == 201, answer.text
        outcomes.append(answer.json())
    told = one.post(
        "/v1/events", event("claim.opened", order=outcomes[0]["order_id"], attributes={"claim": "not_received"}), key
    )
    assert told.status_code == 201, told.text
    last = two.get(f"/v1/decisions/{outcomes[-1]['decision']['decision_id']}", key).json()
    counted = {signal["name"]: signal["value"] for signal in last["signals"]}
    assert counted["card_orders_1h"] == 5
    assert judged(cluster) == (0, 0)


def test_a_lost_shard_degrades_decisions_until_it_is_whole_again(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    key = cluster.merchant_key
    with cluster.load(threads=3) as load:
        time.sleep(0.5)
        began = time.monotonic()
        cluster.parts[SHARD].kill()
        taken = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > taken + 20)
        flagged = cluster.servers[0].post("/v1/orders", order(reference="SO-flagged"), key).json()["decision"]
        assert flagged["degraded"]
        assert "degraded" in {reason["code"] for reason in flagged["reasons"]}
        assert cluster.servers[0].get("/readyz").status_code == 503
        cluster.parts[SHARD].restore()
        for server in cluster.servers:
            wait_until(lambda server=server: server.get("/readyz").status_code == 200)
        back = time.monotonic() - began
        taken = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > taken + 50)
        clear = cluster.servers[1].post("/v1/orders", order(reference="SO-clear"), key).json()["decision"]
        assert not clear["degraded"]
    differing, degraded = judged(cluster)
    with capsys.disabled():
        sys.stdout.write(f"\n{back:.2f} s from the shard's end to whole windows, {degraded} decisions degraded, ")
        sys.stdout.write(f"{differing} windows differing of {len(load.acknowledged)} orders")
    assert degraded > 0
    assert differing == 0


def judged(cluster: Cluster) -> tuple[int, int]:
    """How many decisions with history saw other windows than one server would have, and how many had no history."""
    state = State(default_policy(None).catalogue)
    with psycopg.connect(cluster.database) as connection:
        stored = connection.execute("SELECT seq, body FROM risk_fact ORDER BY seq").fetchall()
        bodies = connection.execute("SELECT body FROM risk_decision").fetchall()
    made = {each.seq: each for each in (record.read(body) for (body,) in bodies)}
    differing = degraded = 0
    for seq, body in stored:
        fact = facts.decode(body)
        values, _ = state.observe(fact)
        state.register(seq, fact)
        if seq not in made:
            continue
        if made[seq].is_degraded:
            degraded += 1
        else:
            differing += msgspec.msgpack.encode(values) != msgspec.msgpack.encode(made[seq].signals)
    return differing, degraded


def wait_until(claim: Any) -> None:
    deadline = time.monotonic() + 40
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.02)
