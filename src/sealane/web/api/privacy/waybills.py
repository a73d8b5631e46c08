"""Waybills: an opaque number for the parcel, its label, and the address for the delivery carrier at the hub."""

from hashlib import sha256
from typing import Literal

import msgspec

from sealane.disclosure import Grant, WaybillRow
from sealane.disclosure.label import Label, draw_pdf, draw_svg
from sealane.flows.privacy.waybill import Waybill, WaybillRequest, make_waybill
from sealane.model.decoding import decode, read_json
from sealane.model.errors import Erased, GrantExpired, GrantRevoked, GrantSpent, NotFound, NotPermitted
from sealane.storage import orderbook
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer as Stored
from sealane.storage.idempotency import Slot, once
from sealane.web.api.answers import REPLAYED
from sealane.web.api.privacy.grants import RedeemAnswer, RedeemQuery, redeem_named
from sealane.web.replies import Reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "WaybillAnswer"]

_SVG, _PDF = b"image/svg+xml", b"application/pdf"
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(WaybillRequest)
_query = msgspec.json.Decoder(RedeemQuery)


class WaybillAnswer(msgspec.Struct, frozen=True):
    """A waybill: the number on the parcel, where it is sorted to, and where its label is."""

    pseudonym: str
    sort_code: str
    consignment_id: str
    party_id: str
    standing: Literal["open", "waiting"]
    label_svg: str
    label_pdf: str


async def create_waybill(visit: Visit) -> Reply:
    """Make a waybill."""
    body = await visit.body()
    read_json(body)
    request, key, rooms = decode(_decoder, body), visit.idempotency_key, visit.lane.rooms

    def work(tx: Transaction) -> bytes:
        return _encode(_answer(make_waybill(rooms, visit.party, request, tx)))

    def flow(tx: Transaction) -> Stored:
        if key is None:
            return Stored(work(tx), replayed=False)
        return once(tx, Slot(visit.party.party_id, "waybills", key), sha256(body).digest(), work)

    stored = await rooms.database.run_async(flow)
    return Reply(201, stored.body, headers=REPLAYED if stored.replayed else ())


async def read_label_svg(visit: Visit) -> Reply:
    """Answer the label as SVG."""
    return Reply(200, draw_svg(_label(visit)).encode(), _SVG)


async def read_label_pdf(visit: Visit) -> Reply:
    """Answer the label as PDF."""
    return Reply(200, draw_pdf(_label(visit)), _PDF)


async def reveal_waybill(visit: Visit) -> Reply:
    """Give the delivery carrier the address, once the parcel has reached the destination hub."""
    rooms, number = visit.lane.rooms, str(visit.scope["path_params"]["pseudonym"])
    with rooms.database.reader() as conn:
        row = rooms.disclosure.waybill(conn, number)

    def find(tx: Transaction) -> Grant:
        return rooms.disclosure.grant(tx, row.reference, by_reference=True)

    return await redeem_named(visit, find, visit.query(_query))


def _answer(made: Waybill) -> WaybillAnswer:
    row, place = made.row, f"/v1/waybills/{made.row.pseudonym}"
    return WaybillAnswer(
        pseudonym=row.pseudonym,
        sort_code=row.sort_code,
        consignment_id=row.consignment_id,
        party_id=made.grant.party_id,
        standing="waiting" if made.grant.is_waiting else "open",
        label_svg=f"{place}/label.svg",
        label_pdf=f"{place}/label.pdf",
    )


def _label(visit: Visit) -> Label:
    """Return the label of the waybill in the path.

    Raises:
        NotFound: when there is none, or it is another merchant's.
    """
    rooms = visit.lane.rooms
    with rooms.database.reader() as conn:
        row: WaybillRow = rooms.disclosure.waybill(conn, visit.scope["path_params"]["pseudonym"])
        if not visit.party.has("operator") and row.merchant_id != visit.party.party_id:
            raise NotFound("There is no waybill with this number.")
        order = orderbook.read(conn, row.order_id)
    consignment = order.consignments[order.position(row.consignment_id)]
    return Label(row.pseudonym, row.sort_code, consignment.weight_grams)


ROUTES = (
    Route(
        method="POST",
        path="/v1/waybills",
        action=create_waybill,
        summary="Make a waybill whose label carries no address",
        tag="privacy",
        roles=("merchant", "operator"),
        request=WaybillRequest,
        answers={201: WaybillAnswer},
        refusals=(NotFound, NotPermitted),
        is_repeatable=True,
    ),
    Route(
        method="GET",
        path="/v1/waybills/{pseudonym}/label.svg",
        action=read_label_svg,
        summary="Read a waybill's label as SVG, 100 by 150 mm",
        tag="privacy",
        roles=("merchant", "operator"),
        gives=_SVG,
        answers={200: None},
    ),
    Route(
        method="GET",
        path="/v1/waybills/{pseudonym}/label.pdf",
        action=read_label_pdf,
        summary="Read a waybill's label as PDF, 100 by 150 mm",
        tag="privacy",
        roles=("merchant", "operator"),
        gives=_PDF,
        answers={200: None},
    ),
    Route(
        method="POST",
        path="/v1/waybills/{pseudonym}/reveal",
        action=reveal_waybill,
        summary="Get the address of a parcel you deliver, from the destination hub on",
        tag="privacy",
        roles=(),
        query=RedeemQuery,
        answers={200: RedeemAnswer},
        refusals=(GrantExpired, GrantSpent, GrantRevoked, Erased),
        is_repeatable=True,
    ),
)
