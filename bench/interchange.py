"""What a signed call costs: messages a second as a ratio to the bare handler, and to the library's verify.

python bench/interchange.py
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from sealane.app import Sealane
from sealane.interchange import Message, verify_call
from sealane.keys.public import read_jwk
from sealane.keys.secrets import digest, new_secret
from sealane.model.ids import new_id
from sealane.model.party import PartyRequest
from sealane.settings import Settings
from sealane.storage import parties
from sealane.web.app import Door, build

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from orders import order
from signing import Signing

TARGET = "http://127.0.0.1:8787/v1/messages"
ROUNDS, CALLS, AT_ONCE = 2000, 1000, 64


class Held:
    party_id = "pty_a"

    def __init__(self, jwk: dict[str, Any]) -> None:
        self.key = read_jwk(jwk)


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Any) -> None:
        self.key = key

    def resolve_public_key(self, key_id: str) -> Any:  # noqa: ARG002 - one key serves all
        return self.key


class Request:
    def __init__(self, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = "POST", TARGET, headers


def micros(work: Callable[[], object]) -> float:
    for _ in range(50):
        work()
    began = time.perf_counter()
    for _ in range(ROUNDS):
        work()
    return (time.perf_counter() - began) / ROUNDS * 1e6


def verifying(pair: Any) -> None:
    body = json.dumps({"text": "x" * 1480}).encode()
    headers = pair.headers("POST", TARGET, body)
    message, held = Message(headers, body, "POST", TARGET), [Held(pair.jwk)]
    strict = micros(lambda: verify_call(message, lambda _: held, now_us=time.time_ns() // 1000))
    library = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=Keys(pair.key.public_key()))
    request = Request(headers)
    other = micros(
        lambda: library.verify(request, max_age=timedelta(minutes=5), expect_tag="sealane-exchange-v1", body=body)
    )
    signature, base = held[0].key, b"x" * 400
    made = pair.key.sign(base)
    alone = micros(lambda: signature.verify(made, base))
    print(f"strict verify of 1.5 KB       {strict:8.1f} us")
    print(f"the library's verify          {other:8.1f} us   {other / strict:.2f} x strict")
    print(f"Ed25519 verify alone (probe)  {alone:8.1f} us   strict is {strict / alone:.2f} x")


async def ask(door: Door, headers: dict[str, str], body: bytes) -> int:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/events",
        "raw_path": b"/v1/events",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8787),
    }
    status = 0

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await door(scope, receive, answer)
    return status


async def drive(door: Door, calls: list[tuple[dict[str, str], bytes]]) -> float:
    waiting = iter(calls)

    async def worker() -> None:
        for headers, body in waiting:
            status = await ask(door, headers, body)
            assert status == 201, status

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(calls) / (time.perf_counter() - began)


def serving(pair: Any, placed: dict[str, Any]) -> None:
    limits = {"rate_per_second": 1e9, "rate_burst": 1e9}
    with tempfile.TemporaryDirectory() as folder, Sealane.open(Settings(data_dir=folder, **limits)) as lane:
        door, key = build(lane), new_secret("sk")
        request = PartyRequest(name="Bench", roles=("merchant",), country="PT", public_keys=(pair.jwk,))

        def register(tx: Any) -> None:
            party = parties.add(tx, request, digest(key))
            lane.rooms.interchange.keys.enrol(tx, party.party_id, request.public_keys)

        lane.rooms.database.run(register)
        lane.place(placed, merchant="Bench")
        host = {"host": "127.0.0.1:8787", "content-type": "application/json"}
        told = {"kind": "payment.authorized", "occurred_at": "2026-11-22T10:00:00Z", "reference": placed["reference"]}

        def bodies() -> list[bytes]:
            note = {"note": "x" * 1300}
            return [json.dumps({**told, "id": new_id("evt"), "attributes": note}).encode() for _ in range(CALLS)]

        target = "http://127.0.0.1:8787/v1/events"
        bare = [({**host, "authorization": f"Bearer {key}"}, body) for body in bodies()]
        signed = [(pair.headers("POST", target, body) | host, body) for body in bodies()]
        plain = asyncio.run(drive(door, bare))
        proven = asyncio.run(drive(door, signed))
        print(f"events by key, durable        {plain:8.0f} /s")
        print(f"events signed, with receipt   {proven:8.0f} /s   {proven / plain:.2f} x by key")


def main() -> None:
    verifying(Signing())
    serving(Signing(), order())


if __name__ == "__main__":
    main()
