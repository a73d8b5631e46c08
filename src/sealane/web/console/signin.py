"""Sign-in: a one-time link becomes a session, by a button, so that what merely looks at the link cannot spend it.

GET  /console/signin?token=si_...   a page with one button; spends nothing. Passkeys have `people.entry`.
POST /console/signin                spends the token, sets the cookie, goes on to the console
POST /console/signout               ends the session
POST /console/links                 a new link, for the operator's API key
"""

import secrets
import shlex
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sealane.model.errors import NotAuthenticated, SealaneError
from sealane.model.ids import new_id
from sealane.web import sessions
from sealane.web.auth import OPERATOR_FILE, KeyBook
from sealane.web.console import presentation
from sealane.web.console.forms.reading import read_form
from sealane.web.console.gate import COOKIE, SIGN_IN, address_of, cookie_of, provider_of
from sealane.web.problems import problem_of

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["entered", "form_page", "form_token", "inside", "routes"]

HOME = "/console"
_FORM_COOKIE = "sealane_form"


class SignIn(msgspec.Struct, frozen=True):
    """What the sign-in page needs: is the visitor in already, and where does a link or another way in come from."""

    signed_in: bool
    link_minutes: int
    new_link: str
    provider: str | None
    message: str | None = None


def _show(request: Request) -> Response:
    return form_page(request)


def _twin(request: Request) -> Response:
    return presentation.json(_state(request))


async def _enter(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    try:
        form = await read_form(request)
        sessions.check_csrf(form_token(request), form.get("csrf", ""))
        secret = form.get("token", "").strip()
        cookie = await lane.rooms.database.run_async(lambda tx: sessions.open_session(tx, secret))
    except SealaneError as refusal:
        return form_page(request, refusal)
    return entered(RedirectResponse(inside(form.get("next", "")), 303, presentation.GUARDS), request, cookie)


def entered(response: Response, request: Request, cookie: str) -> Response:
    """Let the response carry a new session, and take the sign-in form's own cookie away."""
    response.delete_cookie(_FORM_COOKIE, path=SIGN_IN)
    _set_cookie(response, request, COOKIE, cookie, path="/", seconds=sessions.SESSION_SECONDS)
    return response


def form_token(request: Request) -> str:
    """Return the token against forged requests that the sign-in form of this visitor carries; empty without one."""
    return request.cookies.get(_FORM_COOKIE, "")


def _link(request: Request) -> Response:
    """Answer a new link to whoever holds the operator's key."""
    lane: Sealane = request.app.state.lane
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    party = KeyBook(lane).holder(key.strip()) if scheme.lower() == "bearer" else None
    if party is None or not party.has("operator"):
        problem = problem_of(NotAuthenticated("Only the operator's key opens the console."), new_id("req"))
        return presentation.json(problem, 401, media_type="application/problem+json")
    address = f"{address_of(request)}{SIGN_IN}?token={lane.rooms.database.run(sessions.issue_link)}"
    return presentation.json({"link": address, "minutes": sessions.LINK_SECONDS // 60}, 201)


async def _leave(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    cookie = cookie_of(request)
    try:
        form = await read_form(request)
        with lane.rooms.database.reader() as conn:
            session = sessions.find(conn, cookie, lane.clock())
        if session is not None:
            sessions.check_csrf(session.csrf, form.get("csrf", ""))
            await lane.rooms.database.run_async(lambda tx: sessions.close(tx, cookie))
    except SealaneError as refusal:
        return presentation.html("refusal.html", refusal.status, refusal=refusal)
    response = RedirectResponse(SIGN_IN, 303, presentation.GUARDS)
    response.delete_cookie(COOKIE, path="/")
    return response


def form_page(request: Request, refusal: SealaneError | None = None) -> Response:
    """Return the sign-in page; its own cookie must come back with its form."""
    csrf = form_token(request) or secrets.token_urlsafe(24)
    response = presentation.html(
        "signin.html",
        refusal.status if refusal else 200,
        view=_state(request, refusal),
        csrf=csrf,
        token="" if refusal else request.query_params.get("token", ""),
        next=inside(request.query_params.get("next", "")),
    )
    _set_cookie(response, request, _FORM_COOKIE, csrf, path=SIGN_IN, seconds=sessions.LINK_SECONDS)
    return response


def _state(request: Request, refusal: SealaneError | None = None) -> SignIn:
    lane: Sealane = request.app.state.lane
    with lane.rooms.database.reader() as conn:
        session = sessions.find(conn, cookie_of(request), lane.clock())
    return SignIn(
        signed_in=session is not None,
        link_minutes=sessions.LINK_SECONDS // 60,
        new_link=_command(address_of(request)),
        provider=provider_of(request),
        message=f"{refusal.detail} {refusal.advice}" if refusal else None,
    )


def _command(reached: str) -> str:
    """Return the command that asks for a new link; the key goes through a pipe, so that no process list shows it."""
    header = f"""printf 'Authorization: Bearer %s' "$(cat DIR/{OPERATOR_FILE})\""""
    return f"{header} | curl -s -X POST -H @- {shlex.quote(f'{reached}/console/links')}"


def inside(wanted: str) -> str:
    """Return the wanted address if it is a page of the console, otherwise the first page; nothing leads elsewhere."""
    path = wanted.partition("?")[0]
    here = path == HOME or path.startswith(f"{HOME}/")
    return wanted if here and "\\" not in wanted and ".." not in path and path != SIGN_IN else HOME


def _set_cookie(response: Response, request: Request, name: str, value: str, *, path: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=address_of(request).startswith("https:"),
        httponly=True,
        samesite="strict",
    )


routes = [
    Route(f"{SIGN_IN}.json", _twin, methods=["GET"]),
    Route(SIGN_IN, _show, methods=["GET"]),
    Route(SIGN_IN, _enter, methods=["POST"]),
    Route("/console/signout", _leave, methods=["POST"]),
    Route("/console/links", _link, methods=["POST"]),
]
