"""Attacks on native webhooks and messages between parties, over the real server; named by the rows of the list."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from orders import order
from running import Server
from webhooks import SECRETS, SENDERS, examples, send

CARD = "4111111111111111"


class StandIn(BaseHTTPRequestHandler):
    """The APIs of all sources: answers what `answers` holds for the start of a path, and remembers what was asked."""

    answers: dict[str, tuple[int, Any]] = {}  # noqa: RUF012 - tests write into it
    asked: list[str] = []  # noqa: RUF012 - tests read it

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.asked.append(f"{self.path} {self.headers.get('authorization', '')}")
        status, document = next((each for path, each in self.answers.items() if self.path.startswith(path)), (404, {}))
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in {301, 302}:
            self.send_header("Location", "http://127.0.0.1:1/inside")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    api = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    environment = {"SEALANE_INBOX_ORIGIN": f"http://127.0.0.1:{api.server_port}"}
    with Server(tmp_path_factory.mktemp("inbox") / "lane", environment=environment) as running:
        yield running
    api.shutdown()
    api.server_close()


class Shop:
    """A merchant with one order and an endpoint for each source that a test asks for."""

    def __init__(self, server: Server) -> None:
        self.server = server
        party = server.party("merchant")
        self.party_id, self.key = party["party_id"], party["api_key"]
        self.number = f"TRK{time.perf_counter_ns()}"[:20]
        asked = order()
        asked["consignments"][0]["tracking_number"] = self.number
        self.reference = asked["reference"]
        answer = server.post("/v1/orders", asked, self.key)
        assert answer.status_code == 201, answer.text
        self.order_id = answer.json()["order_id"]

    def endpoint(self, source: str, credential: str | None = None) -> str:
        asked = {"source": source, "secret": SECRETS[source], "credential": credential}
        answer = self.server.post("/v1/inbox-endpoints", asked, self.key)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["path"])

    def told(self, source: str, kind: str) -> Any:
        """Return the example of a kind, about this shop's order."""
        body = next(example["body"] for example in examples(source) if example["kind"] == kind)
        text = json.dumps(body).replace("SO-EX-1", self.reference).replace("TRKEX000001", self.number)
        return json.loads(text)

    def post(self, path: str, source: str, document: Any, **how: Any) -> httpx.Response:
        body, headers, query = send(source, document, path=path, **how)
        return self.server.client.post(
            path + query, content=body, headers={"Content-Type": "application/json"} | headers
        )

    def messages(self) -> list[dict[str, Any]]:
        return list(self.server.get("/v1/inbox-messages", self.key).json()["items"])

    def settled(self, state: str) -> dict[str, Any]:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.messages()[0]["state"] == state:
                return self.messages()[0]
            time.sleep(0.05)
        raise AssertionError(self.messages())

    def kinds(self) -> list[tuple[str, str]]:
        items = self.server.get(f"/v1/orders/{self.order_id}/timeline", self.key).json()["items"]
        return [(item["kind"], item["accepted_as"]) for item in items if item.get("accepted_as")]


@pytest.fixture
def shop(server: Server) -> Shop:
    return Shop(server)


WEAK = {"adyen", "paypal", "seventeen-track", "trackingmore", "ups", "dhl", "shippo-token"}


@pytest.mark.parametrize("source", SENDERS)
def test_every_source_reports_once_at_its_worth(server: Server, shop: Shop, source: str) -> None:
    kinds = [example["kind"] for example in examples(source)]
    kind = next(each for each in ("payment.captured", "consignment.delivered", kinds[0]) if each in kinds)
    path, document = shop.endpoint(source), shop.told(source, kind)
    first = shop.post(path, source, document)
    assert first.status_code == 200, first.text
    worth = "claimed" if source in WEAK else "confirmed"
    (outcome,) = first.json()["events"]
    assert (outcome["state"], outcome["accepted_as"]) == (worth, worth)
    assert shop.post(path, source, document).json()["events"][0]["state"] == "duplicate"
    assert shop.kinds() == [(kind, worth)]


def test_01_without_a_secret_or_a_signature_nothing_is_taken(server: Server, shop: Shop) -> None:
    document = shop.told("stripe", "payment.captured")
    body, headers, _ = send("stripe", document)
    json_only = {"Content-Type": "application/json"}
    unset = server.client.post("/v1/inbox/sendcloud", content=body, headers=json_only)
    path = shop.endpoint("stripe")
    bare = server.client.post(path, content=body, headers=json_only)
    wrong = server.client.post(path, content=body, headers=json_only | {"Stripe-Signature": "t=1,v1=00"})
    nowhere = server.client.post("/v1/inbox/stripe/hook_none", content=body, headers=json_only | headers)
    assert [each.status_code for each in (unset, bare, wrong, nowhere)] == [401] * 4
    told = [{k: v for k, v in each.json().items() if k != "request_id"} for each in (unset, bare, wrong, nowhere)]
    assert told[0] == told[1] == told[2] == told[3]
    assert server.client.post("/v1/inbox/nobody", content=body, headers=json_only).status_code == 404
    assert shop.kinds() == []


def test_05_and_19_old_and_future_messages_are_stale(server: Server, shop: Shop) -> None:
    path = shop.endpoint("stripe")
    for offset in (-400, 400, 10**9):
        answer = shop.post(path, "stripe", shop.told("stripe", "payment.captured"), at=int(time.time()) + offset)
        assert (answer.status_code, answer.json()["code"]) == (401, "stale")
    assert shop.messages() == []


def test_09_a_message_of_another_merchants_endpoint_is_refused(server: Server, shop: Shop) -> None:
    other = Shop(server)
    secret = {"source": "stripe", "secret": "whsec_another_merchants", "credential": None}
    path = server.post("/v1/inbox-endpoints", secret, other.key).json()["path"]
    assert shop.post(path, "stripe", shop.told("stripe", "payment.captured")).status_code == 401
    mine = shop.endpoint("stripe")
    foreign = shop.post(mine, "stripe", other.told("stripe", "payment.captured"))
    assert foreign.json()["events"][0]["state"] == "unmatched"
    assert other.kinds() == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":1,"id":2}', b'{"a":NaN}', b'{"a":1e999}', b"[" * 10_000, b'{"a":"\xff"}', b"\xef\xbb\xbf{}",
        b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b"", b"{", b"1" * 5000,
    ],
)  # fmt: skip
def test_12_a_body_that_can_be_read_in_two_ways_is_refused(server: Server, shop: Shop, body: bytes) -> None:
    path = shop.endpoint("ups")
    headers = {"Content-Type": "application/json", "credential": SECRETS["ups"]}
    began = time.perf_counter()
    answer = server.client.post(path, content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert time.perf_counter() - began < 5
    assert server.client.post(path, content=body, headers=headers | {"credential": "wrong"}).status_code == 401


def test_14_compressed_and_oversized_bodies_are_refused(server: Server, shop: Shop) -> None:
    path = shop.endpoint("ups")
    headers = {"Content-Type": "application/json", "credential": SECRETS["ups"]}
    for coding in ("gzip", "zstd", "br"):
        packed = server.client.post(path, content=b"x", headers=headers | {"Content-Encoding": coding})
        assert packed.status_code == 415
    assert server.client.post(path, content=b" " * (1 << 20) + b"{}", headers=headers).status_code == 413
    assert server.client.post(f"{path}?{'a=1&' * 10_000}", content=b"{}", headers=headers).status_code == 431


@pytest.mark.parametrize("text", [CARD, "4111 1111 1111 1111", "4111-1111-1111-1111", "NDExMTExMTExMTExMTExMQ=="])
def test_15_a_card_number_in_a_webhook_is_refused_and_told_nowhere(server: Server, shop: Shop, text: str) -> None:
    path, document = shop.endpoint("stripe"), shop.told("stripe", "payment.captured")
    document["data"]["object"]["description"] = text
    answer = shop.post(path, "stripe", document)
    assert (answer.status_code, answer.json()["code"]) == (422, "leak-detected")
    assert text not in answer.text
    assert shop.messages() == []


def test_16_what_the_leg_does_not_need_is_stripped_or_refused(server: Server, shop: Shop) -> None:
    broker = server.party("broker", name="Broker")
    asked = {
        "to": broker["party_id"], "order": shop.order_id, "leg": "customs", "purpose": "customs", "kind": "clearance",
        "fields": {"name": "Ana Silva", "goods": "LED lamp", "hs_code": "940521", "email": "ana@example.com",
                   "ip": "1.2.3.4"},
    }  # fmt: skip
    sent = server.post("/v1/messages", asked, shop.key)
    assert sent.status_code == 201, sent.text
    assert (sent.json()["fields"], sent.json()["stripped"]) == (["goods", "hs_code", "name"], ["email", "ip"])
    read = server.get(f"/v1/messages/{sent.json()['message_id']}", broker["api_key"]).json()
    assert read["fields"] == {"name": "Ana Silva", "goods": "LED lamp", "hs_code": "940521"}
    refused = server.post("/v1/messages", {**asked, "on_surplus": "refuse"}, shop.key)
    assert refused.status_code == 422
    assert {each["pointer"] for each in refused.json()["errors"]} == {"/fields/email", "/fields/ip"}
    leak = server.post("/v1/messages", {**asked, "fields": {"goods": CARD}}, shop.key)
    assert (leak.status_code, leak.json()["code"]) == (422, "leak-detected")
    found = {(each["field"], each["action"]) for each in server.get("/v1/findings", shop.key).json()["items"]}
    assert {("email", "stripped"), ("email", "refused"), ("card", "leaked")} <= found


def test_13_an_unknown_member_is_refused_by_name(server: Server, shop: Shop) -> None:
    answer = server.post("/v1/inbox-endpoints", {"source": "ups", "secret": "12345678", "tier": "A"}, shop.key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/tier"


def test_17_another_partys_messages_and_endpoints_look_like_none(server: Server, shop: Shop) -> None:
    other, broker = Shop(server), server.party("broker", name="Broker")
    asked = {"to": broker["party_id"], "order": shop.order_id, "leg": "linehaul", "purpose": "linehaul", "kind": "x",
             "fields": {"weight": 800}}  # fmt: skip
    message_id = server.post("/v1/messages", asked, shop.key).json()["message_id"]
    assert server.get(f"/v1/messages/{message_id}", other.key).status_code == 404
    assert server.post("/v1/messages", asked, other.key).status_code == 404
    path = shop.endpoint("ups")
    endpoint_id = path.rpartition("/")[2]
    secret = f"/v1/inbox-endpoints/{endpoint_id}/secret"
    assert server.post(secret, {"secret": "12345678"}, other.key).status_code == 404
    assert server.get("/v1/inbox-endpoints", broker["api_key"]).status_code == 403
    assert other.messages() == []


def test_18_a_weak_source_only_claims_and_releases_nothing(server: Server, shop: Shop) -> None:
    path = shop.endpoint("ups")
    made = shop.post(path, "ups", shop.told("ups", "consignment.label_created"))
    assert made.json()["events"][0]["state"] == "claimed"
    stored = server.get(f"/v1/orders/{shop.order_id}", shop.key).json()
    assert "dispatch" not in json.dumps(stored.get("decisions", stored))
    assert shop.kinds() == [("consignment.label_created", "claimed")]


def test_18_what_the_sources_api_confirms_counts(server: Server, shop: Shop) -> None:
    StandIn.answers[f"/api/track/v1/details/{shop.number}"] = (
        200,
        {"trackResponse": {"shipment": [{"package": [
            {"trackingNumber": shop.number, "activity": [{"status": {"type": "D"}}]}]}]}},
    )  # fmt: skip
    path = shop.endpoint("ups", credential="token-of-the-api")
    assert shop.post(path, "ups", shop.told("ups", "consignment.delivered")).json()["events"][0]["state"] == "claimed"
    shop.settled("confirmed")
    assert shop.kinds() == [("consignment.delivered", "claimed"), ("consignment.delivered", "confirmed")]
    assert any("Bearer token-of-the-api" in each for each in StandIn.asked)


def test_18_what_the_sources_api_denies_never_counts(server: Server, shop: Shop) -> None:
    StandIn.answers[f"/api/track/v1/details/{shop.number}"] = (
        200,
        {"trackResponse": {"shipment": [{"package": [
            {"trackingNumber": shop.number, "activity": [{"status": {"type": "I"}}]}]}]}},
    )  # fmt: skip
    path = shop.endpoint("ups", credential="token-of-the-api")
    shop.post(path, "ups", shop.told("ups", "consignment.delivered"))
    shop.settled("refuted")
    assert shop.kinds() == [("consignment.delivered", "claimed")]


def test_18_a_stronger_source_corroborates(server: Server, shop: Shop) -> None:
    weak, strong = shop.endpoint("ups"), shop.endpoint("easypost-v2")
    shop.post(weak, "ups", shop.told("ups", "consignment.delivered"))
    shop.post(strong, "easypost-v2", shop.told("easypost-v2", "consignment.delivered"))
    assert {each["state"] for each in shop.messages()} == {"corroborated", "confirmed"}


def test_19_the_same_checksum_or_another_body_makes_a_claim_at_most(server: Server, shop: Shop) -> None:
    path = shop.endpoint("trackingmore")
    genuine, headers, _ = send("trackingmore", shop.told("trackingmore", "consignment.handed_over"))
    swapped = genuine.replace(b'"transit"', b'"delivered"')
    answer = server.client.post(path, content=swapped, headers={"Content-Type": "application/json"} | headers)
    assert answer.json()["events"][0]["state"] == "claimed"
    assert shop.kinds() == [("consignment.delivered", "claimed")]


def test_20_an_address_in_a_message_is_never_opened(server: Server, shop: Shop) -> None:
    path = shop.endpoint("paypal")
    body, headers, _ = send("paypal", shop.told("paypal", "payment.captured"))
    evil = {
        **headers,
        "Content-Type": "application/json",
        "PAYPAL-CERT-URL": server.client.base_url.join("/x").__str__(),
    }
    before = len(StandIn.asked)
    assert server.client.post(path, content=body, headers=evil).status_code == 401
    assert len(StandIn.asked) == before


@pytest.mark.parametrize("answer", [(200, b"{"), (200, b"[" * 2_000_000), (302, {}), (500, {}), (200, {"x": 1})])
def test_25_a_malformed_answer_of_an_api_changes_nothing(server: Server, shop: Shop, answer: tuple[int, Any]) -> None:
    StandIn.answers[f"/track/v1/{shop.number}"] = answer
    StandIn.answers[f"/api/track/v1/details/{shop.number}"] = answer
    path = shop.endpoint("ups", credential="token-of-the-api")
    shop.post(path, "ups", shop.told("ups", "consignment.delivered"))
    deadline = time.monotonic() + 10
    while (
        shop.messages()[0]["attempts"] == 0 and shop.messages()[0]["state"] == "claimed" and time.monotonic() < deadline
    ):
        time.sleep(0.05)
    assert shop.messages()[0]["state"] in {"claimed", "refuted"}
    assert shop.kinds() == [("consignment.delivered", "claimed")]


def test_27_an_event_before_its_order_waits_for_it(server: Server, shop: Shop) -> None:
    path, asked = shop.endpoint("stripe"), order()
    document = json.loads(
        json.dumps(shop.told("stripe", "payment.captured")).replace(shop.reference, asked["reference"])
    )
    assert shop.post(path, "stripe", document).json()["events"][0]["state"] == "unmatched"
    (message,) = shop.messages()
    retry = f"/v1/inbox-messages/{message['message_id']}/retry"
    assert server.post(retry, {}, shop.key).status_code == 404
    assert server.post("/v1/orders", asked, shop.key).status_code == 201
    assert server.post(retry, {}, shop.key).json()["state"] == "confirmed"
    assert server.post(retry, {}, shop.key).status_code == 409


def test_29_a_secret_is_rotated_with_an_overlap(server: Server, shop: Shop) -> None:
    path = shop.endpoint("ups")
    secret = f"/v1/inbox-endpoints/{path.rpartition('/')[2]}/secret"

    def sent(value: str) -> int:
        headers = {"Content-Type": "application/json", "credential": value}
        body = json.dumps(shop.told("ups", "consignment.arrived")).encode()
        return server.client.post(path, content=body, headers=headers).status_code

    assert server.post(secret, {"secret": "the-next-secret"}, shop.key).status_code == 200
    assert sent(SECRETS["ups"]) == sent("the-next-secret") == 200
    assert server.post(secret, {"secret": "the-last-secret", "overlap_seconds": 0}, shop.key).status_code == 200
    assert sent("the-next-secret") == sent(SECRETS["ups"]) == 401
    assert sent("the-last-secret") == 200
    gone = server.client.delete(
        path.replace("/inbox/ups", "/inbox-endpoints"), headers={"Authorization": f"Bearer {shop.key}"}
    )
    assert gone.status_code == 200
    assert sent("the-last-secret") == 401


def test_epcis_events_go_in_and_come_out(server: Server, shop: Shop) -> None:
    carrier = server.party("carrier", name="Carrier")
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-11-22T10:00:00Z",
        "epcisBody": {"eventList": [{
            "type": "ObjectEvent", "eventTime": "2026-11-22T10:00:00Z", "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE", "epcList": [f"urn:lamps:{shop.number}"], "bizStep": "shipping",
            "disposition": "in_transit"}]},
    }  # fmt: skip
    for _ in range(2):
        taken = server.post("/v1/epcis/capture", document, carrier["api_key"])
        assert (taken.status_code, taken.json()) == (202, {"taken": 1, "unknown": 0})
    assert shop.kinds() == [("consignment.handed_over", "confirmed")]
    written = server.get(f"/v1/orders/{shop.order_id}/epcis", shop.key).json()
    (told,) = written["epcisBody"]["eventList"]
    assert (told["bizStep"], told["disposition"], told["eventTime"]) == (
        "shipping",
        "in_transit",
        "2026-11-22T10:00:00Z",
    )
    assert "Ana" not in json.dumps(written)
