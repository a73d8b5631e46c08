"""Waybill: a number that says nothing goes on the parcel; the address waits for the last mile at its hub."""

from typing import Annotated

import msgspec

from sealane.disclosure import Grant, WaybillRow, area_of
from sealane.disclosure.label import new_pseudonym
from sealane.flows.privacy.granting import GrantRequest, grant
from sealane.flows.privacy.holdings import Holdings
from sealane.flows.rooms import Rooms
from sealane.model.errors import NotPermitted
from sealane.model.party import Party
from sealane.storage import orderbook
from sealane.storage.database import Transaction

__all__ = ["Waybill", "WaybillRequest", "make_waybill"]

_USES = 20
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class WaybillRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/waybills`: which consignment, and which carrier delivers it."""

    consignment: Id
    party_id: Id


class Waybill(msgspec.Struct, frozen=True):
    """A waybill as it was made."""

    row: WaybillRow
    grant: Grant


def make_waybill(rooms: Rooms, caller: Party, request: WaybillRequest, tx: Transaction) -> Waybill:
    """Make a waybill whose address only this carrier can ask for, and only from the destination hub on.

    Raises:
        NotFound: when there is no such carrier, or no such consignment of the caller's.
        NotPermitted: when the party is none that the policy lets deliver.
    """
    asked = GrantRequest(
        party_id=request.party_id,
        purpose="deliver",
        consignment=request.consignment,
        leg="last-mile",
        max_uses=_USES,
        wait_for_leg=True,
    )
    issued = grant(rooms, caller, asked, tx).grant
    if not issued.fields:
        raise NotPermitted("The policy does not let this party deliver.", remedy="Name a carrier of the last mile.")
    order = orderbook.get(tx, issued.order_id)
    with rooms.database.reader() as conn:
        holdings = Holdings(rooms, conn, order, issued.consignment_id)
        postcode = holdings.read(("postcode",), "linehaul").get("postcode", "")
    area = area_of(postcode, holdings.country)
    row = WaybillRow(
        pseudonym=new_pseudonym(),
        order_id=issued.order_id,
        consignment_id=issued.consignment_id or "",
        merchant_id=issued.merchant_id,
        reference=issued.reference,
        sort_code=f"{holdings.country}-{area}" if area else holdings.country,
        created_us=tx.now_us,
    )
    rooms.disclosure.add_waybill(tx, row)
    return Waybill(row, issued)
