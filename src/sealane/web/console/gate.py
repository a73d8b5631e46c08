"""The gate: every page asks for a session and a role first, reads what it shows in one go, and has a JSON twin.

    routes = page("/console/log", "log.html", read)    GET /console/log and GET /console/log.json

A `read` function takes a `Look` and returns a frozen record; the template gets it as `view`, the twin is the record.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sealane.model.errors import NotAuthenticated, SealaneError
from sealane.model.ids import new_id
from sealane.web import sessions
from sealane.web.console import presentation
from sealane.web.people.access import check_access
from sealane.web.problems import problem_of

if TYPE_CHECKING:
    from sealane.app import Sealane
    from sealane.web.metrics import Metrics
    from sealane.web.people.provider import Provider

__all__ = [
    "COOKIE",
    "SIGN_IN",
    "Look",
    "Read",
    "address_of",
    "as_page",
    "cookie_of",
    "download",
    "enter",
    "fragment",
    "page",
    "provider_of",
]

COOKIE = "sealane_session"
SIGN_IN = "/console/signin"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one page, by somebody who is signed in."""

    lane: "Sealane"
    metrics: "Metrics"
    conn: sqlite3.Connection
    session: sessions.Session
    query: QueryParams
    path: dict[str, str]
    now_us: int
    if_none_match: str
    provider: str | None
    """Where else people may sign in, if anywhere."""


Read = Callable[[Look], msgspec.Struct]


def page(path: str, template: str, read: Read) -> list[Route]:
    """Return the routes of a page and of its JSON twin."""

    def answer(look: Look) -> Response:
        return presentation.html(template, view=read(look), session=look.session, path=path)

    def twin(look: Look) -> Response:
        return presentation.json(read(look))

    return [
        Route(f"{path}.json", _guarded(twin, refused=_as_problem), methods=["GET"]),
        Route(path, _guarded(answer, refused=as_page), methods=["GET"]),
    ]


def fragment(path: str, template: str, read: Read) -> Route:
    """Return the route of a part of a page that is asked for again and again; unchanged, it answers 304 and no body."""

    def answer(look: Look) -> Response:
        response = presentation.html(template, view=read(look))
        tag = f'"{sha256(bytes(response.body)).hexdigest()[:32]}"'
        if look.if_none_match == tag:
            return Response(status_code=304, headers={**presentation.GUARDS, "etag": tag})
        response.headers["etag"] = tag
        return response

    return Route(path, _guarded(answer, refused=_as_fragment), methods=["GET"])


def download(path: str, read: Callable[[Look], tuple[str, bytes]]) -> Route:
    """Return the route of a file to keep; `read` returns its name and its bytes."""

    def answer(look: Look) -> Response:
        name, content = read(look)
        headers = {**presentation.GUARDS, "content-disposition": f'attachment; filename="{name}"'}
        return Response(content, headers=headers, media_type="application/octet-stream")

    return Route(path, _guarded(answer, refused=as_page), methods=["GET"])


def address_of(request: Request) -> str:
    """Return the address people reach this server under, without a slash at its end."""
    lane: Sealane = request.app.state.lane
    return lane.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")


def cookie_of(request: Request) -> str:
    """Return the secret that the session cookie carries; empty when there is none."""
    return request.cookies.get(COOKIE, "")


def provider_of(request: Request) -> str | None:
    """Return the name of the OpenID Connect provider that people may sign in at, or nothing without one."""
    provider: Provider | None = request.app.state.provider
    return None if provider is None else provider.name


@contextmanager
def enter(request: Request) -> Iterator[Look]:
    """Yield a look for whoever is signed in.

    Raises:
        NotAuthenticated: when nobody is.
    """
    lane: Sealane = request.app.state.lane
    now_us = lane.clock()
    with lane.rooms.database.reader() as conn:
        session = sessions.find(conn, cookie_of(request), now_us)
        if session is None:
            raise NotAuthenticated("You are not signed in, or your session is over.", remedy="Sign in with a new link.")
        check_access(session.person, request.url.path, acts=False)
        yield Look(
            lane=lane,
            metrics=request.app.state.metrics,
            conn=conn,
            session=session,
            query=request.query_params,
            path=request.path_params,
            now_us=now_us,
            if_none_match=request.headers.get("if-none-match", ""),
            provider=provider_of(request),
        )


def _guarded(
    answer: Callable[[Look], Response], *, refused: Callable[[SealaneError, Request], Response]
) -> Callable[[Request], Response]:
    """Return an endpoint; Starlette runs it in a thread, so reading never holds up other callers."""

    def endpoint(request: Request) -> Response:
        try:
            with enter(request) as look:
                return answer(look)
        except SealaneError as refusal:
            return refused(refusal, request)

    return endpoint


def as_page(refusal: SealaneError, request: Request) -> Response:
    """Return a refusal as a page; whoever is not signed in is sent to do that."""
    if isinstance(refusal, NotAuthenticated):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='/')}", 303, presentation.GUARDS)
    return presentation.html("refusal.html", refusal.status, refusal=refusal)


def _as_fragment(refusal: SealaneError, _request: Request) -> Response:
    """Tell the page that polls to leave for the sign-in page; other refusals leave the page as it stands."""
    if isinstance(refusal, NotAuthenticated):
        return Response(status_code=204, headers={**presentation.GUARDS, "hx-redirect": SIGN_IN})
    return Response(status_code=204, headers=presentation.GUARDS)


def _as_problem(refusal: SealaneError, _request: Request) -> Response:
    problem = problem_of(refusal, new_id("req"))
    return presentation.json(problem, refusal.status, media_type="application/problem+json")
