"""Signing in at an OpenID Connect provider: there and back, with one cookie that only this way carries.

GET  /console/signin/provider          goes to the provider
GET  /console/signin/provider/return   comes back with a code, which becomes a session
POST /console/account/provider         goes there too, so that a person on record is known by their account from then on

Whoever comes back was sent by another site, and browsers then hold the session's strict cookie back. So the answer is
a small page of ours that leads on, and no redirect.
"""

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sealane.flows.people import directory
from sealane.keys.secrets import new_secret
from sealane.model.errors import NotAuthenticated, NotFound, SealaneError
from sealane.storage.database import Transaction
from sealane.storage.people.identities import REQUEST_SECONDS, Begun
from sealane.web import sessions
from sealane.web.console import presentation, signin
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import SIGN_IN, address_of
from sealane.web.console.people import account
from sealane.web.limits import count_visit
from sealane.web.people.provider import Provider, Trip

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["routes"]

PATH = f"{SIGN_IN}/provider"
COOKIE = "sealane_trip"
_BURST_SECONDS = 3


def _leave(request: Request) -> Response:
    """Send the browser to the provider."""
    onward = signin.inside(request.query_params.get("next", ""))
    try:
        provider = _provider(request)
        trip = _begin(request, Begun(None, onward))
        response: Response = RedirectResponse(provider.address(trip), 303, presentation.GUARDS)
    except SealaneError as refusal:
        return signin.form_page(request, refusal)
    return _kept(response, request, trip)


def _return(request: Request) -> Response:
    """Let in whoever the provider says has signed in."""
    lane: Sealane = request.app.state.lane
    database = lane.rooms.database
    try:
        provider = _provider(request)
        trip = Trip(request.cookies.get(COOKIE, ""), _back(request))
        if not trip.secret:
            raise NotAuthenticated("This sign-in did not begin in this browser.", remedy="Begin again here.")
        code = provider.check_return(trip, request.query_params)
        begun = database.run(lambda tx: directory.come_back(tx, trip.secret))
        identity = provider.redeem(trip, code, lane.clock())

        def flow(tx: Transaction) -> str:
            return sessions.begin(tx, directory.admit(lane.rooms, identity, begun, tx))

        cookie = database.run(flow)
    except SealaneError as refusal:
        return signin.form_page(request, refusal)
    response = signin.entered(_onward(begun.onward, "You are signed in"), request, cookie)
    response.delete_cookie(COOKIE, path=PATH)
    return response


async def _connect(sent: Sent) -> Response:
    """Send somebody who is signed in to the provider, to be known by their account there."""
    return await asyncio.to_thread(_connected, sent)


def _connected(sent: Sent) -> Response:
    provider = _provider(sent.request)
    trip = _begin(sent.request, Begun(sent.session.person.person_id, account.PATH))
    return _kept(_onward(provider.address(trip), f"Going to {provider.name}"), sent.request, trip)


def _begin(request: Request, begun: Begun) -> Trip:
    lane: Sealane = request.app.state.lane
    trip = Trip(new_secret("tr"), _back(request))
    lane.rooms.database.run(lambda tx: directory.begin(tx, trip.secret, begun))
    return trip


def _provider(request: Request) -> Provider:
    """Return the provider, having counted the call.

    Raises:
        NotFound: when there is none.
        RateLimited: when this address asks too often.
    """
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("People do not sign in through a provider here.")
    count_visit(request, "provider", _BURST_SECONDS)
    return provider


def _back(request: Request) -> str:
    return f"{address_of(request)}{PATH}/return"


def _kept(response: Response, request: Request, trip: Trip) -> Response:
    """Let the browser keep the trip's secret, for its way back only; `lax`, because another site sends it back."""
    response.set_cookie(
        COOKIE,
        trip.secret,
        max_age=REQUEST_SECONDS,
        path=PATH,
        secure=address_of(request).startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


def _onward(address: str, title: str) -> Response:
    return presentation.html("people/onward.html", address=address, title=title)


routes = [
    Route(PATH, _leave, methods=["GET"]),
    Route(f"{PATH}/return", _return, methods=["GET"]),
    action(f"{account.PATH}/provider", _connect, showing("people/account.html", account.read, account.PATH)),
]
