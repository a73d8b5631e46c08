"""Explain: everything that made a decision, for people. Pure: what it needs of the past is handed to it.

Each signal comes with its value, unit, side and window, and with the events behind it. The contributions add up to
the log-odds of the score. Each rule of the stage comes with its text and whether it hit, passed or could not be judged.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any, Literal

import msgspec

from sealane.model.clock import from_micros
from sealane.model.decision import Decision, Outcome, Side
from sealane.risk.facts import NOWHERE, Fact, field_of
from sealane.risk.policy import Hashes, RiskPolicy, StagePolicy, Thresholds
from sealane.risk.record import DecisionRecord, decision_of
from sealane.risk.rules.ruleset import Floor, Rule
from sealane.risk.scorecard import THOUSANDTHS
from sealane.risk.serving.families import REASONS, grouped
from sealane.risk.signals.declaration import Condition, Form, Unit, Window, micros
from sealane.risk.signals.series import SERIES
from sealane.risk.windows.heads import key_of
from sealane.risk.windows.layout import By, Heads, Pair, title_of

__all__ = [
    "Change",
    "Contribution",
    "Counterfactual",
    "Explanation",
    "Fetch",
    "Reading",
    "RuleVerdict",
    "Span",
    "explain",
]

LISTED = 20
"""Events listed behind one signal at most, newest first."""

WALKED = 400
"""Facts looked at on one key at most; a merchant or a network has no end of them."""

Fetch = Callable[[int], tuple[Fact, tuple[Heads, ...]] | None]
"""Returns a fact by its number, with the facts before it on its keys."""

Key = tuple[object, ...]


class Span(msgspec.Struct, frozen=True):
    """The window [start, end) that a value was read over."""

    width: str
    start: datetime
    end: datetime


class Reading(msgspec.Struct, frozen=True):
    """One signal as it was read; null is unknown, durations are microseconds. `events` are the newest behind it."""

    name: str
    value: Any
    unit: Unit
    side: Side
    text: str
    window: Span | None
    events: tuple[str, ...]
    has_more_events: bool


class Contribution(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one reason added to the log-odds; of a model's reason also the signals in it, heaviest first."""

    code: str
    text: str
    side: Side
    weight: float
    signals: tuple[tuple[str, float], ...] = ()


class RuleVerdict(msgspec.Struct, frozen=True):
    """One rule of the stage and what it said; in the shadow it held and did not count."""

    code: str
    when: str
    reason: str
    floor: Floor
    verdict: Literal["hit", "passed", "unjudged", "shadow"]


class Change(msgspec.Struct, frozen=True):
    """One signal with another value than it had; durations are microseconds."""

    signal: str
    was: Any
    now: Any


class Counterfactual(msgspec.Struct, frozen=True):
    """A change of one or two signals under which the same question would have been approved."""

    changes: tuple[Change, ...]
    sentence: str


class Explanation(msgspec.Struct, frozen=True):
    """A decision with everything that made it; `base` and the contributions add up to `log_odds`."""

    decision: Decision
    base: float
    contributions: tuple[Contribution, ...]
    log_odds: float
    thresholds: Thresholds
    outcome_by_score: Outcome
    signals: tuple[Reading, ...]
    rules: tuple[RuleVerdict, ...]
    hashes: Hashes
    is_degraded: bool
    counterfactuals: tuple[Counterfactual, ...] = ()


def explain(record: DecisionRecord, policy: RiskPolicy, fetch: Fetch) -> Explanation:
    """Return the explanation of a recorded decision, with what can be found of the facts behind it."""
    decision = decision_of(record, policy)
    stage = policy.stages[record.stage]
    thresholds = stage.thresholds
    return Explanation(
        decision,
        *_summands(record, decision, stage),
        thresholds,
        thresholds.outcome_at(record.score),
        _readings(record, policy, fetch),
        tuple(_verdict(rule, record) for rule in policy.ruleset.rules if record.stage in rule.stages),
        record.hashes,
        record.is_degraded,
    )


def _summands(
    record: DecisionRecord, decision: Decision, stage: StagePolicy
) -> tuple[float, tuple[Contribution, ...], float]:
    """Return the base, the contributions and their sum."""
    told = tuple(Contribution(reason.code, reason.text, reason.side, reason.weight) for reason in decision.reasons)
    if stage.model is None:
        total = stage.base + sum(round(weight * THOUSANDTHS) for _, weight in record.contributions)
        return stage.base / THOUSANDTHS, told, total / THOUSANDTHS
    parts = stage.model.parts(record.signals)
    of_model = tuple(
        Contribution(reason.code, reason.text, reason.side, reason.weight, signals)
        for reason, signals in grouped(parts)
    )
    rules = [each for each in told if each.code not in REASONS]
    first = list(takewhile(rules.__contains__, told)) if decision.outcome != "approve" else []
    return parts.base, (*first, *of_model, *rules[len(first) :]), stage.model.log_odds(record.signals)


class _Window:
    """One window whose events are looked for."""

    def __init__(self, signal: Window, start_us: int, end_us: int) -> None:
        self.signal = signal
        self.start_us = start_us
        self.end_us = end_us
        self.events: list[str] = []
        self.is_over = False

    @property
    def is_open(self) -> bool:
        """Whether more events are wanted and may be found."""
        return not self.is_over and len(self.events) <= LISTED

    def take(self, fact: Fact, key: Key) -> None:
        """List the fact's event when it lies in the window and belongs to the series under this key."""
        if fact.observed_us < self.start_us:
            self.is_over = True
        elif self.is_open and fact.observed_us < self.end_us and fact.event_id not in self.events:
            series, by = SERIES[self.signal.of], self.signal.by
            for parcel in fact.parcels or (NOWHERE,):
                is_of_key = fact.kind in series.kinds and key_of(fact, parcel, by) == key
                if is_of_key and all(_meets(field_of(fact, parcel, each.field), each) for each in series.where):
                    self.events.append(fact.event_id)
                    break


def _readings(record: DecisionRecord, policy: RiskPolicy, fetch: Fetch) -> tuple[Reading, ...]:
    """Return every signal of the stage with its value and the events behind it."""
    pairs = list(zip(policy.catalogue.by_stage[record.stage], record.signals, strict=True))
    found = fetch(record.seq)
    windows: dict[str, _Window] = {}
    if found is not None:
        now_us = found[0].observed_us
        for signal, value in pairs:
            if isinstance(signal, Window):
                windows[signal.name] = _Window(signal, now_us - micros(signal.width), now_us)
                windows[signal.name].is_over = not value
        _walk_all(found, list(windows.values()), cache(fetch))
    return tuple(_reading(signal, value, windows.get(signal.name)) for signal, value in pairs)


def _walk_all(found: tuple[Fact, tuple[Heads, ...]], windows: list[_Window], fetch: Fetch) -> None:
    """Look for the events of all windows, one walk for each key of the fact."""
    fact, heads = found
    walks: dict[tuple[Pair, Key], tuple[int, list[_Window]]] = {}
    for parcel, own in zip(fact.parcels or (NOWHERE,), heads, strict=False):
        for window in windows:
            pair = window.signal.by, window.signal.asked
            key = key_of(fact, parcel, pair[1])
            if window.is_open and key is not None:
                walks.setdefault((pair, key), (own.get(title_of(pair), 0), []))[1].append(window)
    for ((by, _), key), (head, mine) in walks.items():
        _walk(head, by, key, mine, fetch)


def _walk(head: int, by: By, key: Key, windows: list[_Window], fetch: Fetch) -> None:
    """Go back fact by fact on one key, until every window has enough or lies wholly behind."""
    seq = head
    for _ in range(WALKED):
        found = fetch(seq) if seq else None
        if found is None:
            for window in windows:
                window.is_over = True
            return
        fact, heads = found
        for window in windows:
            window.take(fact, key)
        if not heads or not any(window.is_open for window in windows):
            return
        of_key = [own for parcel, own in zip(fact.parcels or (NOWHERE,), heads, strict=True)
                  if key_of(fact, parcel, by) == key]  # fmt: skip
        seq = of_key[0].get("_".join(by), 0) if of_key else 0


def _reading(signal: Form, value: Any, window: _Window | None) -> Reading:
    """Return one signal as it was read."""
    span = None
    if isinstance(signal, Window) and window is not None:
        span = Span(signal.width, from_micros(window.start_us), from_micros(window.end_us))
    events = window.events if window else []
    has_more = window is not None and (len(events) > LISTED or not window.is_over)
    return Reading(signal.name, value, signal.unit, signal.side, signal.text, span, tuple(events[:LISTED]), has_more)


def _meets(found: Any, condition: Condition) -> bool:
    """Tell whether one value meets one condition; an unknown value meets none."""
    if found is None:
        return False
    if condition.test == "is":
        return bool(found == condition.value)
    if condition.test == "above":
        return bool(found > condition.value)
    if condition.test == "below":
        return bool(found < condition.value)
    return True


def _verdict(rule: Rule, record: DecisionRecord) -> RuleVerdict:
    """Return what one rule said."""
    verdict: Literal["hit", "passed", "unjudged", "shadow"] = "passed"
    if rule.code in record.unjudged:
        verdict = "unjudged"
    elif rule.code in record.rules:
        verdict = "hit"
    elif rule.code in record.shadow:
        verdict = "shadow"
    return RuleVerdict(rule.code, rule.when.strip(), rule.reason, rule.floor, verdict)
