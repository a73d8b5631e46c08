"""Traces: what a collector gets, and what it never gets."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

import sealane
from orders import order
from running import Server
from sealane.model.errors import Misconfigured
from sealane.web.app import Door, build
from sealane.web.auth import operator_key
from sealane.web.tracing.setup import tracing

PERSONAL = ("Ana", "Silva", "ana@example.com", "Augusta", "351912345678", "203.0.113.9", "fp_5d1c", "SO-1", "sk_")
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def door(tmp_path: Path, spans: InMemorySpanExporter) -> Iterator[tuple[Door, str]]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    with sealane.open(tmp_path / "lane") as lane:
        operator_key(lane.folder)
        key = (lane.folder / "admin.key").read_text().strip()
        yield build(lane, provider.get_tracer("test")), key
    provider.shutdown()


def call(door: Door, method: str, path: str, key: str, **more: Any) -> httpx.Response:
    async def one() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://lane") as client:
            headers = {"authorization": f"Bearer {key}", **more.pop("headers", {})}
            return await client.request(method, path, headers=headers, **more)

    return asyncio.run(one())


def named(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name == name]


def test_a_call_is_a_span_and_its_flow_one_inside_it(door: tuple[Door, str], spans: InMemorySpanExporter) -> None:
    app, operator = door
    party = {"name": "Shop", "roles": ["merchant"], "country": "PT"}
    key = call(app, "POST", "/v1/parties", operator, json=party).json()["api_key"]
    placed = call(app, "POST", "/v1/orders", key, json=order("SO-1"), headers={"traceparent": CALLER})
    assert placed.status_code == 201
    (root,) = named(spans, "POST /v1/orders")
    assert dict(root.attributes or {}) == {
        "http.request.method": "POST", "http.route": "/v1/orders", "http.response.status_code": 201,
    }  # fmt: skip
    assert root.parent is not None
    assert f"{root.parent.trace_id:032x}" in CALLER
    (flow,) = [span for span in named(spans, "flow") if span.parent and span.parent.span_id == root.context.span_id]
    assert [event.name for event in flow.events] == ["began", "ended"]
    read = call(app, "GET", f"/v1/orders/{placed.json()['order_id']}", key)
    assert read.status_code == 200
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "/v1/orders/{" in told
    assert [value for value in (*PERSONAL, placed.json()["order_id"], key) if value in told] == []


def test_a_refusal_leaves_its_class_alone(door: tuple[Door, str], spans: InMemorySpanExporter) -> None:
    app, operator = door
    party = {"name": "Shop", "roles": ["merchant"], "country": "PT"}
    key = call(app, "POST", "/v1/parties", operator, json=party).json()["api_key"]
    event = {"id": "e-1", "kind": "consignment.arrived", "occurred_at": "2026-11-22T09:30:00Z", "reference": "Ana's"}
    assert call(app, "POST", "/v1/events", key, json=event).status_code == 404
    (flow,) = [span for span in named(spans, "flow") if not span.status.is_ok]
    assert flow.status.status_code is StatusCode.ERROR
    assert (flow.attributes or {})["error.type"] == "NotFound"
    assert "Ana" not in flow.to_json()
    assert [event.name for event in flow.events] == ["began", "ended"]


def test_nothing_is_lent_where_nobody_collects() -> None:
    with tracing("") as tracer:
        assert tracer is None


def test_without_the_extra_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(Misconfigured, match="otel"), tracing("http://127.0.0.1:1"):
        pass


def test_a_server_sends_to_its_collector(tmp_path: Path) -> None:
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{listener.server_address[1]}"
        with Server(tmp_path / "lane", environment={"SEALANE_TRACES": address}) as server:
            key = server.party("merchant")["api_key"]
            assert server.post("/v1/orders", json.dumps(order()).encode(), key).status_code == 201
            assert server.stop() == 0
        listener.shutdown()
    names = [
        span.name
        for body in got
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert "POST /v1/orders" in names
    assert "flow" in names
