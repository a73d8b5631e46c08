"""Webhooks out, over the real server: what is sent verifies with other people's packages and arrives at least once."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import svix
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from orders import event, order
from receivers import Letter, Receiver
from running import Server, free_port

LOOPBACK = {"SEALANE_OUTBOUND_LOOPBACK": "true"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("webhooks") / "lane", environment=LOOPBACK) as running:
        yield running


def shop(server: Server) -> str:
    return server.party("merchant")["api_key"]


def register(server: Server, key: str, url: str, **how: Any) -> dict[str, Any]:
    answer = server.post("/v1/endpoints", {"url": url, **how}, key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def place(server: Server, key: str, count: int = 1) -> list[str]:
    found = []
    for _ in range(count):
        answer = server.post("/v1/orders", order(), key)
        assert answer.status_code == 201, answer.text
        found.append(str(answer.json()["order_id"]))
    return found


def verify_ed25519(letter: Letter, shown: str) -> None:
    """Verify `v1a` as the specification has it, with the cryptography package alone."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(shown.removeprefix("whpk_")))
    headers = letter.headers
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + letter.body
    for each in headers["webhook-signature"].split(" "):
        version, _, signature = each.partition(",")
        assert version == "v1a"
        try:
            key.verify(base64.b64decode(signature), message)
        except Exception:  # noqa: BLE001, S112 - any failure means: not this signature
            continue
        return
    raise AssertionError("no signature verifies")


def test_an_endpoint_hears_its_orders_signed_with_ed25519(server: Server) -> None:
    key, other = shop(server), shop(server)
    with Receiver() as receiver:
        added = register(server, key, receiver.url)
        assert added["scheme"] == "v1a"
        assert added["verify_with"].startswith("whpk_")
        place(server, other)
        (order_id,) = place(server, key)
        receiver.wait(lambda: len(receiver.taken) >= 1)
        time.sleep(0.4)
        (letter,) = receiver.taken
        verify_ed25519(letter, added["verify_with"])
        told = letter.document
        assert (told["type"], told["data"]["order_id"]) == ("order.decided", order_id)
        assert datetime.fromisoformat(told["timestamp"]).tzinfo is not None
        listed = server.get("/v1/endpoints", key).json()["items"]
        assert [(each["endpoint_id"], each["delivered"]) for each in listed] == [(added["endpoint_id"], 1)]
        assert "verify_with" not in listed[0]


def test_old_receivers_verify_with_the_official_packages(server: Server) -> None:
    key = shop(server)
    with Receiver() as receiver:
        added = register(server, key, receiver.url, scheme="v1", kinds=["order.decided"])
        place(server, key)
        receiver.wait(lambda: bool(receiver.taken))
        (letter,) = receiver.taken
        secret = added["verify_with"]
        assert Webhook(secret).verify(letter.body, letter.headers)["type"] == "order.decided"
        as_svix = {name.replace("webhook-", "svix-"): value for name, value in letter.headers.items()}
        svix.Webhook(secret).verify(letter.body, as_svix)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(letter.body + b" ", letter.headers)


def test_two_secrets_sign_while_they_overlap(server: Server) -> None:
    key = shop(server)
    with Receiver() as receiver:
        added = register(server, key, receiver.url, scheme="v1", kinds=["order.decided"])
        path = f"/v1/endpoints/{added['endpoint_id']}/secret"
        fresh = server.post(path, {"overlap_seconds": 3600}, key).json()["verify_with"]
        assert fresh != added["verify_with"]
        place(server, key)
        receiver.wait(lambda: bool(receiver.taken))
        for secret in (fresh, added["verify_with"]):
            Webhook(secret).verify(receiver.taken[0].body, receiver.taken[0].headers)
        last = server.post(path, {"overlap_seconds": 0}, key).json()["verify_with"]
        place(server, key)
        receiver.wait(lambda: len(receiver.taken) == 2)
        Webhook(last).verify(receiver.taken[1].body, receiver.taken[1].headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(fresh).verify(receiver.taken[1].body, receiver.taken[1].headers)


def test_a_test_is_fired_and_its_answer_told(server: Server) -> None:
    key = shop(server)
    with Receiver(lambda _headers, _times: 418) as receiver:
        added = register(server, key, receiver.url)
        path = f"/v1/endpoints/{added['endpoint_id']}/test"
        told = server.post(path, {"kind": "match.found"}, key).json()
        assert (told["is_taken"], told["status"]) == (False, 418)
        assert receiver.letters[0].document["data"]["is_test"] is True
        verify_ed25519(receiver.letters[0], added["verify_with"])
        assert server.post(path, {"kind": "no.such"}, key).status_code == 422
    silent = register(server, key, f"http://127.0.0.1:{free_port()}/hook")
    told = server.post(f"/v1/endpoints/{silent['endpoint_id']}/test", {}, key).json()
    assert (told["is_taken"], told["status"]) == (False, None)
    assert told["reason"].startswith("The receiver cannot be reached")


def test_events_of_one_order_arrive_in_order_although_the_first_fails(server: Server) -> None:
    key = shop(server)
    seen: set[str] = set()

    def answer(headers: dict[str, str], times: int) -> int:
        """Fail the first letter of each of the three orders once."""
        seen.add(headers["webhook-id"])
        return 500 if times == 1 and len(seen) <= 3 else 200

    with Receiver(answer) as receiver:
        register(server, key, receiver.url, kinds=["order.decided", "event.recorded"])
        orders = place(server, key, 3)
        for order_id in orders:
            for number, kind in enumerate(("payment.authorized", "payment.captured")):
                told = event(kind, order=order_id) | {"id": f"{order_id}-{number}"}
                assert server.post("/v1/events", told, key).status_code == 201
        receiver.wait(lambda: len(receiver.taken) == 9, 40)
        for order_id in orders:
            kinds = [each.document["type"] for each in receiver.taken if each.document["data"]["order_id"] == order_id]
            assert kinds == ["order.decided", "event.recorded", "event.recorded"]


def test_dead_letters_are_listed_and_sent_again_by_hand(server: Server) -> None:
    key = shop(server)
    with Receiver(lambda _headers, times: 410 if times == 1 else 200) as receiver:
        added = register(server, key, receiver.url)
        path = f"/v1/endpoints/{added['endpoint_id']}"
        place(server, key)
        receiver.wait(lambda: server.get(path, key).json()["dead"] == 1)
        assert server.get(path, key).json()["state"] == "paused"
        (dead,) = server.get(f"{path}/deliveries?state=dead", key).json()["items"]
        assert (dead["status"], dead["attempts"]) == (410, 1)
        assert server.post(f"{path}/resume", {}, key).json()["state"] == "active"
        assert server.post(f"{path}/redeliver", {}, key).json() == {"deliveries": 1}
        receiver.wait(lambda: len(receiver.taken) == 1)
        assert receiver.taken[0].name == dead["delivery_id"]
        assert server.post(f"/v1/deliveries/{dead['delivery_id']}/redeliver", {}, key).json() == {"deliveries": 1}
        receiver.wait(lambda: len(receiver.taken) == 2)


def test_17_another_partys_endpoints_look_like_none(server: Server) -> None:
    key, other = shop(server), shop(server)
    with Receiver() as receiver:
        path = f"/v1/endpoints/{register(server, key, receiver.url)['endpoint_id']}"
        assert server.get(path, other).status_code == 404
        assert server.post(f"{path}/secret", {}, other).status_code == 404
        assert server.client.delete(path, headers={"Authorization": f"Bearer {other}"}).status_code == 404
        assert server.client.delete(path, headers={"Authorization": f"Bearer {key}"}).status_code == 200
        assert server.get(path, key).status_code == 404
        place(server, key)
        time.sleep(0.5)
        assert not receiver.letters


def test_no_acknowledged_event_is_lost_by_a_power_cut(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = Server(tmp_path_factory.mktemp("cut") / "lane", environment=LOOPBACK).start()
    with Receiver(pause=0.05) as receiver:
        key = shop(server)
        register(server, key, receiver.url, kinds=["order.decided"])
        orders = place(server, key, 40)
        receiver.wait(lambda: len(receiver.taken) >= 10)
        server.kill()
        server.start()
        orders += place(server, key, 5)
        receiver.wait(lambda: {each.document["data"]["order_id"] for each in receiver.taken} >= set(orders))
        assert len({each.name for each in receiver.taken}) == len(orders)
    server.stop()


def test_a_slow_receiver_delays_nobody(server: Server) -> None:
    slow_key, key = shop(server), shop(server)
    with Receiver(pause=2.0) as slow, Receiver() as quick:
        register(server, slow_key, slow.url, kinds=["order.decided"])
        register(server, key, quick.url, kinds=["order.decided"])
        place(server, slow_key, 30)
        began = time.monotonic()
        place(server, key, 30)
        quick.wait(lambda: len(quick.taken) == 30, 10)
        assert time.monotonic() - began < 5
        assert len(slow.taken) < 30


def test_what_is_told_names_nobody(server: Server) -> None:
    key = shop(server)
    with Receiver() as receiver:
        register(server, key, receiver.url)
        place(server, key)
        receiver.wait(lambda: bool(receiver.taken))
        text = json.dumps(receiver.taken[0].document)
        assert not any(word in text for word in ("Ana Silva", "ana@example.com", "Rua Augusta", "+351912345678"))
        assert datetime.now(UTC).timestamp() - int(receiver.taken[0].headers["webhook-timestamp"]) < 60
