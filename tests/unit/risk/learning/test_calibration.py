import numpy as np
import pytest

from sealane.risk.learning.calibration import Calibration, calibrate, logistic


def test_the_calibrated_odds_are_the_true_ones() -> None:
    source = np.random.default_rng(1)
    truth_odds = source.normal(-2, 1.5, 40_000)
    frauds = (source.random(40_000) < logistic(truth_odds)).astype(int)
    made = calibrate(truth_odds * 2 + 1, frauds, np.ones(40_000), Calibration())
    assert made.slope == pytest.approx(0.5, abs=0.03)
    assert made.offset == pytest.approx(-0.5, abs=0.05)


def test_a_weight_counts_like_so_many_rows() -> None:
    raw, frauds = np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0, 1, 0, 1])
    doubled = calibrate(np.append(raw, raw[0]), np.append(frauds, 0), np.ones(5), Calibration())
    weighted = calibrate(raw, frauds, np.array([2.0, 1.0, 1.0, 1.0]), Calibration())
    assert weighted.slope == pytest.approx(doubled.slope)
    assert weighted.offset == pytest.approx(doubled.offset)


def test_one_class_leaves_the_odds_alone_and_a_reversed_one_stays_rising() -> None:
    start = Calibration(0.5, 0.1)
    assert calibrate(np.array([1.0, 2.0]), np.array([0, 0]), np.ones(2), start) == start
    raw, frauds = np.array([1.0, -1.0] * 20), np.array([0, 1] * 20)
    assert calibrate(raw, frauds, np.ones(40), start).slope == pytest.approx(0.1)


def test_far_odds_stay_probabilities() -> None:
    assert logistic(np.array([-900.0, 0.0, 900.0])).tolist() == [0.0, 0.5, 1.0]
