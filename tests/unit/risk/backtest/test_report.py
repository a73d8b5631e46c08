import pytest

from sealane.risk.backtest.judging import Fates, Judgement, Traits
from sealane.risk.backtest.report import report

TRAITS = {
    name: Traits(f"shopper {name}", is_card=True, cents=1000, is_settled=name != "d") for name in ("a", "b", "c", "d")
}
FATES: Fates = {"a": "fraud", "b": "genuine", "c": "genuine", "d": "unknown"}
JUDGED = [
    Judgement("a", "checkout", "decline", ("both", "alone")),
    Judgement("b", "checkout", "challenge", ("both",)),
    Judgement("c", "checkout", "approve", ()),
    Judgement("d", "checkout", "review", ("both",)),
]


def test_what_nobody_knows_widens_the_bounds() -> None:
    made = report(JUDGED, TRAITS, FATES, ["both", "alone", "idle"], days=2.0)
    both, alone = made["rules"]
    assert (both.hits, both.unique_hits, both.frauds, both.unknown) == (3, 2, 1, 1)
    assert (both.precision.if_none, both.precision.if_all) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (both.recall.if_none, both.recall.if_all) == (1.0, 1.0)
    assert (alone.hits, alone.unique_hits) == (1, 0)
    assert made["stages"][0].reviews_a_day == 0.5
    assert made["good_shoppers_stopped"].value == 0.5


def test_the_ratio_falls_by_what_is_declined() -> None:
    made = report(JUDGED, TRAITS, FATES, [], days=1.0)
    assert made["vamp_before"] == pytest.approx(1 / 3)
    assert made["vamp_after"].value == 0.0
