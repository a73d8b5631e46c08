import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import average_precision_score, roc_auc_score

from sealane.risk.learning.metrics import average_precision, brier, recall_at, reliability, roc_auc

SCORES = arrays.arrays(float, 30, elements=st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9]))
TRUTHS = arrays.arrays(int, 30, elements=st.integers(0, 1)).filter(lambda each: 0 < each.sum() < len(each))


@settings(deadline=None)
@given(TRUTHS, SCORES)
def test_the_areas_are_those_of_another_library_ties_included(truth: np.ndarray, scores: np.ndarray) -> None:
    assert roc_auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores))
    assert average_precision(truth, scores) == pytest.approx(average_precision_score(truth, scores))


def test_recall_counts_only_what_the_allowance_covers() -> None:
    truth = np.array([1, 0, 1] + [0] * 97 + [1])
    scores = np.array([0.9, 0.8, 0.7] + [0.1] * 97 + [0.05])
    assert recall_at(truth, scores, 0.0) == pytest.approx(1 / 3)
    assert recall_at(truth, scores, 0.02) == pytest.approx(2 / 3)


def test_one_class_has_no_measure() -> None:
    assert np.isnan(roc_auc(np.zeros(3), np.arange(3.0)))
    assert np.isnan(average_precision(np.zeros(0), np.zeros(0)))
    assert np.isnan(recall_at(np.ones(3), np.arange(3.0), 0.01))


def test_probabilities_are_held_against_what_came_true() -> None:
    truth, scores = np.array([0, 0, 1, 1]), np.array([0.0, 0.5, 0.5, 1.0])
    assert brier(truth, scores) == pytest.approx(0.125)
    assert reliability(truth, scores, bins=2) == [(0.25, 0.0, 2), (0.75, 1.0, 2)]
