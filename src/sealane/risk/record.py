"""The decision record: everything that made a decision, in canonical bytes that the log can prove.

It holds no personal value and no link: the question, the signal values, what they contributed, which rules hit or
could not be judged, and the hashes of the texts and the model that ruled. The salt keeps a published hash of it from
being guessed back. MessagePack with the members in the order below; equal records are equal bytes. A member that came
later is left out while it is empty, so that older records keep their bytes.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from sealane.model.decision import Decision, Outcome, Stage
from sealane.risk.assess import DEGRADED, Question, Signals, assess
from sealane.risk.policy import Hashes, RiskPolicy

__all__ = ["DecisionRecord", "decide_again", "decision_of", "encode", "read", "write"]


class DecisionRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decision; `signals` stand in the order of the catalogue's signals of the stage, `seq` names the fact."""

    format: str
    salt: bytes
    stage: Stage
    order_id: str
    decision_id: str
    case_id: str | None
    decided_at: datetime
    seq: int
    is_degraded: bool
    hashes: Hashes
    signals: tuple[Any, ...]
    contributions: tuple[tuple[str, float], ...]
    rules: tuple[str, ...]
    unjudged: tuple[str, ...]
    score: float
    outcome: Outcome
    shadow: tuple[str, ...] = ()
    """Rules that hit and did not count: in the shadow, snoozed, or beyond their share of the orders."""


_FORMAT = "sealane-decision-1"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(DecisionRecord)


def write(question: Question, signals: Signals, decision: Decision, policy: RiskPolicy, salt: bytes) -> DecisionRecord:
    """Return the record of a decision that `assess` just made from these arguments."""
    hits, unjudged = policy.stages[question.stage].judge(signals.values)
    return DecisionRecord(
        _FORMAT,
        salt,
        question.stage,
        question.order_id,
        question.decision_id,
        decision.case_id,
        question.decided_at,
        signals.seq,
        signals.is_degraded,
        policy.hashes,
        signals.values,
        tuple([(reason.code, reason.weight) for reason in decision.reasons]),
        decision.rules,
        tuple([policy.codes[number] for number in unjudged]),
        decision.score,
        decision.outcome,
        tuple([policy.codes[number] for number in hits if policy.codes[number] not in decision.rules]),
    )


def encode(record: DecisionRecord) -> bytes:
    """Return the record's canonical bytes."""
    return _encoder.encode(record)


def read(body: bytes) -> DecisionRecord:
    """Return the record from its bytes.

    Raises:
        msgspec.DecodeError: when the bytes are no record.
    """
    return _decoder.decode(body)


def decision_of(record: DecisionRecord, policy: RiskPolicy) -> Decision:
    """Return the decision as it was given; the policy of that time lends the reasons their sentences."""
    known = {DEGRADED.code: DEGRADED}
    reasons = tuple(replace(policy.reason(code) or known[code], weight=weight) for code, weight in record.contributions)
    return Decision(
        record.decision_id,
        record.order_id,
        record.stage,
        record.outcome,
        record.score,
        reasons,
        record.rules,
        policy.judge_of(record.stage),
        policy.version,
        record.case_id,
        record.decided_at,
        record.is_degraded,
    )


def decide_again(record: DecisionRecord, policy: RiskPolicy) -> DecisionRecord:
    """Return the record that the same question, signals and policy give today."""
    question = Question(record.stage, record.order_id, record.decision_id, record.case_id, record.decided_at)
    signals = Signals(record.stage, record.signals, record.seq, record.is_degraded)
    return write(question, signals, assess(question, signals, policy), policy, record.salt)
