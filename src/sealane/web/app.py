"""The door: one ASGI application over one installation.

Routes without a parameter in their path, the hot ones among them, are found in a dictionary; the rest goes through
Starlette. A path of the API that does not exist is refused with a problem, any other with a page.
"""

from collections import defaultdict
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.routing import Route as Page

from sealane.app import Sealane
from sealane.model.errors import NotFound, SealaneError
from sealane.model.ids import new_id
from sealane.web.api import ROUTES
from sealane.web.api.health import gauges_of
from sealane.web.auth import Gate, KeyBook
from sealane.web.body import Receive
from sealane.web.console import presentation
from sealane.web.console import routes as console_routes
from sealane.web.endpoint import Endpoint, Resource
from sealane.web.metrics import Metrics
from sealane.web.problems import MethodNotAllowed, Unexpected, contain, refuse
from sealane.web.replies import Send, headers_of

__all__ = ["Door", "build"]

API_PATHS = ("/v1/", "/log/", "/healthz", "/readyz", "/metrics", "/openapi.json")
_PAGE_GUARDS = [(name.encode(), value.encode()) for name, value in presentation.GUARDS.items()]


class Door:
    """The application; what it does not find itself it leaves to Starlette."""

    def __init__(self, exact: dict[tuple[str, str], Endpoint], site: Starlette) -> None:
        self._exact = exact
        self._site = site

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call; there is nothing to do at start and end, and no WebSocket."""
        if scope["type"] != "http":
            return
        endpoint = self._exact.get((scope["method"], scope["path"]))
        if endpoint is not None:
            await endpoint(scope, receive, send)
            return
        request_id = new_id("req")
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        await contain(self._site(scope, receive, _guarded(send)), request_id)


def build(lane: Sealane) -> Door:
    """Return the ASGI application of an open installation, with its API and its pages."""
    metrics = Metrics(lambda: gauges_of(lane))
    gate = Gate(lane, KeyBook(lane))
    resources: dict[str, dict[str, Endpoint]] = defaultdict(dict)
    exact: dict[tuple[str, str], Endpoint] = {}
    for route in ROUTES:
        endpoint = Endpoint(route, lane, gate, metrics)
        resources[route.path][route.method] = endpoint
        if "{" not in route.path:
            exact[route.method, route.path] = endpoint
    pages: list[BaseRoute] = [Page(path, Resource(endpoints)) for path, endpoints in resources.items()]
    refusals = {HTTPException: _refuse_http, SealaneError: _refuse, Exception: _refuse}
    site = Starlette(routes=pages + console_routes, exception_handlers=refusals)
    site.router.redirect_slashes = False
    site.state.lane = lane
    site.state.metrics = metrics
    return Door(exact, site)


async def _refuse(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, SealaneError):
        refusal = Unexpected()
    if not request.url.path.startswith(API_PATHS):
        return presentation.html("refusal.html", refusal.status, refusal=refusal)
    reply = refuse(refusal, request.state.request_id)
    headers = headers_of(reply, request.state.request_id)
    return Response(reply.body, reply.status, {name.decode(): value.decode() for name, value in headers})


async def _refuse_http(request: Request, exception: Exception) -> Response:
    """Answer what Starlette's router refuses: a path or a method that is not there."""
    status = getattr(exception, "status_code", 404)
    response = await _refuse(request, MethodNotAllowed() if status == MethodNotAllowed.status else NotFound())
    response.headers.update(getattr(exception, "headers", None) or {})
    return response


def _guarded(send: Send) -> Send:
    """Return a `send` that adds the guarding headers to whatever comes without them."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(guard for guard in _PAGE_GUARDS if guard[0] not in there)]
        await send(message)

    return sending
