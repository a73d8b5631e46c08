import pytest

from sealane.grading.own import upper_wilson


def test_the_upper_bound_lies_above_the_share_and_nears_it_with_more_cases() -> None:
    assert upper_wilson(22, 4000) == pytest.approx(0.0072, abs=0.0001)
    assert upper_wilson(0, 100) > 0
    bounds = [upper_wilson(n, 100 * n) for n in (1, 10, 100, 1000)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] > 0.01
    assert upper_wilson(5, 5) == pytest.approx(1.0)
    assert upper_wilson(0, 0) == 1.0
