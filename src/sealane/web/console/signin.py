"""Sign-in: a one-time link becomes a session, by a button, so that what merely looks at the link cannot spend it.

GET  /console/signin?token=si_...   a page with one button; spends nothing
POST /console/signin                spends the token, sets the cookie, goes on to the console
POST /console/signout               ends the session
POST /console/links                 a new link, for the operator's API key
"""

import secrets
import shlex
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sealane.model.errors import NotAuthenticated, NotPermitted, SealaneError, TooLarge
from sealane.model.ids import new_id
from sealane.web import sessions
from sealane.web.auth import OPERATOR_FILE, KeyBook
from sealane.web.console import presentation
from sealane.web.console.gate import COOKIE, SIGN_IN, cookie_of
from sealane.web.problems import problem_of

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["routes"]

HOME = "/console"
_FORM_COOKIE = "sealane_form"
_LARGEST = 4096


class SignIn(msgspec.Struct, frozen=True):
    """What the sign-in page needs: whether the visitor is signed in already, and where a new link comes from."""

    signed_in: bool
    link_minutes: int
    new_link: str
    message: str | None = None


def _show(request: Request) -> Response:
    return _form(request)


def _twin(request: Request) -> Response:
    return presentation.json(_state(request))


async def _enter(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    try:
        form = await _fields(request)
        sessions.check_csrf(request.cookies.get(_FORM_COOKIE, ""), form.get("csrf", ""))
        secret = form.get("token", "").strip()
        cookie = await lane.rooms.database.run_async(lambda tx: sessions.open_session(tx, secret))
    except SealaneError as refusal:
        return _form(request, refusal)
    response = RedirectResponse(_inside(form.get("next", "")), 303, presentation.GUARDS)
    response.delete_cookie(_FORM_COOKIE, path=SIGN_IN)
    _set_cookie(response, request, COOKIE, cookie, path="/", seconds=sessions.SESSION_SECONDS)
    return response


def _link(request: Request) -> Response:
    """Answer a new link to whoever holds the operator's key."""
    lane: Sealane = request.app.state.lane
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    party = KeyBook(lane).holder(key.strip()) if scheme.lower() == "bearer" else None
    if party is None or not party.has("operator"):
        problem = problem_of(NotAuthenticated("Only the operator's key opens the console."), new_id("req"))
        return presentation.json(problem, 401, media_type="application/problem+json")
    address = f"{_reached(request)}{SIGN_IN}?token={lane.rooms.database.run(sessions.issue_link)}"
    return presentation.json({"link": address, "minutes": sessions.LINK_SECONDS // 60}, 201)


async def _leave(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    cookie = cookie_of(request)
    try:
        form = await _fields(request)
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


def _form(request: Request, refusal: SealaneError | None = None) -> Response:
    """Return the sign-in page; its own cookie must come back with its form."""
    csrf = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(24)
    response = presentation.html(
        "signin.html",
        refusal.status if refusal else 200,
        view=_state(request, refusal),
        csrf=csrf,
        token="" if refusal else request.query_params.get("token", ""),
        next=_inside(request.query_params.get("next", "")),
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
        new_link=_command(_reached(request)),
        message=f"{refusal.detail} {refusal.advice}" if refusal else None,
    )


def _reached(request: Request) -> str:
    """Return the address people reach this server under."""
    lane: Sealane = request.app.state.lane
    return lane.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")


def _command(reached: str) -> str:
    """Return the command that asks for a new link; the key goes through a pipe, so that no process list shows it."""
    header = f"""printf 'Authorization: Bearer %s' "$(cat DIR/{OPERATOR_FILE})\""""
    return f"{header} | curl -s -X POST -H @- {shlex.quote(f'{reached}/console/links')}"


async def _fields(request: Request) -> dict[str, str]:
    """Return the fields of a form sent by one of our pages.

    Raises:
        NotPermitted: when the browser says that another site sent it.
        TooLarge: when it is longer than any form here.
        NotAuthenticated: when it is not UTF-8.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotPermitted("This form was sent by another site.", remedy="Open the console and send it from there.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise TooLarge("The form is longer than any form of the console.")
    try:
        return {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=16).items()}
    except ValueError:
        raise NotAuthenticated("The form is not readable.", remedy="Open the link again.") from None


def _inside(wanted: str) -> str:
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
        secure=_reached(request).startswith("https:"),
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
