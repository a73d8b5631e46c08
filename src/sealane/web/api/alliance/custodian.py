"""Custodian: evaluates blinded elements, and says which keys it uses and where its log pins them."""

import asyncio

import msgspec

from sealane.alliance.custodian import evaluate
from sealane.alliance.wire import EvaluateRequest, Evaluation, KeyList
from sealane.flows.trust.alliance import Admitted, admit, list_keys, with_salts
from sealane.keys.oprf import EvaluationKey
from sealane.model.decoding import decode, read_json
from sealane.model.errors import NotFound, RateLimited
from sealane.model.party import Role
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["MEMBERS", "ROUTES"]

MEMBERS: tuple[Role, ...] = ("merchant", "psp", "carrier", "platform")
_decoder = msgspec.json.Decoder(EvaluateRequest)


async def evaluate_elements(visit: Visit) -> Reply:
    """Evaluate blinded elements, within the member's quota; the work begins while the question is put on the log.

    Raises:
        RateLimited: when the quota of the day is used up.
    """
    body = await visit.body()
    read_json(body)
    request, rooms, party = decode(_decoder, body), visit.lane.rooms, visit.party
    key = rooms.alliance.custodian.key_at_hand(party.party_id, request.kind, request.epoch)
    begun = None if key is None else _begin(key, request)
    try:
        admitted = await rooms.database.run_async(lambda tx: admit(rooms, party, request, tx))
        if admitted.key is None:
            raise _quota_used_up(admitted)
        answer = await (begun or asyncio.to_thread(evaluate, admitted.key, request))
    finally:
        if begun is not None:
            begun.cancel()
    return json_reply(msgspec.structs.replace(answer, left_today=admitted.left_today))


def _begin(key: EvaluationKey, request: EvaluateRequest) -> asyncio.Task[Evaluation]:
    """Evaluate beside the admission; how it ends is of no interest once that refuses."""
    task = asyncio.create_task(asyncio.to_thread(evaluate, key, request))
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


def _quota_used_up(admitted: Admitted) -> RateLimited:
    return RateLimited(
        f"Today's quota leaves {admitted.left_today} elements.",
        remedy="Go on tomorrow (UTC); a higher quota takes the operators of both custodians.",
        retry_after_seconds=admitted.seconds_left,
    )


async def read_keys(visit: Visit) -> Reply:
    """Answer the live keys; they are made on first use."""
    rooms = visit.lane.rooms
    keys = await rooms.database.run_async(lambda tx: list_keys(rooms, tx))
    return json_reply(await asyncio.to_thread(with_salts, keys, rooms.log.salt))


ROUTES = (
    Route(
        method="POST",
        path="/v1/alliance/evaluate",
        action=evaluate_elements,
        summary="Have blinded elements evaluated under this custodian's half of the key, with a proof",
        tag="alliance",
        roles=MEMBERS,
        request=EvaluateRequest,
        answers={200: Evaluation},
        refusals=(NotFound, RateLimited),
    ),
    Route(
        method="GET",
        path="/v1/alliance/keys",
        action=read_keys,
        summary="Read this custodian's public keys and the log entries that pin them",
        tag="alliance",
        roles=PUBLIC,
        answers={200: KeyList},
        refusals=(NotFound,),
    ),
)
