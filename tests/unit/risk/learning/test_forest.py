import numpy as np

from sealane.risk.learning.forest import OWN, Forest, direction, grow
from sealane.risk.signals import ALL


def _rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    source = np.random.default_rng(2)
    matrix = source.integers(0, 5, (600, 3)).astype(float)
    matrix[::7, 1] = np.nan
    frauds = (matrix[:, 0] + source.normal(0, 1, 600) > 3).astype(int)
    return matrix, frauds, np.ones(600)


SIGNALS = [ALL.by_name[name] for name in ("card_frauds_365d", "amount", "account_orders_24h")]


def test_more_known_frauds_never_lower_the_sum() -> None:
    rounds: list[int] = []
    forest = grow(_rows(), SIGNALS, OWN | {"rounds": 30}, lambda: rounds.append(1))
    grid = np.column_stack([np.arange(5.0), np.full(5, 2.0), np.full(5, 1.0)])
    raw = forest.raw(grid)
    assert (np.diff(raw) >= 0).all()
    assert raw[-1] > raw[0]
    assert len(rounds) == 30
    assert len(forest.gains) == 3


def test_the_same_rows_grow_the_same_forest_and_its_text_brings_it_back() -> None:
    first, second = (grow(_rows(), SIGNALS, OWN | {"rounds": 10}, lambda: None) for _ in range(2))
    assert first.text == second.text
    assert (Forest(first.text).raw(_rows()[0]) == first.raw(_rows()[0])).all()


def test_only_what_can_only_be_worse_has_a_direction() -> None:
    assert [direction(signal) for signal in SIGNALS] == [1, 0, 0]
