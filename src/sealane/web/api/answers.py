"""What the creating routes share: an answer told as new or as given before."""

import msgspec

from sealane.model.decision import Outcome, Stage
from sealane.storage.idempotency import Answer
from sealane.web.replies import Reply
from sealane.web.visit import Visit

__all__ = ["REPLAYED", "answer_of"]

REPLAYED = ((b"idempotency-replayed", b"true"),)


class _Made(msgspec.Struct):
    stage: Stage
    outcome: Outcome


class _Result(msgspec.Struct):
    decision: _Made | None = None


_result = msgspec.json.Decoder(_Result)


def answer_of(visit: Visit, answer: Answer) -> Reply:
    """Return the stored bytes as a reply; a decision is counted when it was made just now."""
    if answer.replayed:
        return Reply(201, answer.body, headers=REPLAYED)
    made = _result.decode(answer.body).decision
    if made is not None:
        visit.metrics.decisions.record(made.stage, made.outcome)
    return Reply(201, answer.body)
