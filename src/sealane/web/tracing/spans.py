"""Spans: one for each call of the API, in it one for each flow, with when the flow began and ended in its batch.

    POST /v1/orders      http.request.method, http.route, http.response.status_code
      flow               code.function.name, and the events `began` and `ended`

Before `began` a flow waits for its turn, after `ended` for the disk. Spans hold names from closed sets and numbers: no
address, no header, no id, and of an error its class alone, because the text of an error may say what was sent.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sealane.app import Sealane
from sealane.storage.database import Database, Transaction
from sealane.web.body import Receive
from sealane.web.endpoint import Endpoint
from sealane.web.replies import Send

if TYPE_CHECKING:
    import sqlite3

    from opentelemetry.trace import Span, Tracer

    from sealane.storage.writer import Pressure

__all__ = ["TracedEndpoint", "traced"]

T = TypeVar("T")

_FIRST_FAILURE = 500


class TracedEndpoint(Endpoint):
    """An endpoint whose calls are spans; it goes on with the trace that the caller's `traceparent` names."""

    __slots__ = ("_tracer",)

    def __init__(self, tracer: "Tracer", *parts: Any) -> None:
        super().__init__(*parts)
        self._tracer = tracer

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call inside its span."""
        from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415 - an extra
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - an extra, as above

        told = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        context = TraceContextTextMapPropagator().extract(told)
        attributes = {"http.request.method": self._route.method, "http.route": self._route.path}
        with self._tracer.start_as_current_span(
            self._route.name,
            context,
            SpanKind.SERVER,
            attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            async def watched(message: Any) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= _FIRST_FAILURE:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            await super().__call__(scope, receive, watched)


class _TracedDatabase:
    """A database whose flows are spans; everything else is that of the database behind it."""

    def __init__(self, database: Database, tracer: "Tracer") -> None:
        self._database = database
        self._tracer = tracer

    def run(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow inside its span."""
        with self._span(flow) as span:
            return self._database.run(_timed(flow, span))

    async def run_async(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow inside its span."""
        with self._span(flow) as span:
            return await self._database.run_async(_timed(flow, span))

    def pressure(self) -> "Pressure":
        """Return how far the disk is behind what comes in."""
        return self._database.pressure()

    def reader(self) -> AbstractContextManager["sqlite3.Connection"]:
        """Lend a read-only connection."""
        return self._database.reader()

    @contextmanager
    def _span(self, flow: Callable[[Transaction], Any]) -> Iterator["Span"]:
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - an extra

        name = getattr(flow, "__qualname__", type(flow).__name__)
        with self._tracer.start_as_current_span(
            "flow", attributes={"code.function.name": name}, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise


def traced(lane: Sealane, tracer: "Tracer") -> Sealane:
    """Return the same open installation with its flows traced."""
    database = cast("Database", _TracedDatabase(lane.rooms.database, tracer))
    return replace(lane, rooms=replace(lane.rooms, database=database))


def _timed(flow: Callable[[Transaction], T], span: "Span") -> Callable[[Transaction], T]:
    def timed(tx: Transaction) -> T:
        span.add_event("began")
        try:
            return flow(tx)
        finally:
            span.add_event("ended")

    return timed
