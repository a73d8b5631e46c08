"""Two installations, a merchant's and a carrier's: one message, two logs, a receipt bound to it."""

import base64
import functools
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orders import order
from receivers import Receiver
from running import SEALANE, Server
from signing import Signing

LOOPBACK = {"SEALANE_OUTBOUND_LOOPBACK": "true"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    root = tmp_path_factory.mktemp("peers")
    with (
        Server(root / "merchant", environment=LOOPBACK) as merchant,
        Server(root / "carrier", environment=LOOPBACK) as carrier,
    ):
        yield merchant, carrier


def befriend(here: Server, there: Server, role: str, **more: Any) -> Any:
    body = {"url": there.url, "name": role.title(), "roles": [role], "country": "PT", **more}
    answer = here.post("/v1/peers", body, here.operator_key)
    assert answer.status_code == 201, answer.text
    return answer.json()


def wait(answer: Any, seconds: float = 15.0) -> Any:
    until = time.monotonic() + seconds
    while True:
        found = answer()
        if found is not None:
            return found
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def test_a_message_stands_on_both_logs_and_its_receipt_is_bound_to_it(
    pair: tuple[Server, Server], tmp_path: Path
) -> None:
    merchant, carrier = pair
    there, back = befriend(merchant, carrier, "carrier"), befriend(carrier, merchant, "merchant")
    own = carrier.get("/.well-known/sealane-exchange").json()
    assert own["origin"] == carrier.url
    assert [jwk["kid"] for jwk in own["keys"]] == there["key_ids"]
    assert befriend(merchant, carrier, "carrier", key_id=there["key_ids"][0])["party_id"] == there["party_id"]

    key = merchant.party("merchant")["api_key"]
    placed = merchant.post("/v1/orders", order(), key).json()
    fields = {"name": "Ana Silva", "street": "Rua Augusta 10", "phone": "+351912345678", "email": "ana@example.com"}
    asked = {
        "to": there["party_id"],
        "order": placed["order_id"],
        "leg": "last-mile",
        "purpose": "deliver",
        "kind": "consignment.instructions",
        "fields": fields,
    }
    sent = merchant.post("/v1/messages", asked, key)
    assert sent.status_code == 201, sent.text
    assert sent.json()["stripped"] == ["email"]

    def receipt() -> Any:
        answer = merchant.get(f"/v1/messages/{sent.json()['message_id']}/receipt", merchant.operator_key)
        return answer.json() if answer.status_code == 200 else None

    told = wait(receipt)
    answer = json.loads(base64.b64decode(told["evidence"]["answer"]))
    assert answer["message_id"] == sent.json()["message_id"]
    assert told["evidence"]["status"] == 201

    (line,) = carrier.get("/v1/peer-messages", carrier.operator_key).json()["items"]
    assert line["peer"] == back["party_id"]
    assert (line["message_id"], line["digest"]) == (answer["received_as"], answer["digest"])
    read = carrier.get(f"/v1/peer-messages/{line['message_id']}", carrier.operator_key).json()
    assert read["fields"] == {name: value for name, value in fields.items() if name != "email"}

    for server, entry in (
        (merchant, sent.json()["log_entry"]),
        (merchant, told["log_entry"]),
        (carrier, answer["log_entry"]),
    ):
        proof = wait(functools.partial(_proof, server, entry))
        bundle = tmp_path / f"{entry}.json"
        bundle.write_bytes(proof)
        command = [SEALANE, "log", "verify", str(bundle), "--key", str(server.folder / "log" / "log.vkey")]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def _proof(server: Server, entry: str) -> bytes | None:
    answer = server.get(f"/v1/log/entries/{entry}/proof", server.operator_key)
    return answer.content if answer.status_code == 200 else None


def test_a_message_of_a_stranger_or_without_a_signature_is_refused(pair: tuple[Server, Server]) -> None:
    _, carrier = pair
    body = {
        "message_id": "msg_1",
        "reference": "SO-1",
        "leg": "last-mile",
        "purpose": "deliver",
        "kind": "x",
        "fields": {},
        "sent_at": "2026-11-22T10:00:00Z",
    }
    assert carrier.post("/v1/peer-messages", body, carrier.operator_key).status_code == 403
    stranger = Signing()
    assert stranger.call(carrier, "POST", "/v1/peer-messages", body).status_code == 401
    known = carrier.party("merchant")
    added = carrier.post(f"/v1/parties/{known['party_id']}/keys", {"public_key": stranger.jwk}, known["api_key"])
    assert added.status_code == 201, added.text
    assert stranger.call(carrier, "POST", "/v1/peer-messages", body).status_code == 403


def test_a_peer_without_a_receipt_has_not_taken_the_message(pair: tuple[Server, Server]) -> None:
    merchant, carrier = pair
    document = carrier.get("/.well-known/sealane-exchange").json()
    with Receiver(lambda _headers, _times: 200) as false_peer:
        origin = false_peer.url.removesuffix("/hook")
        false_peer.reply = json.dumps({**document, "origin": origin}).encode()
        answer = merchant.post(
            "/v1/peers",
            {"url": origin, "name": "False", "roles": ["carrier"], "country": "PT"},
            merchant.operator_key,
        )
        assert answer.status_code == 201, answer.text
        peer = answer.json()
        key = merchant.party("merchant")["api_key"]
        placed = merchant.post("/v1/orders", order(), key).json()
        asked = {
            "to": peer["party_id"], "order": placed["order_id"], "leg": "linehaul", "purpose": "deliver",
            "kind": "x", "fields": {"weight": 1},
        }  # fmt: skip
        sent = merchant.post("/v1/messages", asked, key).json()
        path = f"/v1/endpoints/{peer['endpoint_id']}/deliveries"

        def failed() -> Any:
            items = merchant.get(path, merchant.operator_key).json()["items"]
            return items[0] if items and items[0]["attempts"] else None

        told = wait(failed)
        assert told["state"] == "waiting"
        assert "receipt" in told["reason"]
        assert merchant.get(f"/v1/messages/{sent['message_id']}/receipt", merchant.operator_key).status_code == 404


def test_another_key_than_the_expected_one_is_refused(pair: tuple[Server, Server]) -> None:
    merchant, carrier = pair
    body = {"url": carrier.url, "name": "C", "roles": ["carrier"], "country": "PT", "key_id": "A" * 43}
    answer = merchant.post("/v1/peers", body, merchant.operator_key)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/key_id")
