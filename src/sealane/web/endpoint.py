"""Endpoints: the rows of the route table, live. Each is a bare ASGI application of its own.

Every call goes the same way: admit the caller, run the action, turn any refusal into a problem, reply, count.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from msgspec.structs import replace

from sealane.app import Sealane
from sealane.model.errors import NotAuthenticated
from sealane.model.ids import new_id
from sealane.web.api.sunset import Sunset
from sealane.web.auth import Gate
from sealane.web.body import Receive
from sealane.web.exchange.claiming import ensure_claimed
from sealane.web.exchange.signed import SIGNED, read_call
from sealane.web.metrics import Metrics
from sealane.web.problems import MethodNotAllowed, contain, refuse, settle
from sealane.web.replies import Reply, Send, send_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["Endpoint", "Resource"]


class Endpoint:
    """One row of the table, in service."""

    __slots__ = ("_gate", "_lane", "_meter", "_metrics", "_route", "_sunset")

    def __init__(self, route: Route, lane: Sealane, gate: Gate, metrics: Metrics) -> None:
        self._route = route
        self._lane = lane
        self._gate = gate
        self._metrics = metrics
        self._meter = metrics.route(route.name)
        self._sunset = Sunset.of(route.path, lane.settings.api_sunset)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call."""
        began = perf_counter()
        visit = Visit(self._lane, self._metrics, scope, receive)
        try:
            reply = await settle(self._answer(visit), visit.request_id)
            if self._sunset is not None:
                reply = self._sunset.tell(reply)
            await contain(send_reply(reply, send, visit.request_id), visit.request_id)
        finally:
            self._gate.release(visit)
        self._meter.record(reply.status, perf_counter() - began)
        if reply.code:
            self._metrics.refused(reply.code)

    async def _answer(self, visit: Visit) -> Reply:
        visit.check_head()
        if self._sunset is not None:
            self._sunset.check(self._lane.clock())
        if SIGNED in visit.headers and self._route.roles is not None:
            return await self._answer_signed(visit)
        self._gate.admit(visit, self._route)
        reply = await self._route.action(visit)
        await ensure_claimed(visit)
        return reply

    async def _answer_signed(self, visit: Visit) -> Reply:
        try:
            call = await read_call(visit)
        except NotAuthenticated:
            self._gate.blame(visit)
            raise
        self._gate.admit(visit, self._route, call.party)
        reply = await self._route.action(visit)
        await ensure_claimed(visit)
        return call.receipt(visit, reply)


class Resource:
    """One path with all its methods; others are refused with the list of these (RFC 9110 section 15.5.6)."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self._endpoints = dict(endpoints)
        if "GET" in endpoints:
            self._endpoints["HEAD"] = endpoints["GET"]
        self._allow = ", ".join(sorted(self._endpoints)).encode()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass the call on to the endpoint of its method."""
        endpoint = self._endpoints.get(scope["method"])
        if endpoint is not None:
            await endpoint(scope, receive, send)
            return
        request_id = new_id("req")
        reply = refuse(MethodNotAllowed(), request_id)
        await send_reply(replace(reply, headers=((b"allow", self._allow),)), send, request_id)
