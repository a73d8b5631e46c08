import numpy as np

from sealane.risk.backtest.bounds import bootstrap, share


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(1, 0) is None
    assert share(1, 4) == 0.25


def test_the_interval_holds_the_value_and_shrinks_with_more_shoppers() -> None:
    hits = np.arange(1000) % 4 == 0

    def rate(weights: np.ndarray) -> float | None:
        return share(float((weights * hits[: len(weights)]).sum()), float(weights.sum()))

    many, few = bootstrap(np.arange(1000), rate), bootstrap(np.arange(1000) % 10, rate)
    assert many.value == few.value == 0.25
    assert (many.low or 1) < 0.25 < (many.high or 0)
    assert (few.high or 0) - (few.low or 1) > (many.high or 0) - (many.low or 1)
    assert bootstrap(np.arange(1000), rate) == many


def test_no_orders_have_no_interval() -> None:
    assert bootstrap(np.zeros(0, dtype=int), lambda _: None).value is None
