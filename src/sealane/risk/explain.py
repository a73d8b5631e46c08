"""Explain: everything that made a decision, for people. Pure: what it needs of the past is handed to it.

Each signal comes with its value, unit, side and window, and with the events behind it. The contributions add up to
the log-odds of the score. Each rule of the stage comes with its text and whether it hit, passed or could not be judged.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from sealane.model.clock import from_micros
from sealane.model.decision import Decision, Outcome, Side
from sealane.risk.facts import NOWHERE, Fact, Parcel, field_of
from sealane.risk.policy import Hashes, RiskPolicy, Thresholds
from sealane.risk.record import DecisionRecord, decision_of
from sealane.risk.rules.ruleset import Floor, Rule
from sealane.risk.scorecard import THOUSANDTHS
from sealane.risk.signals.declaration import Condition, Form, Unit, Window, micros
from sealane.risk.signals.series import SERIES

__all__ = ["Contribution", "Explanation", "Reading", "RuleVerdict", "Search", "Span", "explain"]

LISTED = 20
"""Events listed behind one signal at most, newest first."""

Search = Callable[[Sequence[bytes], int], tuple[list[Fact], int]]
"""Finds facts up to a sequence number that name any of the keys, newest first, and tells up to where to go on.

Zero means that no fact is left, and less than that, that no more will be searched.
"""


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


class Contribution(msgspec.Struct, frozen=True):
    """What one reason added to the log-odds."""

    code: str
    text: str
    side: Side
    weight: float


class RuleVerdict(msgspec.Struct, frozen=True):
    """One rule of the stage and what it said."""

    code: str
    when: str
    reason: str
    floor: Floor
    verdict: Literal["hit", "passed", "unjudged"]


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


def explain(record: DecisionRecord, policy: RiskPolicy, fact: Fact | None, search: Search) -> Explanation:
    """Return the explanation of a recorded decision; `fact` is what it was made on, None when that is unknown."""
    decision = decision_of(record, policy)
    stage = policy.stages[record.stage]
    total = stage.base + sum(round(weight * THOUSANDTHS) for _, weight in record.contributions)
    thresholds = stage.thresholds
    return Explanation(
        decision,
        stage.base / THOUSANDTHS,
        tuple(Contribution(reason.code, reason.text, reason.side, reason.weight) for reason in decision.reasons),
        total / THOUSANDTHS,
        thresholds,
        thresholds.outcome_at(record.score),
        _readings(record, policy, fact, search),
        tuple(_verdict(rule, record) for rule in policy.ruleset.rules if record.stage in rule.stages),
        record.hashes,
        record.is_degraded,
    )


class _Trail:
    """The search for the facts behind one window: its key on the present fact, and what was found so far."""

    def __init__(self, signal: Window, keys: set[tuple[Any, ...]], start_us: int, end_us: int) -> None:
        self.signal = signal
        self.keys = keys
        self.start_us = start_us
        self.end_us = end_us
        self.events: list[str] = []
        self.is_over = False

    @property
    def is_open(self) -> bool:
        """Whether more events are wanted and may be found."""
        return not self.is_over and len(self.events) <= LISTED

    @property
    def marks(self) -> list[bytes]:
        """What the bytes of a fact behind this window must hold."""
        return [word.encode() if isinstance(word, str) else word for key in self.keys for word in key[:1]]

    def follow(self, fact: Fact) -> None:
        """Take the fact's event when it is behind the window."""
        if fact.observed_us < self.start_us:
            self.is_over = True
        elif (
            self.is_open
            and fact.observed_us < self.end_us
            and any(_is_behind(fact, parcel, self) for parcel in fact.parcels or (NOWHERE,))
        ):
            self.events.append(fact.event_id)


def _readings(record: DecisionRecord, policy: RiskPolicy, fact: Fact | None, search: Search) -> tuple[Reading, ...]:
    """Return every signal of the stage with its value and the events behind it."""
    signals = policy.catalogue.by_stage[record.stage]
    pairs = list(zip(signals, record.signals, strict=True))
    trails = {} if fact is None else _trails(pairs, fact)
    if fact is not None:
        _follow(list(trails.values()), record.seq - 1, search)
    observed_us = None if fact is None else fact.observed_us
    return tuple(_reading(signal, value, trails.get(signal.name), observed_us) for signal, value in pairs)


def _reading(signal: Form, value: Any, trail: _Trail | None, observed_us: int | None) -> Reading:
    """Return one signal as it was read."""
    span = None
    if isinstance(signal, Window) and observed_us is not None:
        start_us = observed_us - micros(signal.width)
        span = Span(signal.width, from_micros(start_us), from_micros(observed_us))
    events = trail.events if trail else []
    has_more = trail is not None and (len(events) > LISTED or not trail.is_over)
    return Reading(signal.name, value, signal.unit, signal.side, signal.text, span, tuple(events[:LISTED]), has_more)


def _trails(pairs: list[tuple[Form, Any]], fact: Fact) -> dict[str, _Trail]:
    """Return a trail for each window that holds anything."""
    trails: dict[str, _Trail] = {}
    for signal, value in pairs:
        if isinstance(signal, Window) and value:
            keys = {
                tuple(field_of(fact, parcel, field) for field in signal.asked) for parcel in fact.parcels or (NOWHERE,)
            }
            known = {key for key in keys if None not in key}
            start_us = fact.observed_us - micros(signal.width)
            trails[signal.name] = _Trail(signal, known, start_us, fact.observed_us)
    return trails


def _follow(trails: list[_Trail], last: int, search: Search) -> None:
    """Walk back through the facts until every trail has enough, has left its window, or nothing is left to search."""
    while last > 0:
        marks = {mark for trail in trails if trail.is_open for mark in trail.marks}
        if not marks:
            return
        found, last = search(sorted(marks), last)
        for fact in found:
            for trail in trails:
                trail.follow(fact)
    if last == 0:
        for trail in trails:
            trail.is_over = True


def _is_behind(fact: Fact, parcel: Parcel, trail: _Trail) -> bool:
    """Tell whether a fact belongs to the series and the key of a trail."""
    series = SERIES[trail.signal.of]
    return (
        fact.kind in series.kinds
        and tuple(field_of(fact, parcel, field) for field in trail.signal.by) in trail.keys
        and all(_meets(field_of(fact, parcel, condition.field), condition) for condition in series.where)
    )


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
    verdict: Literal["hit", "passed", "unjudged"] = "passed"
    if rule.code in record.unjudged:
        verdict = "unjudged"
    elif rule.code in record.rules:
        verdict = "hit"
    return RuleVerdict(rule.code, rule.when.strip(), rule.reason, rule.floor, verdict)
