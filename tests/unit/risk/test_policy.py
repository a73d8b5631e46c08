import pytest

from sealane.model.decision import STAGES
from sealane.model.errors import InvalidInput, Misconfigured
from sealane.risk.policy import RiskPolicy, Texts, default_text


def test_the_policy_that_ships_covers_every_stage(policy: RiskPolicy) -> None:
    assert set(policy.stages) == set(STAGES)
    assert policy.model.startswith("scorecard-")
    assert policy.version.endswith(policy.hashes.rules[:8])


def test_the_same_texts_give_the_same_hashes_and_another_text_another(policy: RiskPolicy) -> None:
    assert RiskPolicy(policy.texts).hashes == policy.hashes
    other = RiskPolicy.of(
        rules=default_text("rules") + "\n", scorecard=default_text("scorecard"), thresholds=default_text("thresholds")
    )
    assert other.hashes.rules != policy.hashes.rules
    assert other.hashes.scorecard == policy.hashes.scorecard


def test_reasons_are_ranked_from_the_heaviest(policy: RiskPolicy) -> None:
    weights = [reason.weight for reason in policy.reasons]
    assert weights == sorted(weights, reverse=True)
    assert policy.points == [round(weight * 1000) for weight in weights]
    ranks = policy.bin_ranks + policy.rule_ranks
    assert sorted(ranks) == list(range(len(policy.reasons)))
    assert policy.reason("drop_address") is policy.reasons[policy.rule_ranks[policy.codes.index("drop_address")]]
    assert policy.reason("nonsense") is None


@pytest.mark.parametrize(
    ("score", "outcome"), [(0.0, "approve"), (0.15, "challenge"), (0.45, "review"), (0.88, "decline"), (1.0, "decline")]
)
def test_thresholds_turn_a_score_into_an_outcome(policy: RiskPolicy, score: float, outcome: str) -> None:
    assert policy.stages["checkout"].thresholds.outcome_at(score) == outcome


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("challenge = 0.15", "challenge = 0.5", "must rise"),
        ("[stage.claim]", "[stage.clam]", "not valid"),
        ("decline = 0.88", "decline = 1.5", "must rise"),
        ("version", "versoin", "not valid"),
    ],
)
def test_wrong_thresholds_are_refused(old: str, new: str, says: str) -> None:
    thresholds = default_text("thresholds").replace(old, new)
    with pytest.raises(Misconfigured, match=says):
        RiskPolicy.of(rules=default_text("rules"), scorecard=default_text("scorecard"), thresholds=thresholds)


def test_a_missing_stage_is_named(policy: RiskPolicy) -> None:
    thresholds = default_text("thresholds").partition("[stage.claim]")[0]
    with pytest.raises(Misconfigured, match="miss the stage claim"):
        RiskPolicy(Texts(policy.texts.catalogue, policy.texts.rules, policy.texts.scorecard, thresholds))


def test_a_wrong_rule_is_invalid_input() -> None:
    with pytest.raises(InvalidInput):
        RiskPolicy.of(
            rules=default_text("rules").replace("drop_address_abroad", "drop_address"),
            scorecard=default_text("scorecard"),
            thresholds=default_text("thresholds"),
        )


def test_one_code_for_a_rule_and_a_bin_is_refused() -> None:
    with pytest.raises(Misconfigured, match="same code"):
        RiskPolicy.of(
            rules=default_text("rules").replace('"drop_address_abroad"', '"first_order"'),
            scorecard=default_text("scorecard"),
            thresholds=default_text("thresholds"),
        )
