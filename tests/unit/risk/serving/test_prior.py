import pytest

from sealane.model.decision import STAGES
from sealane.risk.policy import default_policy, default_text
from sealane.risk.scorecard import THOUSANDTHS
from sealane.risk.serving.prior import Prior
from sealane.risk.serving.verification import made_up_values
from sealane.risk.signals import ALL


def test_it_says_what_the_scorecard_says_and_its_parts_add_up() -> None:
    card, prior = default_policy().scorecard, Prior(default_text("scorecard"), ALL, ALL.by_name)
    for stage in STAGES:
        for seed in range(30):
            values = made_up_values(stage, ALL, {}, seed)
            whole = card.base[stage] + sum(card.points[number] for number in card.scorer(stage)(values))
            assert prior.log_odds(stage, values) == whole / THOUSANDTHS
            total = prior.base(stage) + sum(prior.parts(stage, values).values())
            assert total == pytest.approx(whole / THOUSANDTHS)


def test_signals_that_the_model_does_not_read_say_nothing() -> None:
    values = made_up_values("claim", ALL, {}, 4)
    assert Prior(default_text("scorecard"), ALL, ALL.by_name).parts("claim", values)
    alone = Prior(default_text("scorecard"), ALL, ())
    assert alone.parts("claim", values) == {}
    assert alone.log_odds("claim", values) == alone.base("claim")
