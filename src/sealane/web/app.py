"""The door: one ASGI application over one installation.

Routes without a parameter in their path, the hot ones among them, are found in a dictionary; the rest goes through
Starlette. A path of the API that does not exist is refused with a problem, any other with a page.
"""

from collections import defaultdict
from time import perf_counter
from typing import TYPE_CHECKING, Any

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
from sealane.web.metrics import Metrics, RouteMeter
from sealane.web.people.provider import Provider
from sealane.web.people.terms import terms_of
from sealane.web.problems import CLOSED_BY_CALLER, MethodNotAllowed, Unexpected, contain, refuse
from sealane.web.public import routes as public_routes
from sealane.web.replies import Send, headers_of
from sealane.web.tracing.spans import TracedEndpoint, traced

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

__all__ = ["Door", "build"]

API_PATHS = ("/v1/", "/log/", "/healthz", "/readyz", "/metrics", "/openapi.json")
OTHERS = "others"
"""The label of pages, files and addresses that do not exist."""

_PAGE_GUARDS = [(name.encode(), value.encode()) for name, value in presentation.GUARDS.items()]


class Door:
    """The application; what it does not find itself it leaves to Starlette."""

    def __init__(self, exact: dict[tuple[str, str], Endpoint], site: Starlette, others: RouteMeter) -> None:
        self._exact = exact
        self._site = site
        self._others = others

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call; there is nothing to do at start and end, and no WebSocket."""
        if scope["type"] != "http":
            return
        endpoint = self._exact.get((scope["method"], scope["path"]))
        if endpoint is not None:
            await endpoint(scope, receive, send)
            return
        began = perf_counter()
        request_id = new_id("req")
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        reply = _Guarded(send)
        await contain(self._site(scope, receive, reply.send), request_id)
        if not isinstance(scope.get("endpoint"), Resource):
            self._others.record(reply.status, perf_counter() - began)


class _Guarded:
    """A reply on its way out: gets the guarding headers that it comes without, and is remembered by its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = CLOSED_BY_CALLER

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            there = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(guard for guard in _PAGE_GUARDS if guard[0] not in there)]
        await self._send(message)


def build(lane: Sealane, tracer: "Tracer | None" = None) -> Door:
    """Return the ASGI application of an open installation, with its API and its pages; calls are traced if asked."""
    if tracer is not None:
        lane = traced(lane, tracer)
    metrics = Metrics(lambda: gauges_of(lane))
    gate = Gate(lane, KeyBook(lane))
    resources: dict[str, dict[str, Endpoint]] = defaultdict(dict)
    exact: dict[tuple[str, str], Endpoint] = {}
    for route in ROUTES:
        parts = (route, lane, gate, metrics)
        endpoint = Endpoint(*parts) if tracer is None else TracedEndpoint(tracer, *parts)
        resources[route.path][route.method] = endpoint
        if "{" not in route.path:
            exact[route.method, route.path] = endpoint
    pages: list[BaseRoute] = [Page(path, Resource(endpoints)) for path, endpoints in resources.items()]
    refusals = {HTTPException: _refuse_http, SealaneError: _refuse, Exception: _refuse}
    site = Starlette(routes=pages + console_routes + public_routes, exception_handlers=refusals)
    site.router.redirect_slashes = False
    site.state.lane = lane
    site.state.metrics = metrics
    terms = terms_of(lane.settings)
    site.state.provider = Provider(terms) if terms else None
    return Door(exact, site, metrics.route(OTHERS))


async def _refuse(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, SealaneError):
        refusal = Unexpected()
    if not request.scope["path"].startswith(API_PATHS):
        request_id = request.state.request_id
        return presentation.html("refusal.html", refusal.status, refusal=refusal, request_id=request_id)
    reply = refuse(refusal, request.state.request_id)
    headers = headers_of(reply, request.state.request_id)
    return Response(reply.body, reply.status, {name.decode(): value.decode() for name, value in headers})


async def _refuse_http(request: Request, exception: Exception) -> Response:
    """Answer what Starlette's router refuses: a path or a method that is not there."""
    status = getattr(exception, "status_code", 404)
    response = await _refuse(request, MethodNotAllowed() if status == MethodNotAllowed.status else NotFound())
    response.headers.update(getattr(exception, "headers", None) or {})
    return response
