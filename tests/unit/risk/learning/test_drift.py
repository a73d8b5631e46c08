import numpy as np

from sealane.risk.learning.drift import ALARM, psi, spread


def test_the_same_population_has_not_moved_and_another_has() -> None:
    source = np.random.default_rng(1)
    then = source.normal(0, 1, 20_000)
    assert psi(spread(then), source.normal(0, 1, 20_000)) < 0.01
    assert psi(spread(then), source.normal(1.5, 1, 20_000)) > ALARM


def test_values_that_went_missing_are_a_move() -> None:
    then = np.arange(100.0)
    gone = then.copy()
    gone[:50] = np.nan
    assert psi(spread(then), gone) > ALARM


def test_nothing_known_and_nothing_seen_are_no_move() -> None:
    nothing = np.full(10, np.nan)
    assert psi(spread(nothing), nothing) == 0
    assert psi(spread(np.ones(10)), np.zeros(0)) == 0
    assert psi(spread(np.ones(10)), np.ones(20)) == 0
