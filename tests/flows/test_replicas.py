"""Three servers on one PostgreSQL database: each part dies in turn under load, and nothing acknowledged is lost."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest

from cluster import Cluster
from orders import order
from running import Server
from sealane.app import Sealane
from sealane.model.errors import Misconfigured
from sealane.settings import Settings

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster"), servers=3) as cluster:
        yield cluster


def test_each_part_dies_under_load_and_nothing_is_lost_or_doubled(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    pauses: dict[str, float] = {}
    with cluster.load(threads=3) as load:
        time.sleep(0.5)
        leader = cluster.leader()
        follower = next(name for name in cluster.parts if name.startswith("server") and name != leader)
        for name in (follower, leader, "postgres"):
            pauses[name] = cluster.strike(name, load)
    with capsys.disabled():
        sys.stdout.writelines(f"\n{name}: {seconds:.2f} s without an order taken" for name, seconds in pauses.items())
    cluster.verify(load)
    assert max(pauses.values()) < 20


@pytest.mark.soak
def test_each_part_dies_many_times(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    worst: Counter[str] = Counter()
    with cluster.load(threads=8) as load:
        for _ in range(20):
            for name in (*cluster.parts, cluster.leader()):
                worst[name] = max(worst[name], round(1000 * cluster.strike(name, load)))
    with capsys.disabled():
        sys.stdout.writelines(f"\n{name}: {pause} ms without an order taken at worst" for name, pause in worst.items())
        sys.stdout.write(f"\n{len(load.acknowledged)} orders")
    cluster.verify(load)


def at_once(calls: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], httpx.Response]) -> httpx.Response:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_idempotency_key_has_one_effect_whichever_servers_are_asked(cluster: Cluster) -> None:
    body = order(reference="SO-same")

    def send(server: Server) -> httpx.Response:
        return httpx.post(
            f"{server.url}/v1/orders",
            json=body,
            headers={"Authorization": f"Bearer {cluster.merchant_key}", "Idempotency-Key": "same"},
            timeout=30,
        )

    answers = at_once([partial(send, server) for server in cluster.servers * 3])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_a_grant_for_one_use_is_used_once_whichever_servers_are_asked(cluster: Cluster) -> None:
    first = cluster.servers[0]
    carrier = first.party("carrier", name="Carrier")
    placed = first.post("/v1/orders", order(reference="SO-granted"), cluster.merchant_key).json()
    terms = {"consignment": placed["consignment_ids"][0], "party_id": carrier["party_id"], "max_uses": 1}
    wish = {**terms, "purpose": "deliver", "leg": "last-mile"}
    grant = cluster.servers[1].post("/v1/grants", wish, cluster.merchant_key).json()

    def redeem(server: Server) -> httpx.Response:
        path = f"{server.url}/v1/grants/{grant['grant_id']}/redeem"
        return httpx.post(path, headers={"Authorization": f"Bearer {carrier['api_key']}"}, timeout=30)

    answers = at_once([partial(redeem, server) for server in cluster.servers * 3])
    assert Counter(answer.status_code == 200 for answer in answers) == {True: 1, False: 8}


def test_what_one_server_changes_counts_on_the_others_at_once(cluster: Cluster) -> None:
    one, other, third = cluster.servers
    key = cluster.merchant_key
    shopper = {"account": "a-erased", "email": "ana@example.com"}
    placed = one.post("/v1/orders", order(reference="SO-known", shopper=shopper), key).json()
    seen = other.post("/v1/orders", order(reference="SO-again", shopper=shopper), key).json()
    assert seen["subject_id"] == placed["subject_id"]
    assert third.post("/v1/keys/rotation", {"kinds": ["pii"]}, one.operator_key).status_code in {200, 202}
    fresh = other.post("/v1/orders", order(reference="SO-fresh", shopper={"account": "a-new"}), key)
    assert fresh.status_code == 201, fresh.text
    assert third.get(f"/v1/orders/{fresh.json()['order_id']}", key).status_code == 200
    assert one.post(f"/v1/subjects/{placed['subject_id']}/erasure", b"", key).status_code == 200
    told = {"id": "e-1", "kind": "consignment.handed_over", "occurred_at": "2026-11-22T10:00:00Z"}
    refused = other.post("/v1/events", {**told, "order": placed["order_id"], "attributes": {"depot": "d"}}, key)
    assert refused.status_code == 410, refused.text


def test_a_server_that_is_told_to_stop_finishes_and_hands_over(cluster: Cluster) -> None:
    leader = cluster.leader()
    server = cluster.servers[int(leader.rpartition(" ")[2])]
    with cluster.load(threads=2) as load:
        time.sleep(0.3)
        assert server.stop() == 0
        time.sleep(1.5)
        assert cluster.leader() != leader
    server.start()
    cluster.verify(load)
    assert "503" not in {told[:3] for told in load.refused}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(keys_database="postgresql://db/keys"), "none of the data"),
        (Settings(database="postgresql://db/one", keys_database="postgresql://db/one"), "one database"),
    ],
)
def test_settings_that_cannot_be_shared_are_refused(settings: Settings, told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        Sealane.open(settings)
