"""Grades against what came later: shops graded on half of a simulated world are ordered as their later disputes.

The simulator's shops are alike in care. So its orders are dealt anew to twenty shops: honest ones evenly, disputed ones
by how careless the shop is, the same in both halves. Grading sees the first half only.
"""

import random

import pytest

from sealane.grading import Own, judge, shipped_rubric
from sealane.simulator import World

SHOPS = 20
ORDERS = 20_000
CARELESSNESS = [1.5**shop for shop in range(SHOPS)]
DAY_US = 86_400_000_000


def ranks(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def spearman(one: list[float], other: list[float]) -> float:
    a, b = ranks(one), ranks(other)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    shared = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return float(shared / spread**0.5)


def halves(seed: int, orders: int) -> list[tuple[list[int], list[int]]]:
    """Return for each shop (orders, disputed) of the first and of the second half of the world."""
    world = World(seed, orders)
    middle = world.start_us + world.span_days * DAY_US // 2
    half_of: dict[str, int] = {}
    lost: set[str] = set()
    for each in world.happenings():
        if each.kind == "order":
            half_of[each.order_key] = int(each.observed_us >= middle)
        elif each.kind == "payment.chargeback" or (each.kind == "verdict.recorded" and b'"fraud"' in each.body):
            lost.add(each.order_key)
    chance = random.Random(seed)
    found = [([0, 0], [0, 0]) for _ in range(SHOPS)]
    for key, half in half_of.items():
        is_lost = key in lost
        shop = chance.choices(range(SHOPS), CARELESSNESS if is_lost else None)[0]
        found[shop][half][0] += 1
        found[shop][half][1] += is_lost
    return found


def order_of(seed: int, orders: int) -> float:
    """Return the rank correlation of the shops' scores with their shares of later disputes."""
    scores, later = [], []
    for (settled, disputed), (after, lost) in halves(seed, orders):
        score = judge(shipped_rubric(), None, Own(settled=settled, disputed=disputed), now_us=0).score
        assert score is not None
        scores.append(score)
        later.append(lost / after)
    return spearman(scores, later)


def test_a_better_graded_shop_has_fewer_later_disputes() -> None:
    assert order_of(1, ORDERS) <= -0.8


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3])
def test_a_better_graded_shop_has_fewer_later_disputes_on_other_seeds(seed: int) -> None:
    assert order_of(seed, ORDERS) <= -0.8
