"""The rules' page: the default rules by the fraud they are against, the scorecard's bins, and the thresholds."""

import math
import tomllib
from collections.abc import Sequence

import msgspec

from pages.markdown import code, page, table
from sealane.risk import Rule, Thresholds, default_policy, default_text
from sealane.risk.rules.ruleset import TYPOLOGIES
from sealane.risk.scorecard import THOUSANDTHS, Bin, Evidence

__all__ = ["rules_page"]

_HEAD = """\
# Rules, scorecard and thresholds

A decision adds up log-odds of fraud: the stage's base, the points of each scorecard bin that fits, and the weight of
each rule that hits; `1 / (1 + exp(-sum))` is the score. The thresholds turn the score into an outcome, and each rule
that hits makes it at least its floor. `sealane order explain` shows the sum of one decision. The names in conditions
are [signals](signals.md). While their history cannot be read, the last column of the thresholds applies as well."""
_RULES = """\
A condition is an expression of the Common Expression Language over the signals of the stage. When a signal it needs is
unknown, the rule is recorded as unjudged (`skip`) or hits (`hit`). `sealane rules check FILE` checks your own."""
_SCORECARD = """\
In each group of bins the first that fits counts; an unknown signal contributes nothing. Amounts are euro cents."""


def rules_page() -> str:
    """Return the page."""
    policy = default_policy()
    parts = [_HEAD, "## Thresholds", _thresholds(), f"## Rules ({len(policy.ruleset.rules)})", _RULES]
    for fraud in TYPOLOGIES:
        against = [_rule(rule) for rule in policy.ruleset.rules if rule.against == fraud]
        head = ("rule", "stages", "side", "weight", "floor", "if unknown", "reason", "condition")
        parts += [f"### {fraud.replace('_', ' ').capitalize()}", table(head, against)]
    evidence = msgspec.convert(tomllib.loads(default_text("scorecard"))["evidence"], tuple[Evidence, ...])
    rows = [_bin(one, each.signal, each.stages) for each in evidence for one in each.bin]
    scorecard = table(("signal", "stages", "fits when", "points", "code", "reason"), rows)
    return page(*parts, f"## Scorecard ({len(rows)} bins)", _SCORECARD, scorecard)


def _thresholds() -> str:
    rows = []
    for stage, policy in default_policy().stages.items():
        limits, base = policy.thresholds, policy.base / THOUSANDTHS
        shares = [f"{share:.2f}" for share in (limits.challenge, limits.review, limits.decline)]
        prior = f"{base:+.2f} ({1 / (1 + math.exp(-base)):.1%})"
        rows.append((code(stage), prior, *shares, _degraded(limits)))
    head = ("stage", "base (as a probability)", "challenge from", "review from", "decline from", "without history")
    return table(head, rows)


def _degraded(limits: Thresholds) -> str:
    calm = limits.degraded
    told = f"at least {calm.outcome}"
    if calm.limit_eur_cents is None:
        return told
    return f"{told}; above {calm.limit_eur_cents / 100:.2f} EUR at least {calm.over_limit}"


def _rule(rule: Rule) -> tuple[str, ...]:
    return (
        code(rule.code),
        ", ".join(rule.stages),
        rule.side,
        f"{rule.weight:+.2f}",
        rule.floor,
        rule.on_unknown,
        rule.reason,
        code(" ".join(rule.when.split())),
    )


def _bin(one: Bin, signal: str, stages: Sequence[str] | None) -> tuple[str, ...]:
    asked = ", ".join(stages) if stages else "all that read it"
    return code(signal), asked, code(_test(one)), f"{one.points:+.2f}", code(one.code), one.text


def _test(one: Bin) -> str:
    tests = [(">=", one.at_least), ("<", one.below), ("==", one.equals), ("in", one.among)]
    told = [f"{sign} {msgspec.json.encode(value).decode()}" for sign, value in tests if value is not None]
    return " and ".join(told).replace('"', "")
