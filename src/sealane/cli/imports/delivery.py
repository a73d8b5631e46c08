"""Sending the planned items in their order, a few hundred at a time, keeping the position after each durable part."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from sealane.app import Sealane
from sealane.cli.imports.journal import Journal
from sealane.cli.imports.plan import Item, Plan, Refusal
from sealane.cli.imports.tally import Sent, Tally
from sealane.flows.reception import Call, receive_event, receive_order
from sealane.model.decoding import decode_event, decode_order
from sealane.model.errors import DependencyUnavailable, InvalidInput, SealaneError
from sealane.model.party import Party
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer

__all__ = ["PART", "FolderSender", "Sender", "deliver", "flow_of", "refusal_of"]

PART = 512
"""Items sent before the position is kept again; they share few commits."""


class Sender(Protocol):
    """Takes items to the flows, in the process or over HTTP."""

    async def send(self, items: Sequence[Item]) -> list[Sent]:
        """Return what became of each item, once it is durable.

        Raises:
            DependencyUnavailable: when the store or the server is not there; nothing after the last answer was stored.
        """


class _Reason(msgspec.Struct):
    code: str


class _Decided(msgspec.Struct):
    stage: str
    outcome: str
    score: float
    reasons: tuple[_Reason, ...]


class _Answered(msgspec.Struct):
    decision: _Decided | None = None


_read_answer = msgspec.json.Decoder(_Answered).decode


async def deliver(
    plan: Plan, sender: Sender, journal: Journal, *, heed: Callable[[Item, Sent], None], tick: Callable[[Tally], None]
) -> Tally:
    """Send what is left of the plan and return the whole count; stopped at any point, it goes on from the last part.

    `heed` is told of each answer, `tick` of the count after each part.

    Raises:
        DependencyUnavailable: when the store or the server went away; the position is kept.
    """
    tally = journal.load()
    while tally.position < len(plan.items):
        part = plan.items[tally.position : tally.position + PART]
        for item, sent in zip(part, await sender.send(part), strict=True):
            tally.add(item, sent)
            heed(item, sent)
        journal.save(tally)
        tick(tally)
    journal.clear()
    return tally


class FolderSender:
    """Runs the flows of an open data folder."""

    def __init__(self, lane: Sealane, merchant: Party) -> None:
        self._lane = lane
        self._merchant = merchant

    async def send(self, items: Sequence[Item]) -> list[Sent]:
        """Submit the items one after another and await them all; the writer commits them together.

        Raises:
            DependencyUnavailable: when the disk fails; nothing after the last answer was stored.
        """
        answers = await asyncio.gather(*map(self._take, items), return_exceptions=True)
        return [_sent(item, answer) for item, answer in zip(items, answers, strict=True)]

    async def _take(self, item: Item) -> Answer:
        flow = flow_of(self._lane, self._merchant, item.body, is_event=item.is_event)
        return await self._lane.rooms.database.run_async(flow)


def flow_of(lane: Sealane, party: Party, body: bytes, *, is_event: bool) -> Callable[[Transaction], Answer]:
    """Return the flow that takes one body of the wire as this party.

    Raises:
        InvalidInput: when the body is not valid.
    """
    call, rooms = Call(party, body), lane.rooms
    if is_event:
        event = decode_event(body)
        return lambda tx: receive_event(rooms, call, event, tx)
    order = decode_order(body)
    return lambda tx: receive_order(rooms, call, order, tx)


def _sent(item: Item, answer: Answer | BaseException) -> Sent:
    if isinstance(answer, DependencyUnavailable) or not isinstance(answer, Answer | SealaneError):
        raise answer
    if isinstance(answer, SealaneError):
        return Sent("refused", refusal=refusal_of(item, answer))
    status = "known" if answer.replayed else "taken"
    decision = _read_answer(answer.body).decision
    if decision is None:
        return Sent(status)
    reasons = tuple(reason.code for reason in decision.reasons)
    return Sent(status, stage=decision.stage, outcome=decision.outcome, score=decision.score, reasons=reasons)


def refusal_of(item: Item, error: SealaneError) -> Refusal:
    """Return why the item was refused."""
    if isinstance(error, InvalidInput):
        return Refusal.of(item.line, error)
    return Refusal(item.line, error.code, "", error.detail)
