"""The policy: everything a decision depends on besides the order, compiled once and named by hashes.

Four texts make it: the catalogue of signals, the rules, the scorecard and the thresholds; and a model, if one judges in
place of the scorecard. All are kept by hash, so a decision made under any of them can be replayed for ever.

Under a model the score is the model's own, and a rule counts through the outcome that it asks for at least: the model
reads the signals that rules read, so the rules' weights, which belong to the scorecard, would count them twice.
"""

import tomllib
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from zlib import crc32

import msgspec
from msgspec.structs import replace

from sealane.model.decision import STAGES, Outcome, Reason, Stage
from sealane.model.errors import Misconfigured
from sealane.risk.rules.compiler import Judge
from sealane.risk.rules.ruleset import Floor, Rule, Ruleset
from sealane.risk.scorecard import THOUSANDTHS, Scorecard, Scorer
from sealane.risk.serving import ServedModel, ServedStage
from sealane.risk.serving.families import REASONS
from sealane.risk.signals import ALL
from sealane.risk.signals.catalogue import Catalogue

__all__ = [
    "OUTCOMES",
    "Degraded",
    "Hashes",
    "RiskPolicy",
    "StagePolicy",
    "Texts",
    "Thresholds",
    "default_policy",
    "default_text",
]

OUTCOMES: tuple[Outcome, ...] = ("approve", "challenge", "review", "decline")
"""From the mildest to the strictest."""


class Degraded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a stage does when history cannot be read: at least `outcome`, and `over_limit` above an amount."""

    outcome: Outcome
    limit_eur_cents: int | None = None
    over_limit: Outcome = "review"


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which probability of fraud on a stage challenges, reviews and declines."""

    challenge: float
    review: float
    decline: float
    degraded: Degraded

    def outcome_at(self, score: float) -> Outcome:
        """Return how strict the score alone asks to be."""
        if score < self.challenge:
            return "approve"
        if score < self.review:
            return "challenge"
        return "review" if score < self.decline else "decline"


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The TOML document."""

    version: str
    stage: dict[Stage, Thresholds]


class Texts(msgspec.Struct, frozen=True):
    """The four texts of a policy."""

    catalogue: str
    rules: str
    scorecard: str
    thresholds: str


class Hashes(msgspec.Struct, frozen=True, omit_defaults=True):
    """SHA-256 of each text and of the model's document, the first 128 bits in hexadecimal; no model is left out."""

    catalogue: str
    rules: str
    scorecard: str
    thresholds: str
    model: str = ""


class StagePolicy(msgspec.Struct, frozen=True):
    """One stage, ready to judge: functions over signal values, and what their results mean."""

    judge: Judge
    score: Scorer
    base: int
    thresholds: Thresholds
    size: int
    amount_at: int | None
    snoozed_at: int | None
    model: ServedStage | None
    """What gives the score in place of the scorecard."""


class RiskPolicy:
    """Signals, rules, scorecard and thresholds together.

    Reasons are ranked once: `ranks` maps a scorecard bin or a rule to its place among `reasons`, which run from the
    heaviest to the lightest, so a decision sorts integers.
    """

    def __init__(self, texts: Texts, catalogue: Catalogue | None = None, served: ServedModel | None = None) -> None:
        self.texts = texts
        self.served = served
        self.catalogue = catalogue or Catalogue.of_text(texts.catalogue)
        self.ruleset = Ruleset(texts.rules, self.catalogue)
        self.scorecard = Scorecard(texts.scorecard, self.catalogue)
        document = _read(texts.thresholds)
        self.hashes = Hashes(
            self.catalogue.hash,
            self.ruleset.hash,
            self.scorecard.hash,
            sha256(texts.thresholds.encode()).hexdigest()[:32],
            served.digest if served else "",
        )
        self.floors: list[Floor] = [rule.floor for rule in self.ruleset.rules]
        self.is_selective = any(rule.mode == "shadow" or rule.share < 1 for rule in self.ruleset.rules)
        self.codes: list[str] = [rule.code for rule in self.ruleset.rules]
        self._rank()
        self._thresholds = document.stage
        scorecard = f"scorecard-{self.scorecard.version}+{self.scorecard.hash[:8]}"
        judged = served.judged if served else ()
        self._judges: dict[Stage, str] = {
            stage: served.name if served and stage in judged else scorecard for stage in STAGES
        }
        self.model = served.name if served and judged else scorecard
        self.version = f"{self.ruleset.version}+{self.ruleset.hash[:8]}"

    @cached_property
    def stages(self) -> dict[Stage, StagePolicy]:
        """The stages, ready to judge; a model's forests are planted now.

        Raises:
            Misconfigured: when a model judges and LightGBM is not installed.
        """
        return {stage: self._stage(stage, self._thresholds[stage]) for stage in STAGES}

    @classmethod
    def of(cls, *, rules: str, scorecard: str, thresholds: str) -> "RiskPolicy":
        """Return the policy of these texts over today's signals.

        Raises:
            InvalidInput: when a rule is wrong; its errors name line and column.
            Misconfigured: when the scorecard or the thresholds are.
        """
        return cls(Texts(ALL.text, rules, scorecard, thresholds), ALL)

    def reason(self, code: str) -> Reason | None:
        """Return the reason with this code."""
        return self._by_code.get(code)

    def judge_of(self, stage: Stage) -> str:
        """Return what the model or the scorecard that scores a stage is called."""
        return self._judges[stage]

    def counting(self, hits: list[int], order_id: str, snoozed: str | None) -> list[int]:
        """Return which of the rules that hit count: not those in the shadow, snoozed, or beyond their share."""
        return [number for number in hits if self._counts(self.ruleset.rules[number], order_id, snoozed or "")]

    def _counts(self, rule: Rule, order_id: str, snoozed: str) -> bool:
        if rule.mode == "shadow" or f",{rule.code}," in snoozed:
            return False
        # The same order always falls on the same side, and each rule draws its own share.
        return rule.share >= 1 or crc32(f"{rule.code} {order_id}".encode()) < rule.share * (1 << 32)

    def _rank(self) -> None:
        """Order all reasons by weight, heaviest first, and note where each bin and each rule stands."""
        rules = [
            Reason(rule.code, rule.reason, rule.side, round(rule.weight * THOUSANDTHS) / THOUSANDTHS)
            for rule in self.ruleset.rules
        ]
        both = [*self.scorecard.reasons, *rules]
        self._by_code = REASONS | {reason.code: reason for reason in both}
        if len(self._by_code) != len(REASONS) + len(both):
            raise Misconfigured("A rule, a bin of the scorecard or a reason of models have the same code.")
        order = sorted(range(len(both)), key=lambda index: (-both[index].weight, both[index].code))
        places = {index: rank for rank, index in enumerate(order)}
        bins = len(self.scorecard.reasons)
        self.reasons: list[Reason] = [both[index] for index in order]
        self.notes: list[Reason] = [replace(reason, weight=0.0) for reason in self.reasons]
        self.points: list[int] = [round(reason.weight * THOUSANDTHS) for reason in self.reasons]
        self.bin_ranks: list[int] = [places[index] for index in range(bins)]
        self.rule_ranks: list[int] = [places[bins + index] for index in range(len(rules))]

    def _stage(self, stage: Stage, thresholds: Thresholds) -> StagePolicy:
        """Return one stage of the policy."""
        model = None
        if self.served is not None and stage in self.served.judged:
            model, cut = self.served.stages[stage], self.served.cutoffs(stage)
            thresholds = Thresholds(cut.challenge, cut.review, cut.decline, thresholds.degraded)
        return StagePolicy(
            self.ruleset.judge(stage),
            self.scorecard.scorer(stage),
            self.scorecard.base[stage],
            thresholds,
            len(self.catalogue.by_stage[stage]),
            self.catalogue.position(stage, "amount"),
            self.catalogue.position(stage, "snoozed_rules"),
            model,
        )


def default_policy(served: ServedModel | None = None) -> RiskPolicy:
    """Return the policy that ships with Sealane, with a model in place of its scorecard if one is given."""
    return RiskPolicy(Texts(ALL.text, *map(default_text, ("rules", "scorecard", "thresholds"))), ALL, served)


def default_text(name: str) -> str:
    """Return one of the documents that ship with Sealane: rules, scorecard or thresholds."""
    return files("sealane.risk").joinpath("defaults", f"{name}.toml").read_text("utf-8")


def _read(text: str) -> _Document:
    """Return the document of the thresholds' text.

    Raises:
        Misconfigured: when a stage is missing or its thresholds do not rise.
    """
    try:
        document = msgspec.convert(tomllib.loads(text), _Document)
    except (ValueError, msgspec.ValidationError) as error:
        raise Misconfigured(f"The thresholds are not valid: {error}") from error
    for stage in STAGES:
        if stage not in document.stage:
            raise Misconfigured(f"The thresholds miss the stage {stage}.")
        one = document.stage[stage]
        if not 0 < one.challenge < one.review < one.decline <= 1:
            raise Misconfigured(f"The thresholds of the stage {stage} must rise from 0 to 1.")
    return document
