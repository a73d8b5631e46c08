"""The rerun: this server's own last decisions, made again under other rules, and which answers would change.

    records = latest(conn, 2_000)
    found = rerun(records, book.prepare(text), truths)

It reads the signals as they were when each decision was made, so it needs no history and no time. What a stricter rule
would have stopped is judged by what became known since; of orders that were stopped nobody will ever know.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from sealane.model.decision import Outcome, Stage
from sealane.risk import record, store
from sealane.risk.policy import OUTCOMES, RiskPolicy
from sealane.risk.record import DecisionRecord

__all__ = ["Change", "Rerun", "RuleTally", "StageRerun", "Tally", "Truth", "latest", "rerun", "tally"]

EXAMPLES = 20
Truth = Literal["fraud", "genuine"]
Truths = Mapping[str, Truth]
"""What became known, by order."""


class Tally(msgspec.Struct, frozen=True):
    """Decisions, how many of their orders turned out fraud or genuine, and the fraud in euro cents."""

    decisions: int = 0
    frauds: int = 0
    genuine: int = 0
    fraud_cents: int = 0

    def plus(self, truth: Truth | None, cents: int) -> "Tally":
        """Return the tally with one more decision."""
        is_fraud = truth == "fraud"
        return Tally(
            self.decisions + 1,
            self.frauds + is_fraud,
            self.genuine + (truth == "genuine"),
            self.fraud_cents + (cents if is_fraud else 0),
        )


class RuleTally(msgspec.Struct, frozen=True):
    """How often one rule held: counting, and noted without counting."""

    code: str
    hits: Tally
    shadow: Tally


class StageRerun(msgspec.Struct, frozen=True):
    """One stage: decisions by outcome as they were and as they would be."""

    stage: Stage
    was: dict[str, int]
    now: dict[str, int]


class Change(msgspec.Struct, frozen=True):
    """One decision that would be another."""

    decision_id: str
    order_id: str
    stage: Stage
    decided_at: datetime
    was: Outcome
    now: Outcome
    truth: Truth | None
    rules: tuple[str, ...]


class Rerun(msgspec.Struct, frozen=True):
    """What would change; `stricter` and `milder` tally the changed decisions, `examples` are the newest of them.

    `left_out` decisions were made over other signals than those of today and cannot be made again by these rules.
    """

    decisions: int
    left_out: int
    first_at: datetime | None
    last_at: datetime | None
    stages: tuple[StageRerun, ...]
    stricter: Tally
    milder: Tally
    rules: tuple[RuleTally, ...]
    examples: tuple[Change, ...]


def latest(conn: sqlite3.Connection, limit: int) -> list[DecisionRecord]:
    """Return the last decisions, newest first."""
    return [record.read(body) for body in store.latest_decision_bodies(conn, limit)]


def tally(records: Iterable[DecisionRecord], policy: RiskPolicy, truths: Truths) -> tuple[RuleTally, ...]:
    """Return how often each rule of a policy held in decisions as they were made."""
    hits: dict[str, Tally] = {}
    shadow: dict[str, Tally] = {}
    for each in records:
        truth, cents = truths.get(each.order_id), _cents(each, policy)
        for code in each.rules:
            hits[code] = hits.get(code, Tally()).plus(truth, cents)
        for code in each.shadow:
            shadow[code] = shadow.get(code, Tally()).plus(truth, cents)
    return tuple(RuleTally(code, hits.get(code, Tally()), shadow.get(code, Tally())) for code in policy.codes)


def rerun(records: Sequence[DecisionRecord], policy: RiskPolicy, truths: Truths) -> Rerun:
    """Return what would change if these rules had made these decisions, which come newest first."""
    able = [each for each in records if each.hashes.catalogue == policy.hashes.catalogue]
    again = [record.decide_again(each, policy) for each in able]
    stages: dict[Stage, tuple[dict[str, int], dict[str, int]]] = {}
    stricter = milder = Tally()
    examples: list[Change] = []
    for was, now in zip(able, again, strict=True):
        before, after = stages.setdefault(was.stage, (_none(), _none()))
        before[was.outcome] += 1
        after[now.outcome] += 1
        if was.outcome == now.outcome:
            continue
        truth, cents = truths.get(was.order_id), _cents(was, policy)
        if OUTCOMES.index(now.outcome) > OUTCOMES.index(was.outcome):
            stricter = stricter.plus(truth, cents)
        else:
            milder = milder.plus(truth, cents)
        if len(examples) < EXAMPLES:
            examples.append(_change(was, now, truth))
    return Rerun(
        decisions=len(able),
        left_out=len(records) - len(able),
        first_at=able[-1].decided_at if able else None,
        last_at=able[0].decided_at if able else None,
        stages=tuple(StageRerun(stage, *counts) for stage, counts in stages.items()),
        stricter=stricter,
        milder=milder,
        rules=tally(again, policy, truths),
        examples=tuple(examples),
    )


def _change(was: DecisionRecord, now: DecisionRecord, truth: Truth | None) -> Change:
    moved = tuple(sorted(set(was.rules) ^ set(now.rules)))
    return Change(was.decision_id, was.order_id, was.stage, was.decided_at, was.outcome, now.outcome, truth, moved)


def _cents(each: DecisionRecord, policy: RiskPolicy) -> int:
    """Return the amount of the decision's order, 0 where it is not among the signals of that time."""
    at = policy.stages[each.stage].amount_at
    if at is None or each.hashes.catalogue != policy.hashes.catalogue:
        return 0
    return each.signals[at] or 0


def _none() -> dict[str, int]:
    return dict.fromkeys(OUTCOMES, 0)
