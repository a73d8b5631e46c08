import numpy as np
import pytest

from sealane.risk.handbook.protocol import LAST_TRAINED_FROM, card_precision, measure, split
from sealane.risk.handbook.table import Transactions


def _table(days: list[int], customers: list[int], frauds: list[int]) -> Transactions:
    day = np.array(days)
    zero = np.zeros(len(days), dtype=np.int64)
    return Transactions(day * 86_400, day, np.array(customers), zero, zero, np.array(frauds))


def test_a_fold_trains_waits_and_tests_a_week_each_and_leaves_known_cards_out() -> None:
    first = LAST_TRAINED_FROM
    table = _table(
        [first - 1, first, first + 6, first + 7, first + 14, first + 14, first + 15, first + 20, first + 21],
        [1, 2, 3, 4, 2, 4, 5, 4, 6],
        [0, 1, 0, 1, 0, 0, 0, 0, 0],
    )
    fold = split(table, all_past=False)[0]
    assert fold.train.tolist() == [1, 2]
    # Card 2 was a fraud in training; card 4's fraud on the first day of waiting is known on the second day of the test.
    assert fold.test.tolist() == [5, 6]
    assert split(table, all_past=True)[0].train.tolist() == [0, 1, 2]
    assert len(split(table, all_past=False)) == 4


def test_a_card_counts_once_by_its_highest_score_and_found_ones_leave() -> None:
    customers = [*range(150), *range(150)]
    table = _table([0] * 150 + [1] * 150, customers, [1] * 10 + [0] * 140 + [1] * 10 + [0] * 140)
    scores = np.array([1.0] * 10 + [0.5] * 140 + [1.0] * 10 + [0.5] * 140)
    rows = np.arange(300)
    assert card_precision(table, rows, scores) == pytest.approx((0.1 + 0.0) / 2)
    assert measure(table, rows, scores).auc_roc == 1.0
