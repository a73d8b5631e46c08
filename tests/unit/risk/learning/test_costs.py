import pytest

from sealane.model.errors import Misconfigured
from sealane.risk.learning.costs import StageCosts, cutoffs, default_costs


def test_cut_offs_rise_and_stand_where_the_costs_cross() -> None:
    for costs in default_costs().values():
        made = cutoffs(costs)
        assert 0 < made.challenge <= made.review <= made.decline <= 1
    plain = StageCosts(loss=100, margin=25, friction=1e9, work=1e9)
    assert cutoffs(plain).decline == pytest.approx(0.2, abs=0.001)


def test_dearer_honest_orders_are_declined_later() -> None:
    assert cutoffs(StageCosts(100, 80)).decline > cutoffs(StageCosts(100, 10)).decline


def test_the_outcome_changes_at_the_cut_off_itself() -> None:
    made = cutoffs(StageCosts(130, 40))
    assert made.outcome(made.challenge) == "challenge"
    assert made.outcome(made.challenge - 1e-9) == "approve"
    assert made.outcome(1.0) == "decline"


def test_what_costs_less_than_nothing_is_refused() -> None:
    with pytest.raises(Misconfigured):
        cutoffs(StageCosts(loss=-1, margin=0))
    with pytest.raises(Misconfigured):
        cutoffs(StageCosts(loss=1, margin=1, gone=1.5))
