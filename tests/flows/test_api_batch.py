"""Batches: results in order while lines still come in, a broken line alone, and bounded memory."""

import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from orders import event, order
from running import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"SEALANE_BODY_TIMEOUT_SECONDS": "2", "SEALANE_MAX_BATCH_BYTES": "40000000"}
    with Server(tmp_path_factory.mktemp("batch") / "lane", environment=limits) as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant")


def send(server: Server, path: str, lines: list[bytes], key: str) -> list[dict[str, Any]]:
    answer = server.post(path, b"\n".join(lines) + b"\n", key, Content_Type="application/x-ndjson")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.content.splitlines()]


def packed(*documents: dict[str, Any]) -> list[bytes]:
    return [json.dumps(document).encode() for document in documents]


def test_each_line_gets_its_result_in_order(server: Server, shop: dict[str, str]) -> None:
    orders = [order() for _ in range(300)]
    lines = packed(*orders)
    lines[7] = b'{"reference": "broken"'
    lines[11] = json.dumps(order(payment__amount__currency="EURO")).encode()
    lines[13] = json.dumps(order(reference="4242424242424242")).encode()
    lines[17] = lines[3]
    results = send(server, "/v1/orders/batch", lines, shop["api_key"])
    assert len(results) == 300
    codes = {7: "malformed-body", 11: "invalid-input", 13: "leak-detected"}
    for number, result in enumerate(results):
        if number in codes:
            assert result["problem"]["code"] == codes[number]
            assert result["status"] == result["problem"]["status"]
        else:
            assert result["status"] == 201
            assert result["decision"]["order_id"] == result["order_id"]
    assert results[17]["order_id"] == results[3]["order_id"], "the same order twice is one order"
    read = server.get(f"/v1/orders/{results[250]['order_id']}", shop["api_key"]).json()
    assert read["reference"] == orders[250]["reference"]


def test_events_come_in_batches_too(server: Server, shop: dict[str, str]) -> None:
    placed = send(server, "/v1/orders/batch", packed(*[order() for _ in range(20)]), shop["api_key"])
    events = [event("consignment.label_created", order=each["order_id"]) for each in placed]
    events.insert(5, event("payment.captured", reference="never seen"))
    results = send(server, "/v1/events/batch", packed(*events), shop["api_key"])
    assert results[5]["problem"]["code"] == "not-found"
    del results[5]
    assert [each["decision"]["order_id"] for each in results] == [each["order_id"] for each in placed]
    assert {each["decision"]["stage"] for each in results} == {"dispatch"}


def test_results_come_while_lines_are_still_being_sent(server: Server, shop: dict[str, str]) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as caller:
        head = f"POST /v1/orders/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shop['api_key']}\r\n"
        caller.sendall(f"{head}Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        answer = caller.makefile("rb")
        for number in range(3):
            line = json.dumps(order()).encode() + b"\n"
            caller.sendall(b"%x\r\n%b\r\n" % (len(line), line))
            if not number:
                assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
                while answer.readline().strip():
                    pass
            size = int(answer.readline(), 16)
            assert json.loads(answer.read(size))["status"] == 201
            answer.readline()
        caller.sendall(b"0\r\n\r\n")
        assert answer.readline() == b"0\r\n"


def test_a_caller_that_reads_only_at_the_end_is_served_with_bounded_memory(
    server: Server, shop: dict[str, str]
) -> None:
    def resident() -> float:
        found = re.search(r"^process_resident_memory_bytes ([0-9.e+]+)", server.get("/metrics").text, re.MULTILINE)
        assert found
        return float(found[1])

    lines = packed(*[order() for _ in range(5_000)])
    results = send(server, "/v1/orders/batch", lines, shop["api_key"])
    assert [result["status"] for result in results] == [201] * 5_000
    # What the orders themselves leave in memory is there now; the same batch again shows what a batch takes.
    before = resident()
    assert send(server, "/v1/orders/batch", lines, shop["api_key"]) == results
    assert resident() - before < 20_000_000


def test_one_line_too_long_fails_alone(server: Server, shop: dict[str, str]) -> None:
    lines = packed(order(), order(channel="x" * 2_000_000), order())
    results = send(server, "/v1/orders/batch", lines, shop["api_key"])
    assert [result["status"] for result in results] == [201, 413, 201]


def test_a_batch_over_the_limit_is_refused_at_once_when_announced(server: Server, shop: dict[str, str]) -> None:
    head = {"Authorization": f"Bearer {shop['api_key']}", "Content-Type": "application/x-ndjson"}
    answer = server.client.post("/v1/orders/batch", content=b"\n" * 40_000_001, headers=head)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_batch_that_stalls_ends_with_a_problem(server: Server, shop: dict[str, str]) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as caller:
        head = f"POST /v1/orders/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shop['api_key']}\r\n"
        caller.sendall(f"{head}Content-Type: application/x-ndjson\r\nContent-Length: 99999\r\n\r\n".encode())
        caller.sendall(json.dumps(order()).encode() + b"\n{")
        answer = b""
        while b"0\r\n\r\n" not in answer:
            answer += caller.recv(65536)
        assert b'"status":201' in answer
        assert b'"code":"slow-body"' in answer


@pytest.mark.parametrize("media", ["application/json", "text/plain"])
def test_a_batch_is_announced_as_ndjson(server: Server, shop: dict[str, str], media: str) -> None:
    answer = server.post("/v1/orders/batch", b"{}", shop["api_key"], Content_Type=media)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media")


def test_four_batches_of_a_party_at_once_are_enough(server: Server, shop: dict[str, str]) -> None:
    head = f"POST /v1/orders/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shop['api_key']}\r\n"
    callers = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(4)]
    for caller in callers:
        caller.sendall(f"{head}Content-Type: application/x-ndjson\r\nContent-Length: 9999\r\n\r\n\n".encode())
    for caller in callers:
        assert caller.recv(8).startswith(b"HTTP/1.1"), "the batch is running"
    answer: httpx.Response = server.post("/v1/orders/batch", b"", shop["api_key"], Content_Type="application/x-ndjson")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate-limited")
    for caller in callers:
        caller.close()
