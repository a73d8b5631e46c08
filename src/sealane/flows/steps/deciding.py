"""Assess and record: the two steps that every stage shares."""

import msgspec

from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros
from sealane.model.decision import Decision, Stage
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.risk import Question, Signals, assess
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction

__all__ = ["decide"]

_encode = msgspec.json.Encoder().encode


def decide(rooms: Rooms, stage: Stage, order: Order, signals: Signals, tx: Transaction) -> tuple[Decision, str]:
    """Answer the stage's question from its signals; return the decision and the id of its log entry."""
    question = Question(
        stage=stage,
        order_id=order.order_id,
        decision_id=new_id("dec"),
        case_id=new_id("case"),
        decided_at=from_micros(tx.now_us),
    )
    decision = assess(question, signals, rooms.risk.policy)
    proof = rooms.risk.record(tx, question, signals, decision)
    entry_id = rooms.log.append(tx, "order.decided", order_id=order.order_id, content=proof, fields=_fields(decision))
    orderbook.decided(tx, order.order_id, decision)
    if decision.case_id is not None:
        rooms.risk.cases.open(tx, order, decision)
    outbox.add(tx, "order.decided", order.order_id, _encode(decision))
    return decision, entry_id


def _fields(decision: Decision) -> dict[str, bytes]:
    """Return what can be shown of a decision without showing the rest of it."""
    return {
        "outcome": decision.outcome.encode(),
        "score": str(decision.score).encode(),
        "stage": decision.stage.encode(),
    }
