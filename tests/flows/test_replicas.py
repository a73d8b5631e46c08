"""Three servers, PostgreSQL and three shards of signals: each part dies under load, nothing acknowledged is lost."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from msgspec.structs import replace

from cluster import PATIENCE_SECONDS, Cluster, Load, Outage
from orders import event, order
from receivers import Receiver
from running import SEALANE, Server
from sealane.app import Sealane
from sealane.cli.growing.moving import move_to_server
from sealane.cli.privacy.restoring import restore
from sealane.model.errors import Erased, Misconfigured
from sealane.settings import Settings
from servers import fresh_database

pytestmark = pytest.mark.timeout(600)
ROUNDS = 10

RULES = """
version = "shared.1"
[[rule]]
code = "on_blocked_list"
against = "reshipping_mule"
side = "joint"
stages = ["checkout"]
when = '''on_lists.contains(",blocked,")'''
floor = "decline"
weight = 1.0
reason = "Something of this order is on the list of blocked addresses."
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster"), servers=3) as cluster:
        yield cluster


def test_each_part_dies_under_load_and_nothing_is_lost_or_doubled(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    outages: dict[str, Outage] = {}
    endpoint = {"kinds": ["order.decided"]}
    with Receiver() as receiver:
        added = cluster.servers[1].post("/v1/endpoints", {"url": receiver.url, **endpoint}, cluster.merchant_key)
        assert added.status_code == 201, added.text
        with cluster.load(threads=3) as load:
            leader = cluster.leader()
            follower = next(name for name in cluster.parts if name.startswith("server") and name != leader)
            for name in (follower, leader, "postgres"):
                outages[name] = cluster.strike(name, load)
            outages["shard 1"] = cluster.strike("shard 1", load, lambda: decisions_are_degraded(cluster, load))
        assert not place(cluster.servers[0], cluster, "SO-whole")["degraded"]
        show(capsys, outages, f"{len(load.acknowledged)} orders, {len(load.degraded)} judged without history")
        cluster.verify(load)
        arrive_once_each(receiver, cluster)


def show(capsys: pytest.CaptureFixture[str], outages: dict[str, Outage], total: str) -> None:
    with capsys.disabled():
        sys.stdout.writelines(
            f"\n{name}: {each.pause:.2f} s without an order taken, {each.whole:.2f} s until all was whole"
            for name, each in outages.items()
        )
        sys.stdout.write(f"\n{total}")


def decisions_are_degraded(cluster: Cluster, load: Load) -> None:
    wait_until(lambda: bool(load.degraded))
    flagged = place(cluster.servers[0], cluster, "SO-flagged")
    assert "degraded" in {reason["code"] for reason in flagged["reasons"]}
    told = cluster.servers[0].get("/readyz")
    assert told.status_code == 503
    assert [error["pointer"] for error in told.json()["errors"]] == ["/features"]


def place(server: Server, cluster: Cluster, reference: str) -> dict[str, Any]:
    answer = server.post("/v1/orders", order(reference=reference), cluster.merchant_key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["decision"])


def arrive_once_each(receiver: Receiver, cluster: Cluster) -> None:
    """Check that each stored order was told of by one message, however often that was sent."""
    with psycopg.connect(cluster.database) as connection:
        stored = {order_id for (order_id,) in connection.execute("SELECT order_id FROM orders")}

    def told() -> dict[str, str]:
        return {letter.name: letter.document["data"]["order_id"] for letter in receiver.taken}

    wait_until(lambda: set(told().values()) >= stored)
    assert Counter(told().values()) == Counter(stored)


def wait_until(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_each_part_dies_many_times(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    worst: dict[str, Outage] = {}
    # At full speed a shard would have ever more to be filled with: minutes after the second round.
    with cluster.load(threads=8, pause_seconds=0.2) as load:
        for round_ in range(ROUNDS):
            for name in (*cluster.parts, cluster.leader()):
                worst[name] = Outage(*map(max, worst.get(name, (0, 0)), cluster.strike(name, load)))
            show(capsys, worst, f"at worst after {round_ + 1} of {ROUNDS} rounds, {len(load.acknowledged)} orders")
    show(capsys, worst, f"at worst; {len(load.acknowledged)} orders, {len(load.degraded)} judged without history")
    cluster.verify(load)


def test_a_decision_counts_what_another_server_just_took(cluster: Cluster) -> None:
    key = cluster.merchant_key
    for number in range(6):
        body = order(f"SO-turn-{number}", payment__card__fingerprint="psp-card-turns")
        answer = cluster.servers[number % 3].post("/v1/orders", body, key)
        assert answer.status_code == 201, answer.text
    decision = answer.json()["decision"]
    claim = event("claim.opened", order=decision["order_id"], attributes={"claim": "not_received"})
    assert cluster.servers[1].post("/v1/events", claim, key).json()["decision"]["stage"] == "claim"
    told = cluster.servers[0].get(f"/v1/decisions/{decision['decision_id']}", key).json()
    counted = {signal["name"]: signal["value"] for signal in told["signals"]}
    assert counted["card_orders_1h"] == 5
    assert cluster.judged().differing == 0


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
    told = {"id": "e-erased", "kind": "consignment.handed_over", "occurred_at": "2026-11-22T10:00:00Z"}
    refused = other.post("/v1/events", {**told, "order": placed["order_id"], "attributes": {"depot": "d"}}, key)
    assert refused.status_code == 410, refused.text


def test_rules_and_lists_of_one_server_count_on_the_others_with_the_next_order(cluster: Cluster) -> None:
    one, other, third = cluster.servers
    key = one.operator_key
    before = place(one, cluster, "SO-before-rules")
    proposed = one.post("/v1/rulesets", {"text": RULES, "by": "ana"}, key).json()["hash"]
    assert other.post(f"/v1/rulesets/{proposed}/publish", {"by": "rui"}, key).json()["is_live"]
    for server in cluster.servers:
        after = place(server, cluster, f"SO-ruled-{server.port}")
        assert after["ruleset"] != before["ruleset"]
        assert "on_blocked_list" not in after["rules"]
    assert third.post("/v1/lists", {"name": "blocked", "field": "address"}, key).status_code == 201
    added = one.post("/v1/lists/blocked/entries", {"order": after["order_id"]}, key)
    assert added.status_code == 201, added.text
    assert {place(each, cluster, f"SO-listed-{each.port}")["outcome"] for each in cluster.servers} == {"decline"}


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


def test_a_backup_beside_the_servers_comes_back_on_other_servers(cluster: Cluster, tmp_path: Path) -> None:
    one, key = cluster.servers[0], cluster.merchant_key
    kept, erased = (
        one.post("/v1/orders", order(f"SO-{who}", shopper__account=who), key).json()["subject_id"]
        for who in ("kept", "erased")
    )
    with cluster.load(threads=2) as load:
        wait_until(lambda: len(load.acknowledged) > 10)
        before = dict(load.acknowledged)
        data, keys = back_up(cluster, tmp_path / "backup")
    assert one.post(f"/v1/subjects/{erased}/erasure", b"", key).status_code == 200
    folder = tmp_path / "restored"
    folder.mkdir(mode=0o700)
    shutil.copy(one.folder / "root.key", folder)
    old = Settings(data_dir=str(folder), database=cluster.database, keys_database=cluster.keys, model="scorecard")
    assert restore(old, data, keys, datetime.now(UTC)).erasures > 0
    database, keys_database = (fresh_database(cluster.postgres.get_uri()) for _ in range(2))
    move_to_server(folder, database, datetime.now(UTC), lambda *_: None)
    with Sealane.open(replace(old, database=database, keys_database=keys_database)) as lane:
        with lane.rooms.database.reader() as conn:
            stored = dict(conn.execute("SELECT reference, order_id FROM orders").fetchall())
        assert before.items() <= stored.items()
        assert opens(lane, kept)
        assert not opens(lane, erased)


def back_up(cluster: Cluster, place: Path) -> tuple[Path, Path]:
    """Run `sealane backup` on one of the servers' machines; return the backups of data and keys."""
    command = [SEALANE, "backup", "--out", str(place), "--data-dir", str(cluster.servers[0].folder), "--json"]
    addresses = {"SEALANE_DATABASE": cluster.database, "SEALANE_KEYS_DATABASE": cluster.keys}
    done = subprocess.run(command, env={**os.environ, **addresses}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    return Path(made["data"]), Path(made["keys"])


def opens(lane: Sealane, subject_id: str) -> bool:
    """Tell whether what was sealed of a shopper can be read."""
    vault = lane.rooms.vault
    with lane.rooms.database.reader() as conn:
        sql = "SELECT record_id FROM vault_record WHERE subject_id = ?"
        records = [record_id for (record_id,) in conn.execute(sql, (subject_id,)).fetchall()]
        assert records
        try:
            return all(vault.reveal(conn, each, vault.fields(conn, each), purpose="supervise") for each in records)
        except Erased:
            return False


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
