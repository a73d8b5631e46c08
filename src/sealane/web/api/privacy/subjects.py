"""Subjects: who saw which field of a shopper's data, and the shopper's own copy of all of it."""

import asyncio
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from sealane.disclosure import FieldGiven, Released, jwk_of
from sealane.flows.privacy.access import export, orders_of
from sealane.model.errors import NotFound
from sealane.storage.database import Transaction
from sealane.storage.rows.paging import Page, decode_cursor, encode_cursor
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "DisclosurePage", "DisclosureView", "view_of"]

_sorted = msgspec.json.Encoder(order="sorted").encode


class DisclosureView(msgspec.Struct, frozen=True):
    """One release: to whom, which fields in which form and why; never what they held."""

    disclosure_id: str
    order_id: str
    consignment_id: str | None
    party_id: str
    party: str
    purpose: str
    leg: str | None
    fields: tuple[FieldGiven, ...]
    released_at: str
    log_entry: str
    receipt: str


class DisclosurePage(msgspec.Struct, frozen=True):
    """Releases, the latest first, and where the next page begins."""

    items: tuple[DisclosureView, ...]
    next_cursor: str | None


class DisclosureQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many, and from where on."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: str | UnsetType = UNSET


class CanaryAnswer(msgspec.Struct, frozen=True):
    """A shopper who does not exist, from now on."""

    subject_id: str
    is_canary: bool


_query = msgspec.json.Decoder(DisclosureQuery)


async def list_disclosures(visit: Visit) -> Reply:
    """Answer a page of a shopper's disclosures."""
    subject_id, query = visit.named("subject_id", "sub"), visit.query(_query)
    before = decode_cursor(query.cursor, tuple[int, str]) if query.cursor else None
    rooms = visit.lane.rooms
    with rooms.database.reader() as conn:
        orders_of(rooms, conn, visit.party, subject_id)
        found = rooms.disclosure.of_subject(conn, subject_id, limit=query.limit + 1, before=before)
    items = tuple(view_of(each) for _, each in found[: query.limit])
    cursor = encode_cursor(found[query.limit - 1][0]) if len(found) > query.limit else None
    page = Page(items, cursor)
    return json_reply(DisclosurePage(page.items, page.next_cursor))


async def export_subject(visit: Visit) -> Reply:
    """Answer everything held about a shopper, signed."""
    subject_id, rooms = visit.named("subject_id", "sub"), visit.lane.rooms

    def flow(tx: Transaction) -> dict[str, Any]:
        return export(rooms, visit.party, subject_id, tx)

    package = await rooms.database.run_async(flow)
    package |= {"receipt_key": jwk_of(rooms.disclosure.receipt_key), "log_key": rooms.log.public_key()}
    hashed = sha256(_sorted(package)).hexdigest()
    signature = await asyncio.to_thread(rooms.disclosure.sign_package, subject_id, hashed)
    return json_reply(package | {"sha256": hashed, "signature": signature})


async def mark_canary(visit: Visit) -> Reply:
    """Mark a made-up shopper as a canary."""
    subject_id, rooms = visit.named("subject_id", "sub"), visit.lane.rooms

    def flow(tx: Transaction) -> None:
        with rooms.database.reader() as conn:
            rooms.disclosure.orders(conn, subject_id)
        rooms.disclosure.mark_canary(tx, subject_id)

    await rooms.database.run_async(flow)
    return json_reply(CanaryAnswer(subject_id, is_canary=True))


async def read_receipt_key(visit: Visit) -> Reply:
    """Answer the key that receipts are checked with."""
    return json_reply(jwk_of(visit.lane.rooms.disclosure.receipt_key))


def view_of(released: Released) -> DisclosureView:
    """Return a release as callers see it."""
    found = released.statement
    return DisclosureView(
        disclosure_id=found.disclosure_id,
        order_id=found.order_id,
        consignment_id=found.consignment_id,
        party_id=found.party_id,
        party=found.party_name,
        purpose=found.purpose,
        leg=found.leg,
        fields=found.fields,
        released_at=found.released_at,
        log_entry=released.log_entry,
        receipt=released.receipt,
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/subjects/{subject_id}/disclosures",
        action=list_disclosures,
        summary="List who saw which field of a shopper's data, when and why",
        tag="privacy",
        roles=("merchant", "operator"),
        query=DisclosureQuery,
        answers={200: DisclosurePage},
    ),
    Route(
        method="GET",
        path="/v1/subjects/{subject_id}/export",
        action=export_subject,
        summary="Read everything held about a shopper, with everyone who saw it, as a signed package",
        tag="privacy",
        roles=("merchant", "operator"),
        answers={200: None},
    ),
    Route(
        method="POST",
        path="/v1/subjects/{subject_id}/canary",
        action=mark_canary,
        summary="Mark a made-up shopper, so that revealing their data raises an incident",
        tag="privacy",
        roles=("operator",),
        answers={200: CanaryAnswer},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/receipts/key",
        action=read_receipt_key,
        summary="Read the key that disclosure receipts are checked with, as JWK",
        tag="privacy",
        roles=PUBLIC,
        answers={200: None},
    ),
)
