import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import structlog

from sealane.model.errors import NotAuthenticated, NotFound
from sealane.web.endpoint import Endpoint, Resource
from sealane.web.metrics import Metrics
from sealane.web.replies import Emit, Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit


class Gate:
    """A gate that lets everybody in, or nobody, and counts who is inside."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.is_open = is_open
        self.inside = 0

    def admit(self, visit: Visit, _route: Route) -> None:
        if not self.is_open:
            raise NotAuthenticated
        visit.places = 1
        self.inside += 1

    def release(self, visit: Visit) -> None:
        self.inside -= visit.places


def call(action: Callable[[Visit], Awaitable[Reply]], *, gate: Gate | None = None, method: str = "GET") -> Any:
    """Run one call through an endpoint; return status, headers, body, metrics and the gate."""
    metrics = Metrics(lambda: ())
    gate = gate or Gate()
    route = Route(method="GET", path="/x", action=action, summary="", roles=PUBLIC, answers={200: None}, tag="")
    lane = SimpleNamespace(settings=SimpleNamespace(api_sunset=""))
    resource = Resource({"GET": Endpoint(route, lane, gate, metrics)})  # type: ignore[arg-type]
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    asyncio.run(resource({"method": method, "headers": []}, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return SimpleNamespace(
        status=sent[0]["status"],
        headers=dict(sent[0]["headers"]),
        body=body,
        text=metrics.exposition().decode(),
        gate=gate,
    )


async def answering(_visit: Visit) -> Reply:
    return json_reply({"a": 1})


async def missing(_visit: Visit) -> Reply:
    raise NotFound


async def buggy(_visit: Visit) -> Reply:
    raise ZeroDivisionError("with a secret")


def test_a_call_is_admitted_answered_and_counted() -> None:
    seen = call(answering)
    assert (seen.status, seen.body) == (200, b'{"a":1}')
    assert seen.gate.inside == 0
    assert 'sealane_web_requests_total{route="GET /x",status="200"} 1.0' in seen.text


def test_a_refusal_is_a_problem_and_counted_by_its_code() -> None:
    seen = call(missing)
    assert (seen.status, json.loads(seen.body)["code"]) == (404, "not-found")
    assert seen.gate.inside == 0
    assert 'sealane_web_refusals_total{code="not-found"} 1.0' in seen.text
    assert 'status="404"' in seen.text


def test_whoever_is_not_let_in_reaches_no_action() -> None:
    seen = call(buggy, gate=Gate(is_open=False))
    assert seen.status == 401


def test_a_bug_is_a_problem_without_internals() -> None:
    with structlog.testing.capture_logs():
        seen = call(buggy)
    assert seen.status == 500
    assert b"secret" not in seen.body
    assert seen.gate.inside == 0


def test_a_stream_that_breaks_off_is_logged_and_the_caller_counted_out() -> None:
    async def stream(emit: Emit) -> None:
        await emit(b"one\n")
        raise ZeroDivisionError

    async def streaming(_visit: Visit) -> Reply:
        return Reply(200, stream=stream)

    with structlog.testing.capture_logs() as lines:
        seen = call(streaming)
    assert (seen.status, seen.body, seen.gate.inside) == (200, b"one\n", 0)
    assert lines[0]["error"] == "ZeroDivisionError"


def test_a_get_answers_head_and_other_methods_are_refused_with_a_list() -> None:
    assert call(answering, method="HEAD").status == 200
    seen = call(answering, method="DELETE")
    assert (seen.status, seen.headers[b"allow"]) == (405, b"GET, HEAD")
    assert json.loads(seen.body)["code"] == "method-not-allowed"
