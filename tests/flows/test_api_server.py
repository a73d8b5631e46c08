"""What every answer has in common, what the server says of itself, and how it limits its callers."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from orders import order
from running import Server
from sealane.web.api import ROUTES


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant")


def test_the_process_is_up_and_ready(server: Server) -> None:
    assert server.get("/healthz").json() == {"status": "ok"}
    assert {"database": "ok", "log": "ok", "keys": "ok", "features": "ok"}.items() <= server.get(
        "/readyz"
    ).json().items()
    assert server.client.head("/healthz").status_code == 200


def test_readiness_names_the_part_that_is_not_usable(server: Server) -> None:
    ring = server.folder / "keyring.json"
    ring.rename(ring.with_suffix(".away"))
    try:
        answer = server.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "dependency-unavailable")
        assert answer.headers["retry-after"]
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/keys"]
    finally:
        ring.with_suffix(".away").rename(ring)
    assert server.get("/readyz").status_code == 200


def test_metrics_have_closed_labels_and_our_names(server: Server, shop: dict[str, str]) -> None:
    server.post("/v1/orders", order(), shop["api_key"])
    server.post("/v1/orders", b"{", shop["api_key"])
    server.get("/v1/orders/ord_01kan6k3zw8t5q1r9v0m2c4d7e", shop["api_key"])
    answer = server.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    routes = {route.name for route in ROUTES} | {"others"}
    seen = set()
    for family in text_string_to_metric_families(answer.text):
        assert re.fullmatch(r"(sealane_(web|risk|storage|supervision)_[a-z_]+|process_[a-z_]+)", family.name)
        for sample in family.samples:
            seen.add(sample.name)
            assert sample.labels.get("route", "others") in routes
            assert set(sample.labels) <= {"route", "status", "code", "stage", "outcome", "le"}
            assert not any(value in str(sample.labels) for value in ("ord_", "dec_", "req_", shop["party_id"]))
    assert {
        "sealane_web_requests_total",
        "sealane_web_request_seconds_bucket",
        "sealane_web_refusals_total",
        "sealane_risk_decisions_total",
        "sealane_storage_database_bytes",
        "sealane_supervision_published_entries",
    } <= seen


def test_the_served_description_is_the_committed_one(server: Server, repository: Path) -> None:
    committed = json.loads((repository / "schemas" / "openapi.json").read_text(encoding="utf-8"))
    answer = server.get("/openapi.json")
    assert answer.json() == committed
    assert committed["openapi"].startswith("3.1")


def test_every_answer_carries_its_guards(server: Server, shop: dict[str, str]) -> None:
    answers = [
        server.get("/healthz"),
        server.get("/v1/orders", shop["api_key"]),
        server.get("/v1/orders"),
        server.get("/v1/nothing"),
        server.get("/nothing"),
        server.get("/console"),
        server.get("/log/checkpoint"),
        server.post("/v1/orders", order(), shop["api_key"]),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff", answer.url
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
        assert "unsafe" not in answer.headers["content-security-policy"]
        if "/log/" not in str(answer.url):
            assert answer.headers["cache-control"] == "no-store"


def test_routes_without_a_key_are_few_and_known() -> None:
    public = {route.path for route in ROUTES if route.roles is None}
    assert public == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/.well-known/sealane-exchange",
        "/.well-known/sealane.json",
        "/v1/alliance/keys",
        "/v1/check",
        "/v1/exchange/keys",
        "/v1/inbox-sources",
        "/v1/inbox/{source}",
        "/v1/inbox/{source}/{endpoint_id}",
        "/v1/market/releases",
        "/v1/notices/{notice_id}",
        "/v1/receipts/key",
        "/log/checkpoint",
        "/log/checkpoint.cosigned",
        "/log/tile/{path:path}",
    }


def test_every_other_route_refuses_a_call_without_key(server: Server) -> None:
    for route in ROUTES:
        if route.roles is not None:
            path = re.sub(r"{(order|decision|entry)_id}", "ord_01kan6k3zw8t5q1r9v0m2c4d7e", route.path)
            answer = server.client.request(route.method, path)
            assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated"), path


def test_a_flood_is_refused_for_its_sender_only(tmp_path: Path) -> None:
    slow = {"SEALANE_RATE_PER_SECOND": "5", "SEALANE_RATE_BURST": "20", "SEALANE_PUBLIC_RATE_PER_SECOND": "2"}
    with Server(tmp_path / "lane", environment=slow) as server:
        noisy, quiet = server.party("merchant"), server.party("merchant")

        def ask(_: int) -> httpx.Response:
            return server.get("/v1/orders", noisy["api_key"])

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(60)))
        assert 20 <= sum(answer.status_code == 200 for answer in answers) < 40
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["code"] == "rate-limited"
        assert int(refused.headers["retry-after"]) >= 1
        assert server.get("/v1/orders", quiet["api_key"]).status_code == 200
        statuses = [server.get("/healthz").status_code for _ in range(40)]
        assert 429 in statuses
        assert server.get("/v1/orders", quiet["api_key"]).status_code == 200
