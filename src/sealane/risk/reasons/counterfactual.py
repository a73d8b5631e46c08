"""Counterfactuals: the smallest change of what was known that would have been approved.

Deciding is pure, so the question can be asked again with one value changed, or two. The values tried are those at which
something turns: flags the other way, and the bounds that rules and scorecard name. What is found is true by trial.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from sealane.model.decision import Stage
from sealane.risk.assess import Question, Signals, outcome_of
from sealane.risk.explain import Change, Counterfactual
from sealane.risk.policy import RiskPolicy
from sealane.risk.record import DecisionRecord
from sealane.risk.rules.parser import parse
from sealane.risk.rules.tree import Binary, Call, Choice, Junction, Listing, Literally, Name, Node, Unary
from sealane.risk.signals.declaration import Form, kind_of, micros

__all__ = ["find_counterfactuals"]

FOUND = 3
PAIRED = 24
"""Values tried in pairs at most, when no single one is enough: 276 decisions, a few milliseconds."""

_SIDES = {"joint": 0, "consignment": 1, "payment": 2}
_HOUR_US = 3_600_000_000
_DAY_HOURS = 24

Trial = tuple[int, Any]
"""The position of a signal among the stage's, and another value for it."""


def find_counterfactuals(record: DecisionRecord, policy: RiskPolicy) -> tuple[Counterfactual, ...]:
    """Return at most three changes that would have been approved, single ones before pairs; none for an approval."""
    if record.outcome == "approve" or record.is_degraded:
        return ()
    trials = list(_trials(record, policy))
    found: list[tuple[Trial, ...]] = [(trial,) for trial in trials if _is_approved(record, policy, (trial,))]
    if not found:
        pairs = combinations(trials[:PAIRED], 2)
        found = [pair for pair in pairs if pair[0][0] != pair[1][0] and _is_approved(record, policy, pair)]
    signals = policy.catalogue.by_stage[record.stage]
    return tuple(_told(record, signals, changes) for changes in _distinct(found)[:FOUND])


def _distinct(found: Sequence[tuple[Trial, ...]]) -> list[tuple[Trial, ...]]:
    """Return the first (nearest) change of each set of signals."""
    first: dict[tuple[int, ...], tuple[Trial, ...]] = {}
    for changes in found:
        first.setdefault(tuple(at for at, _ in changes), changes)
    return list(first.values())


def _is_approved(record: DecisionRecord, policy: RiskPolicy, changes: Sequence[Trial]) -> bool:
    values = list(record.signals)
    for at, value in changes:
        values[at] = value
    question = Question(record.stage, record.order_id, record.decision_id, None, record.decided_at)
    return outcome_of(question, Signals(record.stage, tuple(values), record.seq), policy)[0] == "approve"


def _trials(record: DecisionRecord, policy: RiskPolicy) -> Iterator[Trial]:
    """Yield the values worth trying, joint signals first and for each signal the nearest value first."""
    bounds = _bounds(policy, record.stage)
    signals = policy.catalogue.by_stage[record.stage]
    for at, signal in sorted(enumerate(signals), key=lambda pair: _SIDES[pair[1].side]):
        value = record.signals[at]
        if signal.name not in bounds or value is None:
            continue
        kind = kind_of(signal.unit)
        if kind == "bool":
            yield at, not value
        elif kind == "string":
            yield from ((at, other) for other in sorted(bounds[signal.name]) if other != value)
        else:
            step = 1 if kind in {"int", "duration"} else 1e-9
            tried = {near for bound in bounds[signal.name] for near in (bound - step, bound, bound + step) if near >= 0}
            yield from ((at, other) for other in sorted(tried - {value}, key=lambda other: abs(other - value)))


def _bounds(policy: RiskPolicy, stage: Stage) -> dict[str, set[Any]]:
    """Return, for each signal that rules or scorecard read, the constants it is compared with."""
    found: dict[str, set[Any]] = {}
    for rule in policy.ruleset.rules:
        if stage in rule.stages:
            _collect(parse(rule.when), found)
    for evidence in policy.scorecard.evidence:
        mine = found.setdefault(evidence.signal, set())
        for one in evidence.bin:
            values = [one.at_least, one.below, one.equals, *(one.among or ())]
            is_duration = kind_of(policy.catalogue.by_name[evidence.signal].unit) == "duration"
            mine |= {micros(each) if is_duration and isinstance(each, str) else each for each in values
                     if each is not None and not isinstance(each, bool)}  # fmt: skip
    return found


def _collect(node: Node, found: dict[str, set[Any]]) -> None:
    """Note every signal of a condition, and the constants that stand beside it."""
    if isinstance(node, Name):
        found.setdefault(node.name, set())
    elif isinstance(node, Unary):
        _collect(node.operand, found)
    elif isinstance(node, Junction | Call):
        for operand in node.operands:
            _collect(operand, found)
    elif isinstance(node, Choice):
        for branch in (node.condition, node.yes, node.no):
            _collect(branch, found)
    elif isinstance(node, Binary):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            _collect(one, found)
            if isinstance(one, Name):
                found[one.name] |= {each.value for each in _constants(other)}


def _constants(node: Node) -> list[Literally]:
    """Return the literals of one side of a comparison; flags turn by themselves."""
    items = node.items if isinstance(node, Listing) else (node,)
    return [item for item in items if isinstance(item, Literally) and not isinstance(item.value, bool)]


def _told(record: DecisionRecord, signals: Sequence[Form], changes: Sequence[Trial]) -> Counterfactual:
    """Return the change with its sentence."""
    told = tuple(Change(signals[at].name, record.signals[at], value) for at, value in changes)
    parts = [_part(signals[at], record.signals[at], value) for at, value in changes]
    return Counterfactual(told, f"This would be approved if {' and '.join(parts)}.")


def _part(signal: Form, was: Any, now: Any) -> str:
    """Return one change in words."""
    text = signal.text[0].lower() + signal.text[1:] if signal.text[1:2].islower() else signal.text
    if isinstance(now, bool):
        return f'"{text}" {"held" if now else "did not hold"}'
    return f'"{text}" were {_value(now, signal)} instead of {_value(was, signal)}'


def _value(value: Any, signal: Form) -> str:
    """Return a value with its unit, as people write it."""
    if kind_of(signal.unit) == "duration":
        hours = value / _HOUR_US
        return f"{hours / _DAY_HOURS:.1f} days" if hours >= 2 * _DAY_HOURS else f"{hours:.1f} hours"
    if signal.unit in {"EUR cents", "mean EUR cents"}:
        return f"{value / 100:.2f} EUR"
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"{value}" if signal.unit == "code" else f"{value} {signal.unit}"
