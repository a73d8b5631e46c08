"""Addresses, and calls to several shards in one round trip."""

import pytest

from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.risk.shared.cluster import Call, Cluster, addresses_of
from shards import ValkeyCluster


def test_addresses_keep_scheme_and_login() -> None:
    assert addresses_of("valkeys://lane:word@one:6379, two:6380") == [
        "valkeys://lane:word@one:6379",
        "valkeys://lane:word@two:6380",
    ]


@pytest.mark.parametrize("setting", ["one:6379", "http://one", "valkey://", "postgresql://one"])
def test_what_names_no_server_is_refused(setting: str) -> None:
    with pytest.raises(Misconfigured, match="features"):
        addresses_of(setting)


def test_calls_go_to_the_shards_that_hold_their_keys(shards: ValkeyCluster) -> None:
    cluster = Cluster.connect(addresses_of(shards.url)[1:])
    keys = [f"key:{number}".encode() for number in range(50)]
    assert {cluster.shard_of(key) for key in keys} == {0, 1, 2}
    sets: list[Call] = [(key, ("SET", key, number)) for number, key in enumerate(keys)]
    assert cluster.ask(sets) == [b"OK"] * 50
    gets: list[Call] = [(key, ("GET", key)) for key in keys]
    assert cluster.ask(gets) == [str(number).encode() for number in range(50)]
    with pytest.raises(DependencyUnavailable, match="refuses"):
        cluster.ask([(b"key:1", ("INCRBY", b"key:1", "many"))])
    cluster.close()


def test_nobody_there_is_told_by_address() -> None:
    with pytest.raises(DependencyUnavailable, match=r"127\.0\.0\.1:1 "):
        Cluster.connect(["valkey://127.0.0.1:1"])
