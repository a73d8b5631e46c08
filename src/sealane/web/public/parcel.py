"""A shopper's own pages, opened by the link from the order: where the parcel is, who saw what, receipts to keep.

The token in the address is the only key, so the pages say nothing personal themselves: no name, no address, no goods.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealane.disclosure import Cell, Field, Grant, Released, jwk_of, standing_of
from sealane.flows.privacy.disclose import cells_of
from sealane.flows.privacy.granting import revoke
from sealane.model.clock import from_micros
from sealane.model.errors import InvalidInput, NotFound, TooLarge
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.storage import orderbook, parties
from sealane.storage.database import Transaction
from sealane.web.console import presentation
from sealane.web.limits import count_visit
from sealane.web.public import plain
from sealane.web.public.language import Language, of_request
from sealane.web.public.page import public, show

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["routes"]

_LARGEST = 4_096
_BURST_SECONDS = 3
# Only what is an operation's need may be stopped; what the law demands goes to a broker or an authority anyway.
_STOPPABLE = frozenset({"deliver", "collect", "claim", "dispute", "linehaul"})


class Looked(msgspec.Struct, frozen=True):
    """One release in plain words."""

    who: str
    why: str
    fields: tuple[str, ...]
    at: datetime
    basis: tuple[str, ...]
    log_entry: str


class MayLook(msgspec.Struct, frozen=True):
    """One grant that is still open, in plain words; with a reference where the shopper may stop it."""

    who: str
    why: str
    fields: tuple[str, ...]
    until: datetime
    is_waiting: bool
    reference: str | None


def _parcel(request: Request) -> Response:
    order, events = _journey(request)
    shop = _shop(request, order)
    steps = [(plain.EVENTS[each.kind], from_micros(each.occurred_us)) for each in events if each.kind in plain.EVENTS]
    return show(
        request,
        "parcel.html",
        token=_token(request),
        shop=shop,
        steps=steps[::-1],
        placed=_moment(order),
    )


def _seen(request: Request) -> Response:
    lane = _lane(request)
    order = _order(request)
    with lane.rooms.database.reader() as conn:
        released, grants = lane.rooms.disclosure.of_order(conn, order.order_id)
        now_us = lane.clock()
        open_grants = [each for each in grants if each.fields and standing_of(each, now_us) in {"open", "waiting"}]
        names = {each.party_id: parties.by_id(conn, each.party_id).name for each in open_grants}
    policy, language = lane.rooms.disclosure.policy(now_us), of_request(request)
    return show(
        request,
        "seen.html",
        token=_token(request),
        shop=_shop(request, order),
        is_erased=_is_erased(lane, order),
        looked=[_looked(each, language) for each in released],
        may_look=[
            _may_look(each, names[each.party_id], cells_of(policy, each, order), language) for each in open_grants
        ],
    )


def _receipts(request: Request) -> Response:
    lane, order = _lane(request), _order(request)
    with lane.rooms.database.reader() as conn:
        released, _ = lane.rooms.disclosure.of_order(conn, order.order_id)
    document = {
        "order_id": order.order_id,
        "receipts": [each.receipt for each in released],
        "receipt_key": jwk_of(lane.rooms.disclosure.receipt_key),
        "log_key": lane.rooms.log.public_key(),
    }
    return presentation.json(document)


def _proof(request: Request) -> Response:
    """Answer the bundle that proves one of this order's releases offline."""
    lane, order, entry_id = _lane(request), _order(request), request.path_params["entry_id"]
    with lane.rooms.database.reader() as conn:
        released, _ = lane.rooms.disclosure.of_order(conn, order.order_id)
    if all(each.log_entry != entry_id for each in released):
        raise NotFound("There is no such entry about this order.", remedy="Open the page again.")
    return Response(lane.rooms.log.prove(entry_id), 200, presentation.GUARDS, "application/json")


async def _stop(request: Request) -> Response:
    """End a grant of this order at the shopper's wish."""
    order = await asyncio.to_thread(_order, request)
    reference = await _form(request, "grant")
    rooms = _lane(request).rooms

    def flow(tx: Transaction) -> None:
        found = rooms.disclosure.grant(tx, reference, by_reference=True)
        if found.order_id != order.order_id or found.purpose not in _STOPPABLE:
            raise NotFound("There is nothing to stop here.", remedy="Open the page again.")
        revoke(rooms, found, "the shopper ended it", tx)

    await rooms.database.run_async(flow)
    return RedirectResponse(f"/p/{_token(request)}/seen?lang={of_request(request).tag}", 303)


def _looked(released: Released, language: Language) -> Looked:
    found = released.statement
    fields = tuple(plain.field(each.field, each.form, language) for each in found.fields)
    return Looked(
        who=found.party_name,
        why=language.text(plain.PURPOSES[found.purpose]),
        fields=fields if found.purpose != "access" else (language.text(plain.EVERYTHING),),
        at=datetime.fromisoformat(found.released_at),
        basis=tuple(dict.fromkeys(each.basis for each in found.fields)),
        log_entry=released.log_entry,
    )


def _may_look(grant: Grant, who: str, cells: Mapping[Field, Cell], language: Language) -> MayLook:
    return MayLook(
        who=who,
        why=language.text(plain.PURPOSES[grant.purpose]),
        fields=tuple(plain.field(name, str(cell), language) for name, cell in cells.items()),
        until=from_micros(grant.expires_us),
        is_waiting=bool(grant.is_waiting),
        reference=grant.reference if grant.purpose in _STOPPABLE else None,
    )


def _is_erased(lane: "Sealane", order: Order) -> bool:
    with lane.rooms.database.reader() as conn:
        try:
            vault, record_id = lane.rooms.vault, order.seal.record_id
            vault.reveal(conn, record_id, vault.fields(conn, record_id)[:1], purpose="supervise")
        except NotFound:
            return True
    return False


def _journey(request: Request) -> tuple[Order, list[Event]]:
    order = _order(request)
    with _lane(request).rooms.database.reader() as conn:
        return order, orderbook.events(conn, order.order_id)


def _order(request: Request) -> Order:
    """Return the order that the token opens.

    Raises:
        NotFound: when it opens none.
        RateLimited: when this address asks too often.
    """
    lane = _lane(request)
    count_visit(request, "parcel", _BURST_SECONDS)
    order_id = lane.rooms.disclosure.order_of(_token(request))
    with lane.rooms.database.reader() as conn:
        return orderbook.read(conn, order_id)


def _shop(request: Request, order: Order) -> str:
    with _lane(request).rooms.database.reader() as conn:
        return parties.by_id(conn, order.merchant_id).name


def _moment(order: Order) -> datetime:
    return from_micros(order.placed_us)


def _lane(request: Request) -> "Sealane":
    lane: Sealane = request.app.state.lane
    return lane


def _token(request: Request) -> str:
    token: str = request.path_params["token"]
    return token


async def _form(request: Request, name: str) -> str:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise TooLarge("The form is too large.", remedy="Open the page again.")
    try:
        return parse_qs(body.decode(), max_num_fields=4).get(name, [""])[0]
    except ValueError:
        raise InvalidInput("The form is not readable.", remedy="Open the page again.") from None


routes = [
    public("/p/{token}", _parcel),
    public("/p/{token}/seen", _seen),
    public("/p/{token}/seen", _stop, "POST"),
    public("/p/{token}/proofs/{entry_id}", _proof),
    public("/p/{token}/receipts.json", _receipts),
]
