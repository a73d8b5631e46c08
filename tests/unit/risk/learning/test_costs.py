from pathlib import Path

import pytest

from sealane.model.errors import InvalidInput, Misconfigured
from sealane.risk.learning.costs import Cutoffs, StageCosts, cutoffs, default_costs, read_costs


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


def test_stated_costs_replace_those_of_their_stage_alone(tmp_path: Path) -> None:
    (tmp_path / "costs.toml").write_text("[claim]\nloss = 90\nmargin = 30\n", "utf-8")
    stated = read_costs(tmp_path / "costs.toml")
    assert stated["claim"] == StageCosts(90, 30)
    assert stated["payout"] == default_costs()["payout"]


@pytest.mark.parametrize("text", ["[claim]\nloss = 1\n", "[refund]\nloss = 1\nmargin = 1\n", "no toml"])
def test_costs_that_are_none_of_ours_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "costs.toml").write_text(text, "utf-8")
    with pytest.raises(InvalidInput, match=r"costs\.toml"):
        read_costs(tmp_path / "costs.toml")
    with pytest.raises(InvalidInput, match="No such file"):
        read_costs(tmp_path / "none.toml")


def test_no_cut_off_lies_under_the_least() -> None:
    assert Cutoffs(0.1, 0.4, 0.8).raised(0.5) == Cutoffs(0.5, 0.5, 0.8)
