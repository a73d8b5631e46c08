import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec
import pytest

from sealane.model.cards import leak
from sealane.model.decoding import decode_attributes, decode_event, decode_order
from sealane.simulator import Happening, Timeline, World
from sealane.simulator.facts import TYPOLOGIES

_PRINT = (
    "from hashlib import sha256; from sealane.simulator import World; h = sha256();"
    "[h.update(x.order_key.encode() + x.body) for x in World(3, 800).happenings()]; print(h.hexdigest())"
)


def digest(world: World) -> str:
    sums = sha256()
    for happening in world.happenings():
        sums.update(happening.order_key.encode() + happening.body)
    return sums.hexdigest()


def test_one_seed_gives_one_world_in_every_process() -> None:
    prints = {
        subprocess.run(
            [sys.executable, "-c", _PRINT], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout.strip()
        for seed in ("0", "1", "4711")
    }
    assert prints == {digest(World(3, 800)).encode()}


def test_seeds_differ() -> None:
    assert digest(World(3, 300)) != digest(World(4, 300))


def test_the_start_moves_the_world() -> None:
    later = World(3, 50, start_us=1_770_000_000_000_000 // 86_400_000_000 * 86_400_000_000)
    first = next(later.happenings())
    assert first.observed_us >= later.start_us


@pytest.mark.parametrize("orders", [1, 13, 700])
def test_there_are_exactly_so_many_orders(orders: int) -> None:
    assert sum(happening.truth is not None for happening in World(9, orders).happenings()) == orders


def test_a_huge_world_begins_at_once() -> None:
    assert len(list(islice(World(1, 50_000_000).happenings(), 100))) == 100


def test_everything_comes_in_the_order_it_was_learned_of(small_world: list[Happening]) -> None:
    times = [happening.observed_us for happening in small_world]
    assert times == sorted(times)
    known: set[str] = set()
    for happening in small_world:
        assert (happening.truth is not None) != (happening.order_key in known)
        known.add(happening.order_key)


def test_order_numbers_go_up_with_time(small_world: list[Happening]) -> None:
    last: dict[str, int] = defaultdict(int)
    for happening in small_world:
        if happening.truth is not None:
            number = int(msgspec.json.decode(happening.body)["reference"].partition("-")[2])
            assert number > last[happening.merchant]
            last[happening.merchant] = number


def test_every_body_is_valid_on_the_wire(small_world: list[Happening]) -> None:
    for happening in small_world:
        if happening.truth is not None:
            decode_order(happening.body)
        else:
            event = decode_event(happening.body)
            decode_attributes(bytes(event.attributes))
            assert event.kind == happening.kind
            assert event.reference


def test_no_body_looks_as_if_it_held_a_card_number(small_world: list[Happening]) -> None:
    assert not [h.kind for h in small_world if leak.scan(msgspec.json.decode(h.body)) is not None]


def test_ids_are_unique(small_world: list[Happening]) -> None:
    bodies = [msgspec.json.decode(happening.body) for happening in small_world]
    ids = [body["id"] for body in bodies if "id" in body]
    references = [body["reference"] for body in bodies if "id" not in body]
    assert len(set(ids)) == len(ids)
    assert len(set(references)) == len(references)


def test_all_fifteen_frauds_happen(small_world: list[Happening]) -> None:
    assert {h.truth.typology for h in small_world if h.truth} == {"", *TYPOLOGIES}


def test_events_of_an_order_follow_from_each_other(small_world: list[Happening]) -> None:
    truths = {h.order_key: h.truth for h in small_world if h.truth}
    occurred: dict[str, dict[str, datetime]] = defaultdict(dict)
    for happening in small_world:
        body = msgspec.json.decode(happening.body)
        when = datetime.fromisoformat(body["placed_at" if happening.truth else "occurred_at"])
        occurred[happening.order_key].setdefault(happening.kind, when)
    pairs = Counter[tuple[str, str]]()
    for key, first in occurred.items():
        truth = truths[key]
        if truth.typology == "fake_tracking" or "split" in truth.story:
            continue
        for earlier, later in _FOLLOWS:
            if later in first and (earlier == "order" or earlier in first):
                pairs[earlier, later] += 1
                assert first[earlier] <= first[later], (truth, earlier, later)
    assert set(pairs) == set(_FOLLOWS)


_FOLLOWS = (
    ("order", "payment.authorized"),
    ("order", "payment.captured"),
    ("order", "consignment.label_created"),
    ("payment.authorized", "payment.captured"),
    ("consignment.label_created", "consignment.handed_over"),
    ("consignment.handed_over", "consignment.export_departed"),
    ("consignment.handed_over", "consignment.arrived"),
    ("consignment.customs_held", "consignment.customs_released"),
    ("consignment.arrived", "consignment.out_for_delivery"),
    ("consignment.out_for_delivery", "consignment.delivered"),
    ("consignment.handed_over", "consignment.returned"),
    ("consignment.label_created", "consignment.reroute_requested"),
    ("consignment.label_created", "payout.requested"),
    ("order", "claim.opened"),
    ("order", "payment.chargeback"),
    ("order", "verdict.recorded"),
)


def test_times_stand_on_no_grid(small_world: list[Happening]) -> None:
    seconds: Counter[int] = Counter()
    fractions = set()
    for happening in small_world:
        body = msgspec.json.decode(happening.body)
        when = datetime.fromisoformat(body["placed_at" if happening.truth else "occurred_at"])
        seconds[when.second] += 1
        fractions.add(when.microsecond)
    assert len(fractions) > 0.9 * len(small_world)
    assert max(seconds.values()) < 1.25 * min(seconds.values())


def test_what_means_nothing_tells_nothing(rated_world: Any) -> None:
    frauds = [key for key, truth in rated_world.truths.items() if truth.is_fraud]
    odd = sum(int(key[1:]) % 2 for key in frauds)
    assert 0.46 < odd / len(frauds) < 0.54


def test_a_world_may_go_on_for_ever_and_faster() -> None:
    world = World(2, 200, days=10, onward_a_day=50.0)
    live_us = world.start_us + 10 * 86_400_000_000
    live = msgspec.structs.replace(world, timeline=Timeline(live_us, 720))
    last = list(islice(live.happenings(), 6_000))[-1]
    assert live_us < last.observed_us < live_us + 2 * 86_400_000_000
    assert "observed_at" not in msgspec.json.decode(last.body)
