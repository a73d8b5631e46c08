"""The mark on each shard: who brings what it lacks, and until when it counts as whole."""

from sealane.risk.shared.cells import SharedCells
from sealane.risk.shared.cluster import addresses_of
from sealane.risk.shared.mending import Plan
from sealane.risk.shared.reading import Question
from shards import ValkeyCluster


def test_one_server_at_a_time_brings_what_a_shard_lacks(cells: SharedCells) -> None:
    assert set(cells.claim("a").values()) == {"mine"}
    assert set(cells.claim("a").values()) == {"mine"}
    assert set(cells.claim("b").values()) == {"busy"}
    assert not cells.is_whole()
    cells.finish(frozenset({0, 1, 2}))
    assert cells.is_whole()
    assert set(cells.claim("b").values()) == {"whole"}


def test_a_mark_of_another_run_counts_for_nothing(cells: SharedCells, shards: ValkeyCluster) -> None:
    cells.finish(frozenset({0, 1, 2}))
    for primary in shards.primaries:
        for key in primary.ask("KEYS", "*mark*"):  # type: ignore[attr-defined]
            primary.ask("SET", key, "whole 0000")
    assert not cells.is_whole()
    assert set(cells.claim("b").values()) == {"mine"}


def test_installations_do_not_see_each_other(cells: SharedCells, shards: ValkeyCluster, plan: Plan) -> None:
    other = SharedCells.connect(addresses_of(shards.url), plan.library, "other")
    cells.add({("card", b"c" * 16): [b"zzx17900000000000000000000000000812"]})
    question = Question(("card", b"c" * 16), "head")
    assert cells.ask([(question, 1_790_000_000_000_001, ())]) == [[812]]
    assert other.ask([(question, 1_790_000_000_000_001, ())]) == [[0]]
    other.close()
