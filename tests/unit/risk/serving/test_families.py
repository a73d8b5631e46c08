import math

from sealane.risk.policy import default_policy
from sealane.risk.serving import read_served
from sealane.risk.serving.families import _PATTERNS, REASONS, family_of, grouped, reasons_of
from sealane.risk.serving.verification import made_up_values
from sealane.risk.signals import ALL
from worlds import small_document, small_model


def test_every_signal_has_a_family_and_every_family_a_signal() -> None:
    homeless = [signal.name for signal in ALL.signals if not any(each.match(signal.name) for _, each in _PATTERNS)]
    assert not homeless
    assert {family_of(signal.name) for signal in ALL.signals} == set(REASONS)


def test_families_add_up_as_their_signals_do_and_the_heaviest_comes_first() -> None:
    stage = read_served(small_model(), ALL).stages["claim"]
    for seed in range(30):
        parts = stage.parts(made_up_values("claim", ALL, small_document().categories, seed))
        made = grouped(parts)
        weights = [reason.weight for reason, _ in made]
        assert weights == sorted(weights, reverse=True)
        assert (
            abs(parts.base + math.fsum(weights) - parts.base - math.fsum(share for _, share in parts.signals)) < 1e-12
        )
        assert all(math.fsum(share for _, share in shares) == reason.weight for reason, shares in made)
        assert [reason for reason, _ in made] == reasons_of(parts)


def test_no_family_is_named_as_a_rule_or_a_bin_is() -> None:
    policy = default_policy()
    assert not set(REASONS) & {*policy.codes, *(reason.code for reason in policy.scorecard.reasons)}
