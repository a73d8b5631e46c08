import numpy as np
import pytest

from sealane.risk.learning.labels import DAY_US, label, maturity_of
from sealane.risk.learning.replay import Judged
from sealane.risk.learning.table import Table
from sealane.risk.signals import ALL
from worlds import learned


def test_young_silence_weighs_little_and_old_silence_nearly_all() -> None:
    usual = maturity_of(np.zeros(0), np.zeros(0), 0)
    young, middle, old = usual.known(np.array([0, 30 * DAY_US, 400 * DAY_US]))
    assert young < 0.05
    assert middle == pytest.approx(0.5)
    assert old == 1.0


def test_delays_are_read_from_the_frauds_old_enough_to_have_told() -> None:
    times = np.zeros(100, dtype=np.int64)
    known = (np.arange(100) + 1) * DAY_US
    made = maturity_of(times, known, 300 * DAY_US)
    assert made.known(np.array([50 * DAY_US]))[0] == pytest.approx(0.5, abs=0.02)


def test_a_row_after_its_verdict_trains_nothing_and_the_last_verdict_stands() -> None:
    table = Table(ALL)
    first = next(each for each in learned()[0] if not isinstance(each, Judged))
    table.add(Judged(first.order_id, first.observed_us - 1, is_fraud=True))
    table.add(first)
    assert not label(table).usable[0]
    assert label(table).frauds[0] == 1
    table.add(Judged(first.order_id, first.observed_us + 5, is_fraud=False))
    assert label(table).frauds[0] == 0
    assert label(table).weights[0] == 1.0
