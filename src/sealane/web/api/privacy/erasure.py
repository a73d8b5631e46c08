"""Erasure: a subject's data go for good, unless a law forbids it; the receipt can be read again at any time."""

from datetime import datetime

import msgspec

from sealane.flows.erase import erase
from sealane.model.clock import from_micros
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import Erased, LegalHold, NotFound
from sealane.storage.database import Transaction
from sealane.vault.erasure.holds import Hold, HoldRequest, hold_decoder, lift_hold, list_holds, set_hold
from sealane.vault.erasure.receipt import Receipt
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "HoldList", "HoldView"]


class HoldView(msgspec.Struct, frozen=True):
    """A hold; `lifted_at` is null while it stands."""

    hold_id: str
    subject_id: str
    record_id: str | None
    law: str
    reason: str
    until: datetime | None
    set_at: datetime
    lifted_at: datetime | None


class HoldList(msgspec.Struct, frozen=True):
    """Every hold that was ever set on a subject, oldest first."""

    items: tuple[HoldView, ...]
    next_cursor: str | None = None


async def erase_subject(visit: Visit) -> Reply:
    """Erase a subject and answer the receipt; one that was erased before is answered with the same receipt."""
    subject_id = _own_subject(visit)
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> bytes:
        with rooms.database.reader() as connection:
            known = rooms.vault.receipt(connection, subject_id)
        return known or msgspec.json.encode(erase(rooms, subject_id, tx))

    return Reply(200, await rooms.database.run_async(flow))


async def read_receipt(visit: Visit) -> Reply:
    """Answer the receipt of an erasure."""
    subject_id = _own_subject(visit)
    with visit.lane.rooms.database.reader() as connection:
        receipt = visit.lane.rooms.vault.receipt(connection, subject_id)
    if receipt is None:
        raise NotFound("This subject was not erased.")
    return Reply(200, receipt)


async def add_hold(visit: Visit) -> Reply:
    """Forbid to erase a subject."""
    subject_id = visit.named("subject_id", "sub")
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    asked = decode(hold_decoder, body)
    made = await visit.lane.rooms.database.run_async(lambda tx: set_hold(tx, subject_id, asked))
    return json_reply(_view(made), 201)


async def read_holds(visit: Visit) -> Reply:
    """Answer the holds on a subject."""
    subject_id = _own_subject(visit)
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(HoldList(tuple(map(_view, list_holds(connection, subject_id)))))


async def remove_hold(visit: Visit) -> Reply:
    """Lift a hold."""
    hold_id = visit.named("hold_id", "hld")
    return json_reply(_view(await visit.lane.rooms.database.run_async(lambda tx: lift_hold(tx, hold_id))))


def _own_subject(visit: Visit) -> str:
    """Return the subject in the path, which the caller may see: a merchant its own, the operator any.

    Raises:
        NotFound: when there is none, or it is another's; both look the same.
    """
    subject_id = visit.named("subject_id", "sub")
    with visit.lane.rooms.database.reader() as connection:
        owner = visit.lane.rooms.vault.owner(connection, subject_id)
    if not (visit.party.has("operator") or owner == visit.party.party_id):
        raise NotFound("There is no such subject.")
    return subject_id


def _view(hold: Hold) -> HoldView:
    return HoldView(
        hold.hold_id,
        hold.subject_id,
        hold.record_id,
        hold.law,
        hold.reason,
        None if hold.until_us is None else from_micros(hold.until_us),
        from_micros(hold.set_us),
        None if hold.lifted_us is None else from_micros(hold.lifted_us),
    )


ROUTES = (
    Route(
        method="POST",
        path="/v1/subjects/{subject_id}/erasure",
        action=erase_subject,
        summary="Erase a subject for good and get the signed receipt",
        tag="subjects",
        roles=("merchant", "operator"),
        answers={200: Receipt},
        refusals=(LegalHold, Erased),
    ),
    Route(
        method="GET",
        path="/v1/subjects/{subject_id}/erasure",
        action=read_receipt,
        summary="Read the receipt of an erasure",
        tag="subjects",
        roles=("merchant", "operator"),
        answers={200: Receipt},
    ),
    Route(
        method="POST",
        path="/v1/subjects/{subject_id}/holds",
        action=add_hold,
        summary="Forbid to erase a subject, naming the law",
        tag="subjects",
        roles=("operator",),
        request=HoldRequest,
        answers={201: HoldView},
    ),
    Route(
        method="GET",
        path="/v1/subjects/{subject_id}/holds",
        action=read_holds,
        summary="List the holds on a subject",
        tag="subjects",
        roles=("merchant", "operator"),
        answers={200: HoldList},
    ),
    Route(
        method="DELETE",
        path="/v1/holds/{hold_id}",
        action=remove_hold,
        summary="Lift a hold",
        tag="subjects",
        roles=("operator",),
        answers={200: HoldView},
    ),
)
