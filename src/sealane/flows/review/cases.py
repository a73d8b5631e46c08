"""Cases closed and settled: the verdict a person gave becomes a fact that later decisions learn from."""

from contextlib import suppress

import msgspec

from sealane.flows.events import record_event
from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros
from sealane.model.decision import Decision, Outcome
from sealane.model.errors import Erased
from sealane.model.event import EventRequest
from sealane.model.party import OPERATOR
from sealane.risk.cases import Case, Judgement
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction

__all__ = ["close_case", "settle_cases"]

_OUTCOMES: dict[str, Outcome] = {"genuine": "approve", "fraud": "decline"}
_encode = msgspec.json.Encoder().encode


def close_case(rooms: Rooms, case_id: str, judgement: Judgement, tx: Transaction) -> Case:
    """Close a case, or propose its verdict where two people are needed; nothing else is told before it settles.

    Raises:
        NotFound: when there is no such case.
        CaseClaimed: when somebody else holds it.
        AlreadyDecided: when it is closed.
        Conflict: when the second person is the first.
    """
    return rooms.risk.cases.close(tx, case_id, judgement)


def settle_cases(rooms: Rooms, tx: Transaction) -> int:
    """Record the verdicts of all cases whose time to undo is over; return how many there were."""
    due = rooms.risk.cases.settle(tx)
    for case in due:
        _settle(rooms, case, tx)
    return len(due)


def _settle(rooms: Rooms, case: Case, tx: Transaction) -> None:
    """Record one verdict as an event, prove the closing on the log, and tell subscribers."""
    attributes = msgspec.Raw(_encode({"verdict": case.verdict}))
    request = EventRequest(
        id=case.case_id,
        kind="verdict.recorded",
        occurred_at=from_micros(case.closed_us or tx.now_us),
        order=case.order_id,
        attributes=attributes,
    )
    with suppress(Erased):  # The shopper is gone: no event can be sealed for them, but the case ends all the same.
        record_event(rooms, OPERATOR, request, tx)
    rooms.log.append(tx, "case.closed", order_id=case.order_id, content=msgspec.msgpack.encode(case))
    outbox.add(tx, "case.closed", case.order_id, _encode(_notice(case)))
    if case.stage == "reroute":
        rooms.disclosure.settle_move(tx, case.decision_id or "", _OUTCOMES[case.verdict or ""])
    order = orderbook.get(tx, case.order_id)
    if orderbook.standing(tx, order) == (case.stage, "review"):
        orderbook.decided(tx, case.order_id, _decided(case, tx))


def _notice(case: Case) -> dict[str, str | None]:
    """Return what subscribers hear: the verdict, and what it means for the question that was asked."""
    outcome = _OUTCOMES[case.verdict or ""]
    told = {"case_id": case.case_id, "order_id": case.order_id, "stage": case.stage, "decision_id": case.decision_id}
    return {**told, "verdict": case.verdict, "outcome": outcome}


def _decided(case: Case, tx: Transaction) -> Decision:
    """Return the person's answer in the form in which lists show answers."""
    return Decision(
        case.decision_id or "",
        case.order_id,
        case.stage if case.stage != "chargeback" else "checkout",
        _OUTCOMES[case.verdict or ""],
        case.score,
        (),
        (),
        "person",
        "",
        case.case_id,
        from_micros(tx.now_us),
    )
