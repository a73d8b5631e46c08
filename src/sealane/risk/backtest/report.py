"""The report of a backtest: each rule, each stage, the shoppers, and the ratio that Visa watches.

The VAMP ratio (Visa Acquirer Monitoring Program, from 2025) is card-not-present frauds and disputes over settled card
payments, in number. Before: as it was. After: without what the policy declines, and as if reviews found what they see.
"""

from collections import Counter, defaultdict
from typing import Any

import msgspec
import numpy as np

from sealane.model.decision import STAGES, Stage
from sealane.risk.backtest.bounds import Bounded, Interval, bootstrap, share
from sealane.risk.backtest.judging import Fates, Judgement, Traits

__all__ = ["BacktestReport", "RuleReport", "StageResult", "report"]

Column = np.ndarray[Any, np.dtype[Any]]
DAY_US = 86_400_000_000


class RuleReport(msgspec.Struct, frozen=True):
    """One rule: the orders it hits, those that nothing else stops, and how many were frauds."""

    code: str
    hits: int
    unique_hits: int
    frauds: int
    unknown: int
    precision: Bounded
    recall: Bounded
    stopped_eur: float


class StageResult(msgspec.Struct, frozen=True):
    """One stage: orders by outcome, and of those not approved the share of frauds; reviews a day."""

    stage: Stage
    orders: int
    outcomes: dict[str, int]
    precision: Bounded
    recall: Interval
    reviews_a_day: float


class BacktestReport(msgspec.Struct, frozen=True):
    """Everything; `good_shoppers_stopped` is the share of shoppers with genuine orders alone who met more than yes."""

    orders: int
    frauds: int
    unknown: int
    engine: str
    ruleset: str
    model: str
    stages: tuple[StageResult, ...]
    rules: tuple[RuleReport, ...]
    good_shoppers_stopped: Interval
    vamp_before: float | None
    vamp_after: Interval


class _Past(msgspec.Struct, frozen=True):
    """Orders as numbered rows: their shopper, value, fate."""

    place: dict[str, int]
    shoppers: Column
    euro: Column
    fraud: Column
    unknown: Column
    settled: Column


def report(
    judgements: list[Judgement], traits: dict[str, Traits], fates: Fates, codes: list[str], days: float
) -> dict[str, Any]:
    """Return the parts of the report that do not name the policy."""
    past = _past(traits, fates)
    hit_by = defaultdict[str, set[str]](set)
    for each in judgements:
        if each.rules:
            hit_by[each.order_id].update(each.rules)
    hits, alone = defaultdict[str, set[str]](set), Counter[str]()
    for order, found in hit_by.items():
        for code in found:
            hits[code].add(order)
        alone.update(found if len(found) == 1 else ())
    rules = [_rule(code, hits[code], alone[code], past) for code in codes]
    return {
        "orders": len(traits),
        "frauds": int(past.fraud.sum()),
        "unknown": int(past.unknown.sum()),
        "stages": tuple(_stage(stage, judgements, past, days) for stage in STAGES),
        "rules": tuple(rule for rule in rules if rule.hits),
        "good_shoppers_stopped": _good(judgements, past),
        **_vamp(judgements, past),
    }


def _past(traits: dict[str, Traits], fates: Fates) -> _Past:
    """Return the orders as columns."""
    numbers: dict[str, int] = {}
    shoppers = [numbers.setdefault(each.shopper, len(numbers)) for each in traits.values()]
    fate = [fates[order] for order in traits]
    return _Past(
        {order: place for place, order in enumerate(traits)},
        np.array(shoppers, dtype=np.int64),
        np.array([each.cents / 100 for each in traits.values()]),
        np.array([each == "fraud" for each in fate]),
        np.array([each == "unknown" for each in fate]),
        np.array([each.is_settled and each.is_card for each in traits.values()]),
    )


def _mask(orders: set[str], past: _Past) -> Column:
    """Return which rows these orders are."""
    mask = np.zeros(len(past.place), dtype=bool)
    mask[[past.place[order] for order in orders]] = True
    return mask


def _rule(code: str, hit: set[str], alone: int, past: _Past) -> RuleReport:
    """Return one rule's report: the orders that it hits, and how many nothing else does."""
    mask = _mask(hit, past)
    frauds, unknown = int((mask & past.fraud).sum()), int((mask & past.unknown).sum())
    total, doubt = int(past.fraud.sum()), int(past.unknown.sum())
    return RuleReport(
        code,
        len(hit),
        alone,
        frauds,
        unknown,
        Bounded(share(frauds, len(hit)), share(frauds + unknown, len(hit))),
        Bounded(share(frauds, total), share(frauds + unknown, total + doubt)),
        float(past.euro[mask & past.fraud].sum()),
    )


def _stage(stage: Stage, judgements: list[Judgement], past: _Past, days: float) -> StageResult:
    """Return one stage's result."""
    mine = [each for each in judgements if each.stage == stage]
    here = _mask({each.order_id for each in mine}, past)
    stopped = _mask({each.order_id for each in mine if each.outcome != "approve"}, past)
    outcomes = Counter(each.outcome for each in mine)
    frauds, unknown = (stopped & past.fraud).sum(), (stopped & past.unknown).sum()
    found = here & past.fraud
    recall = bootstrap(
        past.shoppers, lambda weights: share(float((weights * (stopped & found)).sum()), float((weights * found).sum()))
    )
    return StageResult(
        stage,
        int(here.sum()),
        {outcome: outcomes.get(outcome, 0) for outcome in ("approve", "challenge", "review", "decline")},
        Bounded(share(float(frauds), float(stopped.sum())), share(float(frauds + unknown), float(stopped.sum()))),
        recall,
        outcomes.get("review", 0) / max(days, 1.0),
    )


def _good(judgements: list[Judgement], past: _Past) -> Interval:
    """Return the share of good shoppers who were stopped anywhere."""
    stopped = _mask({each.order_id for each in judgements if each.outcome != "approve"}, past)
    by_shopper: dict[int, list[bool]] = defaultdict(lambda: [True, False])
    rows = zip(past.shoppers.tolist(), (past.fraud | past.unknown).tolist(), stopped.tolist(), strict=True)
    for shopper, is_doubtful, is_stopped in rows:
        known = by_shopper[shopper]
        known[0] &= not is_doubtful
        known[1] |= is_stopped
    good = np.array([is_stopped for is_good, is_stopped in by_shopper.values() if is_good], dtype=float)
    return bootstrap(np.arange(len(good)), lambda weights: share(float((weights * good).sum()), float(weights.sum())))


def _vamp(judgements: list[Judgement], past: _Past) -> dict[str, Any]:
    """Return the ratio before and after."""
    caught = _mask({each.order_id for each in judgements if each.outcome in {"review", "decline"}}, past)
    declined = _mask({each.order_id for each in judgements if each.outcome == "decline"}, past)
    bad, kept = past.settled & past.fraud, past.settled & ~declined & ~(caught & past.fraud)
    before = share(float(bad.sum()), float(past.settled.sum()))
    after = bootstrap(
        past.shoppers, lambda weights: share(float((weights * (bad & kept)).sum()), float((weights * kept).sum()))
    )
    return {"vamp_before": before, "vamp_after": after}
