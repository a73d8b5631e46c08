"""Whatever is wrong with a call, the answer is a problem that names it, says what to do, and repeats no value."""

import base64
import gzip
import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from orders import event, order
from running import Server

CARD = "4242424242424242"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"SEALANE_PUBLIC_RATE_PER_SECOND": "1000", "SEALANE_BODY_TIMEOUT_SECONDS": "1"}
    with Server(tmp_path_factory.mktemp("bad") / "lane", environment=limits) as running:
        yield running


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant")


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that the answer is a whole problem of this kind and return it."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    told: dict[str, Any] = answer.json()
    assert told["code"] == code, told
    assert told["status"] == status
    assert told["type"] == f"urn:sealane:problem:{code}"
    assert all(told[name] for name in ("title", "detail", "remedy"))
    assert re.fullmatch(r"req_[0-9a-z]{26}", told["request_id"])
    assert answer.headers["x-request-id"] == told["request_id"]
    return told


# Who calls


def test_no_key_a_wrong_key_and_a_malformed_one_look_the_same(server: Server, shop: dict[str, str]) -> None:
    credentials = [None, "sk_wrong", shop["api_key"][:-1], shop["api_key"] + "x", "ÿ".encode("latin-1")]
    told = []
    for key in credentials:
        head = {"Content-Type": "application/json"}
        if key is not None:
            head["Authorization"] = b"Bearer " + key if isinstance(key, bytes) else f"Bearer {key}"  # type: ignore[assignment]
        answer = server.client.post("/v1/orders", content=json.dumps(order()).encode(), headers=head)
        assert answer.headers["www-authenticate"] == 'Bearer realm="sealane"'
        told.append(problem(answer, 401, "not-authenticated"))
        del told[-1]["request_id"]
    assert all(each == told[0] for each in told)


def test_the_scheme_must_be_bearer(server: Server, shop: dict[str, str]) -> None:
    basic = base64.b64encode(f"{shop['api_key']}:".encode()).decode()
    for credential in (f"Basic {basic}", shop["api_key"], "Bearer"):
        problem(server.client.get("/v1/orders", headers={"Authorization": credential}), 401, "not-authenticated")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/parties"), ("POST", "/v1/orders"), ("GET", "/v1/orders"), ("POST", "/v1/cards")],
)
def test_a_key_of_another_role_is_refused(server: Server, method: str, path: str) -> None:
    carrier = server.party("carrier")
    answer = server.client.request(method, path, headers={"Authorization": f"Bearer {carrier['api_key']}"})
    told = problem(answer, 403, "not-permitted")
    assert set(told) == {"type", "title", "status", "detail", "code", "request_id", "remedy", "errors"}


# How the request is written

MALFORMED = {
    "nothing": b"",
    "text": b"not json",
    "two documents": b"{} {}",
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "comment": b'{"a": 1} // one',
    "duplicate key": b'{"reference": "a", "reference": "b"}',
    "duplicate key inside": b'{"payment": {"x": [{"a": 1, "b": 2, "a": 1}]}}',
    "duplicate key, escaped": b'{"reference": "a", "\\u0072eference": "b"}',
    "duplicate key, spaced": b'{"a" : 1, "b": ":", "a"\n:2}',
    "NaN": b'{"score": NaN}',
    "infinity": b'{"score": -Infinity}',
    "1e999": b'{"score": 1e999}',
    "a number of 10,000 digits": b'{"n": ' + b"9" * 10_000 + b"}",
    "depth 65": b"[" * 65 + b"]" * 65,
    "depth 10,000": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "depth 100,000, not closed": b"[" * 100_000,
    "invalid UTF-8": b'{"reference": "\xff"}',
    "overlong UTF-8": b'{"reference": "\xc0\xaf"}',
    "UTF-16": json.dumps(order()).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(order()).encode(),
    "lone surrogate": b'{"reference": "\\ud800"}',
    "lone surrogate in UTF-8": b'{"reference": "\xed\xa0\x80"}',
    "swapped surrogates": b'{"reference": "\\ude00\\ud83d"}',
    "control character": b'{"reference": "a\nb"}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("path", ["/v1/orders", "/v1/events", "/v1/cards"])
def test_what_is_no_strict_json_is_refused(server: Server, shop: dict[str, str], path: str, body: bytes) -> None:
    problem(server.post(path, body, shop["api_key"]), 400, "malformed-body")


def test_a_malformed_body_costs_little(server: Server, shop: dict[str, str]) -> None:
    def cpu() -> float:
        found = re.search(r"^process_cpu_seconds_total ([0-9.e+-]+)", server.get("/metrics").text, re.MULTILINE)
        assert found
        return float(found[1])

    for name, body in MALFORMED.items():
        before = cpu()
        for _ in range(20):
            server.post("/v1/orders", body, shop["api_key"])
        assert (cpu() - before) / 20 < 0.005, name


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/x-ndjson"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "zstd"},
    ],
)
def test_only_plain_json_is_taken(server: Server, shop: dict[str, str], headers: dict[str, str]) -> None:
    body = gzip.compress(b" " * 50_000_000) if "Content-Encoding" in headers else b"{}"
    problem(server.post("/v1/orders", body, shop["api_key"], **headers), 415, "unsupported-media")


def test_a_missing_content_type_is_refused(server: Server, shop: dict[str, str]) -> None:
    head = {"Authorization": f"Bearer {shop['api_key']}"}
    problem(server.client.post("/v1/orders", content=b"{}", headers=head), 415, "unsupported-media")


def test_a_body_of_ten_megabytes_is_refused_announced_or_not(server: Server, shop: dict[str, str]) -> None:
    body = json.dumps(order(channel="x" * 10_000_000)).encode()
    problem(server.post("/v1/orders", body, shop["api_key"]), 413, "too-large")
    head = {"Authorization": f"Bearer {shop['api_key']}", "Content-Type": "application/json"}
    chunks = (body[at : at + 65536] for at in range(0, len(body), 65536))
    problem(server.client.post("/v1/orders", content=chunks, headers=head), 413, "too-large")


def test_a_body_that_does_not_arrive_is_not_waited_for(server: Server, shop: dict[str, str]) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as caller:
        head = f"POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shop['api_key']}\r\n"
        caller.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n".encode())
        began = time.monotonic()
        caller.sendall(b'{"reference"')
        answer = caller.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"slow-body"' in answer
        assert time.monotonic() - began < 5


def test_heads_over_sixteen_kilobytes_are_refused(server: Server, shop: dict[str, str]) -> None:
    many = "&".join(f"p{number}=1" for number in range(5_000))
    problem(server.get(f"/v1/orders?{many}", shop["api_key"]), 431, "head-too-large")
    long = {"X-Long": "x" * 20_000, "Authorization": f"Bearer {shop['api_key']}"}
    problem(server.client.get("/v1/orders", headers=long), 431, "head-too-large")


def test_a_header_of_weight_sent_twice_is_refused(server: Server, shop: dict[str, str]) -> None:
    bearer = ("Authorization", f"Bearer {shop['api_key']}")
    problem(server.client.get("/v1/orders", headers=[bearer, bearer]), 400, "malformed-head")
    keys = [("Idempotency-Key", "a"), ("Idempotency-Key", "b"), bearer, ("Content-Type", "application/json")]
    problem(server.client.post("/v1/orders", content=b"{}", headers=keys), 400, "malformed-head")


def test_what_a_client_says_about_its_address_is_not_believed(server: Server, shop: dict[str, str]) -> None:
    claims = {
        "Host": "evil.example",
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Original-Url": "/v1/parties",
        "Client-Cert": ":MIIB:",
        "Authorization": f"Bearer {shop['api_key']}",
    }
    answer = server.client.get("/v1/orders?limit=1", headers=claims)
    assert answer.status_code == 200
    assert "evil.example" not in str(answer.headers)
    assert "evil.example" not in answer.text


# What the fields say


def refusal(server: Server, key: str, body: Any) -> tuple[str, str]:
    """Return pointer and code of the one field that the server names."""
    told = problem(server.post("/v1/orders", body, key), 422, "invalid-input")
    (error,) = told["errors"]
    return error["pointer"], error["code"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"risk": "allow"}, "/risk", "unknown-field"),
        ({"payment__outcome": "approve"}, "/payment/outcome", "unknown-field"),
        ({"consignments__0__items__0__colour": "red"}, "/consignments/0/items/0/colour", "unknown-field"),
        ({"payment__amount": {"amount_minor": 1}}, "/payment/amount/currency", "missing"),
        ({"shopper": {}, "payment": {}}, "/payment/method", "missing"),
        ({"reference": 7}, "/reference", "wrong-type"),
        ({"shopper__name": ["Ana"]}, "/shopper/name", "wrong-type"),
        ({"consignments__0__consignee__lines": [1]}, "/consignments/0/consignee/lines/0", "wrong-type"),
        ({"payment__amount__amount_minor": "12990"}, "/payment/amount/amount_minor", "wrong-type"),
        ({"payment__amount__amount_minor": 129.9}, "/payment/amount/amount_minor", "wrong-type"),
        ({"payment__amount__amount_minor": True}, "/payment/amount/amount_minor", "wrong-type"),
        ({"payment__amount__amount_minor": -1}, "/payment/amount/amount_minor", "out-of-range"),
        ({"payment__amount__amount_minor": 10**16}, "/payment/amount/amount_minor", "out-of-range"),
        ({"payment__amount__amount_minor": 10**30}, "/payment/amount/amount_minor", "out-of-range"),
        ({"payment__amount__currency": "EURO"}, "/payment/amount/currency", "not-allowed"),
        ({"payment__amount__currency": "eur"}, "/payment/amount/currency", "not-allowed"),
        ({"payment__method": "cheque"}, "/payment/method", "not-allowed"),
        ({"consignments__0__consignee__country": "ZZ"}, "/consignments/0/consignee/country", "not-allowed"),
        ({"consignments__0__weight_grams": -5}, "/consignments/0/weight_grams", "out-of-range"),
        ({"consignments__0__items__0__hs_code": "lamp"}, "/consignments/0/items/0/hs_code", "out-of-range"),
        ({"channel": "x" * 65}, "/channel", "out-of-range"),
        ({"reference": "x" * 201}, "/reference", "out-of-range"),
        ({"shopper__email": "x" * 501}, "/shopper/email", "out-of-range"),
        ({"placed_at": "2026-11-22T09:30:00"}, "/placed_at", "out-of-range"),
        ({"placed_at": "yesterday"}, "/placed_at", "out-of-range"),
        ({"placed_at": "2026-13-45T09:30:00Z"}, "/placed_at", "out-of-range"),
        ({"placed_at": "0001-01-01T00:00:00Z"}, "/placed_at", "out-of-range"),
        ({"placed_at": "9999-12-31T23:59:59Z"}, "/placed_at", "out-of-range"),
        ({"shopper__account_created_at": "1970-01-01T00:00:00Z"}, "/shopper/account_created_at", "out-of-range"),
    ],
)
def test_a_wrong_field_is_named(
    server: Server, shop: dict[str, str], change: dict[str, Any], pointer: str, code: str
) -> None:
    assert refusal(server, shop["api_key"], order(**change)) == (pointer, code)


def test_a_missing_field_is_named(server: Server, shop: dict[str, str]) -> None:
    for name in ("reference", "placed_at", "shopper", "payment", "consignments"):
        body = order()
        del body[name]
        assert refusal(server, shop["api_key"], body) == (f"/{name}", "missing")
    for body in ([], "text", 7, None):
        assert refusal(server, shop["api_key"], body)[1] == "wrong-type"


def test_a_wrong_value_is_never_repeated(server: Server, shop: dict[str, str]) -> None:
    secret = "Quellenhof-77-secret"
    places = ("payment__amount__currency", "payment__method", "placed_at", "payment__three_ds", "reference")
    for place in places:
        answer = server.post("/v1/orders", order(**{place: secret * 30}), shop["api_key"])
        assert answer.status_code == 422
        assert secret not in answer.text
        assert secret not in str(answer.headers)


# Card numbers


HIDDEN = {
    "plain": CARD,
    "inside text": f"my card is {CARD}, thanks",
    "spaced": "4242 4242 4242 4242",
    "dashed": "4242-4242-4242-4242",
    "base64": base64.b64encode(CARD.encode()).decode(),
    "URL-encoded": "".join(f"%{ord(digit):02X}" for digit in CARD),
    "full-width digits": CARD.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)}),
    "Arabic digits": CARD.translate({ord(str(digit)): 0x660 + digit for digit in range(10)}),
}
PLACES = {
    "reference": "/reference",
    "channel": "/channel",
    "shopper__name": "/shopper/name",
    "shopper__account": "/shopper/account",
    "payment__psp_reference": "/payment/psp_reference",
    "payment__card__fingerprint": "/payment/card/fingerprint",
    "consignments__0__service": "/consignments/0/service",
    "consignments__0__consignee__lines": "/consignments/0/consignee/lines/1",
    "consignments__0__items__0__description": "/consignments/0/items/0/description",
}


@pytest.mark.parametrize("form", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("place", PLACES)
def test_a_card_number_is_found_wherever_it_hides(server: Server, shop: dict[str, str], place: str, form: str) -> None:
    value: Any = ["Rua Augusta", form] if place.endswith("lines") else form
    answer = server.post("/v1/orders", order(**{place: value}), shop["api_key"])
    told = problem(answer, 422, "leak-detected")
    assert told["errors"][0]["pointer"] == PLACES[place]
    assert CARD not in answer.text
    assert form not in answer.text


def test_a_card_number_as_json_number_name_or_escape_is_found(server: Server, shop: dict[str, str]) -> None:
    escaped = "".join(f"\\u{ord(digit):04x}" for digit in CARD)
    bodies = [
        json.dumps({**order(), "number": int(CARD)}).encode(),
        json.dumps({**order(), CARD: 1}).encode(),
        json.dumps(order(reference="ESCAPED")).encode().replace(b"ESCAPED", escaped.encode()),
    ]
    for body in bodies:
        answer = server.post("/v1/orders", body, shop["api_key"])
        problem(answer, 422, "leak-detected")
        assert CARD not in answer.text


def test_events_cards_and_parties_are_scanned_too(server: Server, shop: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    said = event("consignment.delivered", order=placed["order_id"], attributes={"note": {"deep": [CARD]}})
    told = problem(server.post("/v1/events", said, shop["api_key"]), 422, "leak-detected")
    assert told["errors"][0]["pointer"] == "/attributes/note/deep/0"
    card = {"number": CARD, "expiry_month": 12, "expiry_year": 2031, "holder": f"Ana {CARD}"}
    told = problem(server.post("/v1/cards", card, shop["api_key"]), 422, "leak-detected")
    assert told["errors"][0]["pointer"] == "/holder"
    for name in (CARD, "4242 4242 4242 4242"):
        answer = server.post("/v1/cards", {**card, "holder": "Ana", name: 1}, shop["api_key"])
        problem(answer, 422, "leak-detected")
        assert name not in answer.text
    party = {"name": CARD, "roles": ["carrier"], "country": "DE"}
    problem(server.post("/v1/parties", party, server.operator_key), 422, "leak-detected")


@pytest.mark.parametrize(
    ("key", "pointer", "code"),
    [
        ({"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}, "/public_keys/0/d", "private-key"),
        ({"kty": "oct", "k": "AA"}, "/public_keys/0/kty", "not-allowed"),
        ({}, "/public_keys/0/kty", "not-allowed"),
        ({"kty": "RSA", "n": 10**30}, "/public_keys/0", "wrong-type"),
    ],
)
def test_a_party_registers_public_keys_only(server: Server, key: dict[str, Any], pointer: str, code: str) -> None:
    party = {"name": "Keys", "roles": ["carrier"], "country": "DE", "public_keys": [key]}
    told = problem(server.post("/v1/parties", party, server.operator_key), 422, "invalid-input")
    assert [(error["pointer"], error["code"]) for error in told["errors"]] == [(pointer, code)]


def test_waybill_and_phone_numbers_are_no_card_numbers(server: Server, shop: dict[str, str]) -> None:
    for number in ("RB123456785GB", "1Z999AA10123456784", "00340434161094042557", "JD014600006281230701"):
        body = order(consignments__0__tracking_number=number, shopper__phone="+351 912 345 678")
        assert server.post("/v1/orders", body, shop["api_key"]).status_code == 201, number


# Events and what they name


def test_an_event_of_an_unknown_order_is_refused(server: Server, shop: dict[str, str]) -> None:
    names = [
        {"order": "ord_01kan6k3zw8t5q1r9v0m2c4d7e"},
        {"order": "SO-1"},
        {"reference": "never seen"},
        {"consignment": "cns_01kan6k3zw8t5q1r9v0m2c4d7e"},
        {"tracking_number": "NEVERSEEN1"},
    ]
    for name in names:
        problem(server.post("/v1/events", event("payment.captured", **name), shop["api_key"]), 404, "not-found")


def test_an_event_that_names_no_order_or_a_wrong_attribute_says_so(server: Server, shop: dict[str, str]) -> None:
    told = problem(server.post("/v1/events", event("payment.captured"), shop["api_key"]), 422, "invalid-input")
    assert told["errors"][0]["code"] == "missing"
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    wrong = [
        ("consignment.lost_and_found", {}, "/kind", "not-allowed"),
        ("verdict.recorded", {"verdict": "guilty"}, "/attributes/verdict", "not-allowed"),
        (
            "payment.refunded",
            {"amount": {"amount_minor": -1, "currency": "EUR"}},
            "/attributes/amount/amount_minor",
            None,
        ),
        ("consignment.arrived", {"location": {"lat": 91}}, "/attributes/location/lat", "out-of-range"),
    ]
    for kind, attributes, pointer, code in wrong:
        said = event(kind, order=placed["order_id"], attributes=attributes)
        told = problem(server.post("/v1/events", said, shop["api_key"]), 422, "invalid-input")
        assert told["errors"][0]["pointer"] == pointer
        assert code in {None, told["errors"][0]["code"]}


def test_an_event_sent_twice_counts_once(server: Server, shop: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    said = event("payment.failed_attempt", order=placed["order_id"])
    first, second = (server.post("/v1/events", said, shop["api_key"]) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    timeline = server.get(f"/v1/orders/{placed['order_id']}/timeline", shop["api_key"]).json()["items"]
    assert [item["kind"] for item in timeline].count("payment.failed_attempt") == 1


def test_events_out_of_order_are_kept_in_the_order_of_their_times(server: Server, shop: dict[str, str]) -> None:
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    for kind, at in (
        ("consignment.delivered", "2026-11-25T12:00:00Z"),
        ("consignment.handed_over", "2026-11-23T08:00:00Z"),
        ("payment.captured", "2026-11-22T10:00:00Z"),
    ):
        said = event(kind, at=at, order=placed["order_id"])
        assert server.post("/v1/events", said, shop["api_key"]).status_code == 201
    items = server.get(f"/v1/orders/{placed['order_id']}/timeline", shop["api_key"]).json()["items"]
    times = [item["at"] for item in items]
    assert times == sorted(times)
    kinds = [item["kind"] for item in items]
    assert (
        kinds.index("payment.captured") < kinds.index("consignment.handed_over") < kinds.index("consignment.delivered")
    )


def test_a_tracking_number_of_two_orders_is_a_conflict(server: Server, shop: dict[str, str]) -> None:
    for _ in range(2):
        made = order(consignments__0__tracking_number="DOUBLE123")
        assert server.post("/v1/orders", made, shop["api_key"]).status_code == 201
    said = event("consignment.delivered", tracking_number="DOUBLE123")
    problem(server.post("/v1/events", said, shop["api_key"]), 409, "conflict")


# Addresses


def test_an_unknown_path_and_an_unknown_method_are_problems_of_the_api(server: Server, shop: dict[str, str]) -> None:
    key = shop["api_key"]
    for path in ("/v1/nothing", "/v1/orders/", "/v1/orders/SO-1", "/v1/orders/ord_", "/log/nothing"):
        problem(server.get(path, key), 404, "not-found")
    answer = server.client.delete("/v1/orders", headers={"Authorization": f"Bearer {key}"})
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    problem(server.client.put("/v1/orders/ord_01kan6k3zw8t5q1r9v0m2c4d7e"), 405, "method-not-allowed")


def test_a_wrong_page_elsewhere_is_a_page(server: Server) -> None:
    answer = server.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=ten", "/limit"),
        ("stage=nowhere", "/stage"),
        ("from=2026-11-22", "/from"),
        ("to=2026-11-22T09:30:00", "/to"),
        ("cursor=nonsense", "/cursor"),
        ("cursor=%00", "/cursor"),
        ("sort=price", "/sort"),
        ("limit=1&limit=2", "/limit"),
    ],
)
def test_a_wrong_filter_is_named(server: Server, shop: dict[str, str], query: str, pointer: str) -> None:
    told = problem(server.get(f"/v1/orders?{query}", shop["api_key"]), 422, "invalid-input")
    assert told["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "path",
    [
        "0/000.p/256",
        "0/000.p/0",
        "0/00",
        "0/x000/000",
        "64/000",
        "00/000",
        "entries/%2e%2e/%2e%2e/checkpoint",
        "..%2f..%2fsealane.db",
        "0/000/",
        "0/999",
    ],
)
def test_a_tile_path_is_read_strictly(server: Server, path: str) -> None:
    problem(server.get(f"/log/tile/{path}"), 404, "not-found")
