"""Endpoints of webhooks: register one, try it out, give it a fresh secret, and see what became of each delivery.

/console/settings/endpoints                   all open endpoints, and a form for a new one
/console/settings/endpoints/hook_...          one of them; ?state=dead lists its dead letters only
"""

import asyncio
from datetime import datetime

import msgspec
from starlette.responses import Response

from sealane.flows.exchange import subscribing
from sealane.interchange import KINDS, ReceiverRow, Subscription, own_receiver
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.ids import is_id
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.web.console import presentation
from sealane.web.console.exchange.interchange import END, PAGE, DeliveryLine, line_of, name_of
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, page

__all__ = ["EndpointView", "EndpointsView", "read", "read_one", "routes"]

PATH = "/console/settings/endpoints"
ONE = f"{PATH}/{{endpoint_id}}"
SCHEMES = {
    "v1a": "Standard Webhooks, Ed25519: the receiver needs our public key only",
    "v1": "Standard Webhooks, shared secret (HMAC)",
    "rfc9421": "HTTP message signature (RFC 9421)",
}
STATES = ("waiting", "delivered", "dead")
OVERLAPS = {"0": "at once", "3600": "in an hour", "86400": "in a day", "604800": "in a week"}
"""When the older secret ends, in seconds."""


class EndpointRow(msgspec.Struct, frozen=True):
    """One open endpoint; `kinds` empty means everything is told."""

    endpoint_id: str
    party_id: str
    party: str
    url: str
    kinds: tuple[str, ...]
    scheme: str
    is_paused: bool
    is_peer: bool
    created_at: datetime
    totals: dict[str, int]


class EndpointsView(msgspec.Struct, frozen=True):
    """The list, and what a new endpoint may be."""

    items: tuple[EndpointRow, ...]
    parties: dict[str, str]
    kinds: tuple[str, ...]
    schemes: dict[str, str]


class EndpointView(msgspec.Struct, frozen=True):
    """One endpoint with its deliveries, the latest first; `state` is the one asked for."""

    endpoint: EndpointRow
    state: str | None
    deliveries: tuple[DeliveryLine, ...]
    kinds: tuple[str, ...]
    states: tuple[str, ...]
    overlaps: dict[str, str]


def read(look: Look) -> EndpointsView:
    """Return all open endpoints."""
    rows = look.lane.rooms.interchange.receivers.all(look.conn)
    names = {each.party_id: each.name for each in parties.everyone(look.conn)}
    return EndpointsView(tuple(_row(look, row) for row in rows), names, KINDS, SCHEMES)


def read_one(look: Look) -> EndpointView:
    """Return one endpoint.

    Raises:
        NotFound: when there is no such endpoint.
        InvalidInput: when there is no such state.
    """
    row = own_receiver(look.conn, _checked(look.path["endpoint_id"]), None)
    state = look.query.get("state") or None
    if state not in {None, *STATES}:
        detail = f"Use one of {', '.join(STATES)}."
        raise InvalidInput("There is no such state.", errors=(FieldError("/state", "not-allowed", detail),))
    rows = look.lane.rooms.interchange.deliveries.page(look.conn, row.endpoint_id, state=state, before=END, limit=PAGE)
    return EndpointView(_row(look, row), state, tuple(map(line_of, rows)), KINDS, STATES, OVERLAPS)


async def _add(sent: Sent) -> Response:
    """Register an endpoint and show once what its receiver verifies by."""
    rooms, party_id = sent.lane.rooms, sent.text("party")
    with rooms.database.reader() as conn:
        parties.by_id(conn, party_id)
    wanted = Subscription(sent.words("url", most=2048), tuple(sent.fields.getlist("kinds")), sent.text("scheme"))
    if wanted.scheme not in SCHEMES:
        detail = f"Use one of {', '.join(SCHEMES)}."
        raise InvalidInput(detail, errors=(FieldError("/scheme", "not-allowed", detail),))
    subscribing.check_kinds(wanted.kinds, "/kinds")
    await asyncio.to_thread(rooms.interchange.guard.check, wanted.url)
    row, shown = await sent.run(lambda tx: subscribing.register(rooms, party_id, wanted, tx))
    return _once(sent, row, shown, "The endpoint hears of everything from now on.")


async def _rotate(sent: Sent) -> Response:
    row, rooms, overlap = await _named(sent), sent.lane.rooms, sent.text("overlap")
    if overlap not in OVERLAPS:
        detail = f"Use one of {', '.join(OVERLAPS)} seconds."
        raise InvalidInput(detail, errors=(FieldError("/overlap", "not-allowed", detail),))
    shown = await sent.run(lambda tx: subscribing.rotate(rooms, row, int(overlap), tx))
    return _once(sent, row, shown, f"The older one ends {OVERLAPS[overlap]}; until then both sign.")


async def _try(sent: Sent) -> Response:
    """Send a made-up notice now and show what the receiver said."""
    row, lane = await _named(sent), sent.lane
    delivery_id, outcome = await subscribing.try_out(lane.courier, row, sent.text("kind"), lane.clock())
    return await asyncio.to_thread(_tried, sent, {"delivery_id": delivery_id, "outcome": outcome})


def _tried(sent: Sent, tested: dict[str, object]) -> Response:
    with sent.look() as look:
        view = read_one(look)
        return presentation.html("exchange/endpoint.html", view=view, session=look.session, path=PATH, tested=tested)


async def _again(sent: Sent) -> Response:
    """Send one delivery again, or all dead letters; each keeps its id, so a receiver knows it."""
    row, rooms, delivery_id = await _named(sent), sent.lane.rooms, sent.text("delivery") or None

    def flow(tx: Transaction) -> None:
        if not rooms.interchange.deliveries.revive(tx, row.endpoint_id, delivery_id):
            raise NotFound("There is nothing to send again.")
        tx.after_commit(rooms.interchange.wake_courier)

    await sent.run(flow)
    return sent.go(f"{PATH}/{row.endpoint_id}")


async def _resume(sent: Sent) -> Response:
    row, rooms = await _named(sent), sent.lane.rooms
    await sent.run(lambda tx: subscribing.let_go_on(rooms, row, tx))
    return sent.go(f"{PATH}/{row.endpoint_id}")


async def _close(sent: Sent) -> Response:
    row, rooms = await _named(sent), sent.lane.rooms
    await sent.run(lambda tx: subscribing.close(rooms, row, tx))
    return sent.go(PATH)


async def _named(sent: Sent) -> ReceiverRow:
    endpoint_id = _checked(sent.request.path_params["endpoint_id"])
    with sent.lane.rooms.database.reader() as conn:
        return own_receiver(conn, endpoint_id, None)


def _checked(endpoint_id: str) -> str:
    if not is_id(endpoint_id, "hook"):
        raise NotFound("There is no such endpoint.")
    return endpoint_id


def _once(sent: Sent, row: ReceiverRow, shown: str, told: str) -> Response:
    return presentation.html(
        "people/shown-once.html",
        session=sent.session,
        path=PATH,
        title="What the receiver verifies by",
        told=f"{told} A secret is shown once, so copy it now.",
        secret=shown,
        back=f"{PATH}/{row.endpoint_id}",
    )


def _row(look: Look, row: ReceiverRow) -> EndpointRow:
    return EndpointRow(
        endpoint_id=row.endpoint_id,
        party_id=row.party_id,
        party=name_of(look, row.party_id),
        url=row.url,
        kinds=tuple(row.kinds.split()),
        scheme=row.scheme,
        is_paused=row.paused_us is not None,
        is_peer=row.scheme not in SCHEMES,
        created_at=from_micros(row.created_us),
        totals=look.lane.rooms.interchange.deliveries.totals(look.conn, row.endpoint_id),
    )


_shown = showing("exchange/endpoints.html", read, PATH)
_shown_one = showing("exchange/endpoint.html", read_one, PATH)
routes = [
    *page(PATH, "exchange/endpoints.html", read),
    *page(ONE, "exchange/endpoint.html", read_one),
    action(PATH, _add, _shown),
    action(f"{ONE}/secret", _rotate, _shown_one),
    action(f"{ONE}/try", _try, _shown_one),
    action(f"{ONE}/redeliver", _again, _shown_one),
    action(f"{ONE}/resume", _resume, _shown_one),
    action(f"{ONE}/close", _close, _shown_one),
]
